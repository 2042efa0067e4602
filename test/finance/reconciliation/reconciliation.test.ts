/** Files of receipts as another system saw them: what differs is found, told once, worked off by people, and learnt from. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registration } from "../../../src/members/registration/registration.ts";
import { inWorkplace } from "../../../src/finance/reconciliation/reading/duckdb.ts";
import { matchNext } from "../../../src/finance/reconciliation/matching/run-next.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { answerOf, newTestKey } from "../../support/ledger.ts";
import { DAY_MS, lineOf, sellTo } from "../../support/town.ts";
import { csvOf, type Line, MAPPING, upload } from "./files.ts";

let http: TestHttp;
let finance: string;
let memberId: `mbr_${string}`;
let purchaseId: string;
const CARD = "2900000000017";
const OTHER = "2900000000024";

const receipt = (number: string, storeId = "M-1") => ({
  brand: "mvideo",
  storeId,
  terminalId: "1",
  shift: "1",
  number,
});

async function newHolder(card: string): Promise<`mbr_${string}`> {
  const identifiers = [{ kind: "card", value: card, verified: true }];
  const outcome = await http.ask(registration, { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} });
  return (answerOf(outcome) as { memberId: `mbr_${string}` }).memberId;
}

beforeAll(async () => {
  http = await testHttp();
  finance = await http.newKey(["finance"]);
  memberId = await newHolder(CARD);
  await newHolder(OTHER);
  await http.give(memberId, 100_00n);
  const lines = [lineOf("1", 500_00n)];
  ({ purchaseId } = await sellTo(http, memberId, { receipt: receipt("1"), lines, spend: 100_00n }));
  for (const number of ["2", "3", "4", "5", "6"]) await sellTo(http, memberId, { receipt: receipt(number), lines });
  await sellTo(http, undefined, { receipt: receipt("7"), lines, identifier: { kind: "card", value: "2900000000031" } });
  await sellTo(http, undefined, { receipt: receipt("8"), lines });
  answerOf(await http.ask(reversal, { receipt: receipt("8"), kind: "purchase" }));
  await sellTo(http, undefined, { brand: "eldorado", receipt: { ...receipt("9", "E-1"), brand: "eldorado" }, lines });
  const back = { lines: [{ lineId: "1", quantity: "1" }], occurredAt: new Date(http.clock.now()).toISOString() };
  answerOf(await http.ask(returnById, { receipt: receipt("R1"), ...back }, { params: { purchaseId } }));
}, 120_000);
afterAll(() => http.close());

/** As the ledger has them. */
const RIGHT: readonly Line[] = [
  { number: "1", card: CARD, paid: "400.00", spent: "100.00" },
  ...["2", "3", "4", "5", "6"].map((number) => ({ number, card: CARD, paid: "500.00" })),
  { number: "7", card: "2900000000031", paid: "500.00" },
  { number: "R1", card: CARD, paid: "-400.00", spent: "-100.00" },
];
const changedLine = (number: string, change: Partial<Line>): Line[] =>
  RIGHT.map((line) => (line.number === number ? { ...line, ...change } : line));

const matched = () => matchNext({ target: http.database, clock: http.clock });

interface Found {
  readonly breakId: string;
  readonly kind: string;
  readonly differences: readonly string[];
  readonly line: number | null;
  readonly there: Record<string, unknown> | null;
  readonly here: Record<string, unknown> | null;
  readonly status: string;
  readonly ruleId: string | null;
}

async function breaksOf(lines: readonly Line[], terms: Parameters<typeof upload>[2] = {}): Promise<Found[]> {
  const sent = await upload(http, csvOf(lines), { key: finance, ...terms });
  expect(sent).toMatchObject({ status: 202 });
  const { reconciliationId } = sent.body;
  expect(await matched()).toMatchObject({ reconciliationId, outcome: "done" });
  const { body } = await http.get<{ items: Found[] }>(`/v1/reconciliations/${reconciliationId}/breaks?limit=200`, {
    key: finance,
  });
  return body.items;
}
const told = (breaks: readonly Found[]) => breaks.map(({ kind, differences }) => [kind, ...differences].join(" "));

describe("a file that agrees with the ledger", () => {
  it("has no breaks, and tells the totals of both sides; it is told the same however often it is sent", async () => {
    const sent = await upload(http, csvOf(RIGHT), { key: finance });
    const { reconciliationId } = sent.body;
    expect(sent).toMatchObject({ status: 202, body: { status: "waiting", lines: 8, brand: "mvideo" } });
    const before = await http.get(`/v1/reconciliations/${reconciliationId}`, { key: finance });
    expect(before.body).toMatchObject({ status: "waiting", result: null });
    expect(await matched()).toMatchObject({ outcome: "done" });
    expect(await matched()).toBeNull();
    const totals = { receipts: 8, paid: "3000.00", spent: "0.00" };
    const after = await http.get(`/v1/reconciliations/${reconciliationId}`, { key: finance });
    expect(after.body).toMatchObject({
      status: "done",
      failure: null,
      result: { matched: 8, breaks: 0, explained: 0, there: totals, here: totals },
    });
    const again = await upload(http, csvOf(RIGHT), { key: finance });
    expect(again.body).toEqual(sent.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await matched()).toBeNull();
    const { body } = await http.get<{ items: unknown[] }>("/v1/reconciliations", { key: finance });
    expect(body.items).toHaveLength(1);
    const [row] = await http.database.sql<{ parts: number }[]>`select count(*)::int as parts from reconciliation_parts`;
    expect(row?.parts).toBe(0);
  });

  it("may be JSON lines as well, with amounts in kopecks, its own names and its own dates", async () => {
    const lines = RIGHT.map(({ number, card, paid }) =>
      JSON.stringify({
        чек: number,
        магазин: "M-1",
        "дата и время": "02.03.2026 12:00",
        карта: card,
        сумма: paid.replace("-", "").replace(".", ""),
        вид: paid.startsWith("-") ? "ВОЗВРАТ" : "ПРОДАЖА",
        "чего не спрашивают": { вложено: true },
      }),
    ).join("\n");
    const sent = await upload(http, lines, {
      key: finance,
      media: "application/jsonl",
      mapping: {
        columns: { number: "чек", store: "магазин", day: "дата и время", card: "карта", paid: "сумма" },
        returns: { column: "вид", is: ["ВОЗВРАТ"] },
        amounts: "kopecks",
        date: "%d.%m.%Y %H:%M",
        zone: "Europe/Moscow",
      },
    });
    expect(sent.status).toBe(202);
    await matched();
    const { body } = await http.get(`/v1/reconciliations/${sent.body.reconciliationId}`, { key: finance });
    expect(body).toMatchObject({ status: "done", result: { matched: 8, breaks: 0 } });
  });
});

describe("a file in columns", () => {
  it("is read as well, with its own types, and is another file than the same lines as text", async () => {
    const parquet = await inWorkplace({}, async ({ folder, db }) => {
      await writeFile(join(folder, "receipts.csv"), csvOf(RIGHT));
      await db.run(`copy (select * replace (day::date as day, paid::decimal(15, 2) as paid)
        from read_csv('${join(folder, "receipts.csv")}', all_varchar = true)) to '${join(folder, "receipts.parquet")}' (format parquet)`);
      return new Uint8Array(await readFile(join(folder, "receipts.parquet")));
    });
    const sent = await upload(http, parquet, { key: finance, media: "application/vnd.apache.parquet" });
    expect(sent.status).toBe(202);
    expect(sent.headers.get("idempotency-replayed")).toBeNull();
    await matched();
    const { body } = await http.get(`/v1/reconciliations/${sent.body.reconciliationId}`, { key: finance });
    expect(body).toMatchObject({ status: "done", format: "parquet", result: { matched: 8, breaks: 0 } });
  });
});

describe("what differs", () => {
  it.each<[string, readonly Line[], readonly string[]]>([
    ["a receipt that the ledger has not", [...RIGHT, { number: "77", paid: "1.00" }], ["missing_here"]],
    ["a receipt that the file has not", RIGHT.filter(({ number }) => number !== "3"), ["missing_there"]],
    ["a line that comes twice", [...RIGHT, ...RIGHT.slice(1, 2)], ["duplicate"]],
    ["another amount", changedLine("2", { paid: "499.99" }), ["amount_differs paid"]],
    ["other bonuses", changedLine("1", { spent: "99.00" }), ["amount_differs spent"]],
    ["another store", changedLine("4", { store: "M-9" }), ["wrong_store store"]],
    ["another till", changedLine("4", { till: "2" }), ["wrong_store terminal"]],
    ["another day", changedLine("5", { day: "2026-03-01" }), ["wrong_day day"]],
    ["another shift", changedLine("5", { shift: "2" }), ["wrong_day shift"]],
    ["another member", changedLine("6", { card: OTHER }), ["wrong_member member"]],
    ["nobody in place of a member", changedLine("6", { card: "" }), ["wrong_member member"]],
    ["somebody in place of a card that leads to nobody", changedLine("7", { card: CARD }), ["wrong_member member"]],
    ["a sale in place of a return", changedLine("R1", { paid: "400.00", spent: "100.00" }), ["amount_differs kind"]],
    ["a sale that was reversed", [...RIGHT, { number: "8", paid: "500.00" }], ["missing_here reversed"]],
    [
      "several at once",
      changedLine("2", { day: "2026-03-03", paid: "1.00", card: OTHER }),
      ["wrong_day day member paid"],
    ],
    ["the other brand's receipt", [...RIGHT, { number: "9", store: "E-1", paid: "500.00" }], ["missing_here"]],
  ])("is told once, by its most specific word: %s", async (_, lines, expected) => {
    expect(told(await breaksOf(lines))).toEqual(expected);
  });

  it("is told with both sides, and shows no card", async () => {
    const [found] = await breaksOf(changedLine("2", { paid: "499.00", card: OTHER }));
    expect(found).toMatchObject({
      line: 3,
      status: "open",
      there: { kind: "sale", storeId: "M-1", number: "2", day: "2026-03-02", paid: "499.00", total: null },
      here: { paid: "500.00", memberId, receiptId: expect.stringMatching(/^pur_/) as unknown },
    });
    const [row] = await http.database.sql<{ text: string }[]>`
      select string_agg(b::text, ' ') || (select string_agg(r::text, ' ') from reconciliations r) as text from reconciliation_breaks b`;
    for (const card of [CARD, OTHER]) expect(row?.text).not.toContain(card);
  });

  it("is none within the tolerances", async () => {
    const lines = changedLine("2", { paid: "499.50", day: "2026-03-03" });
    expect(told(await breaksOf(lines, { query: { toleranceAmount: "0.50", toleranceDays: "1" } }))).toEqual([]);
    expect(told(await breaksOf(lines, { query: { toleranceAmount: "0.49", toleranceDays: "1" } }))).toEqual([
      "amount_differs paid",
    ]);
  });

  it("that has no end is told as a file that does not belong here, and keeps no breaks", async () => {
    const header = `${csvOf([]).trim()}\n`;
    const many = Array.from({ length: 50_001 }, (_, index) => `x${index},M-1,1,1,2026-03-02,,1.00,0.00\n`).join("");
    const sent = await upload(http, header + many, { key: finance });
    expect(await matched()).toMatchObject({ outcome: "too_many_breaks" });
    const { body } = await http.get(`/v1/reconciliations/${sent.body.reconciliationId}`, { key: finance });
    expect(body).toMatchObject({ status: "failed", failure: "too_many_breaks", result: null });
  });
});

describe("a break", () => {
  const act = (breakId: string, action: string, body: object, staff: string | null = "anna-1", key = finance) =>
    http.post(`/v1/breaks/${breakId}/${action}`, body, { key, headers: staff === null ? {} : { "x-staff-id": staff } });

  it("is assigned, commented and resolved by people who are named, and ends once", async () => {
    const [found] = await breaksOf([...RIGHT, { number: "78", paid: "1.00" }]);
    const { breakId } = found!;
    const nobody = await act(breakId, "assign", { owner: "boris-2", reason: "his store" }, null);
    expect(nobody).toMatchObject({ status: 403, body: { code: "staff_required" } });
    expect(await act(breakId, "assign", { owner: "Boris-2", reason: "his store" })).toMatchObject({
      status: 200,
      body: { owner: "boris-2", changes: 1 },
    });
    await act(breakId, "comment", { reason: "the till was new" }, "boris-2");
    const wrong = { resolution: "corrected", operationId: "opn_0195560d2a0070008a30f1c2d3e4f000", reason: "sent" };
    expect(await act(breakId, "resolve", wrong)).toMatchObject({ status: 422, body: { code: "operation_not_found" } });
    const sold = await sellTo(http, memberId, { receipt: receipt("78"), lines: [lineOf("1", 1_00n)] });
    const resolved = await act(breakId, "resolve", { ...wrong, operationId: sold.operationId }, "boris-2");
    expect(resolved.body).toMatchObject({
      status: "resolved",
      resolution: "corrected",
      correctedBy: sold.operationId,
      resolvedBy: "boris-2",
      changes: 3,
    });
    const again = { resolution: "no_correction", reason: "no" };
    expect(await act(breakId, "resolve", again)).toMatchObject({ status: 409, body: { code: "break_resolved" } });
    expect(await act(breakId, "assign", { owner: null, reason: "no" })).toMatchObject({ status: 409 });
    expect(await act(breakId, "comment", { reason: "well done" })).toMatchObject({ status: 200 });
    const { body } = await http.get<{ steps: { action: string; staffId: string }[] }>(`/v1/breaks/${breakId}`);
    expect(body.steps.map(({ action, staffId }) => [action, staffId])).toEqual([
      ["comment", "anna-1"],
      ["resolve", "boris-2"],
      ["comment", "boris-2"],
      ["assign", "anna-1"],
    ]);
    answerOf(await http.ask(reversal, { receipt: receipt("78"), kind: "purchase" }));
  });

  it("has an age, and is found by kind, status and owner", async () => {
    const lines = [...changedLine("2", { paid: "499.98" }), { number: "79", paid: "1.00" }];
    const [late] = await breaksOf(lines);
    await act(late!.breakId, "assign", { owner: "vera-3", reason: "hers" });
    const { body } = await http.get<{ items: { reconciliationId: string }[] }>("/v1/reconciliations?limit=1");
    const path = `/v1/reconciliations/${body.items[0]!.reconciliationId}/breaks`;
    const count = async (query: string) => (await http.get<{ items: Found[] }>(`${path}?${query}`)).body.items.length;
    expect(await count("kind=missing_here")).toBe(1);
    expect(await count("owner=vera-3")).toBe(1);
    expect(await count("owner=")).toBe(1);
    expect(await count("status=resolved")).toBe(0);
    expect(await count("minAgeDays=1")).toBe(0);
    http.clock.moveTo(http.clock.now() + DAY_MS);
    expect(await count("minAgeDays=1")).toBe(2);
    const page = await http.get<{ items: Found[]; nextCursor: string }>(`${path}?limit=1`);
    const next = await http.get<{ items: Found[]; nextCursor: null }>(`${path}?limit=1&cursor=${page.body.nextCursor}`);
    expect([page.body.items[0]?.kind, next.body.items[0]?.kind, next.body.nextCursor]).toEqual([
      "amount_differs",
      "missing_here",
      null,
    ]);
  });

  it("whose reason is known explains later ones by a rule, and drops none; a rule that has ended explains nothing more", async () => {
    const late = (number: string, day = "2026-03-03") => changedLine(number, { day });
    const [found] = await breaksOf(late("2"));
    const { breakId } = found!;
    const resolve = (rule: object) =>
      act(breakId, "resolve", { resolution: "no_correction", reason: "prints late", rule });
    expect(await resolve({ storeId: "M-1", days: 2 })).toMatchObject({
      status: 422,
      body: { code: "rule_does_not_fit" },
    });
    expect(await resolve({ storeId: "M-9", days: 1 })).toMatchObject({ status: 422 });
    expect(await resolve({ storeId: "M-1", days: 1 })).toMatchObject({ status: 200 });
    const explained = await breaksOf(late("3"));
    const { body } = await http.get<{ items: { ruleId: string }[] }>("/v1/break-rules", { key: finance });
    const ruleId = body.items[0]!.ruleId;
    expect(explained).toMatchObject([{ kind: "wrong_day", status: "explained", ruleId }]);
    expect(await breaksOf(late("3", "2026-03-04"))).toMatchObject([{ status: "open", ruleId: null }]);
    const both = changedLine("3", { day: "2026-03-03", paid: "1.00" });
    expect(await breaksOf(both)).toMatchObject([{ kind: "wrong_day", status: "open" }]);
    const end = (reason: string) =>
      http.post(`/v1/break-rules/${ruleId}/end`, { reason }, { key: finance, headers: { "x-staff-id": "anna-1" } });
    expect(await end("a new till")).toMatchObject({ status: 200 });
    expect(await end("twice")).toMatchObject({ status: 409, body: { code: "rule_ended" } });
    expect(await breaksOf(late("4"))).toMatchObject([{ status: "open" }]);
  });
});

describe("a client of one brand", () => {
  it("reconciles and sees its own brand's receipts only", async () => {
    const ofEldorado = await http.newKey(["finance"], "eldorado");
    const refused = await upload(http, csvOf(RIGHT), { key: ofEldorado });
    expect(refused).toMatchObject({ status: 403, body: { code: "brand_forbidden" } });
    const [found] = await breaksOf([...RIGHT, { number: "80", paid: "1.00" }]);
    expect(await http.get(`/v1/breaks/${found!.breakId}`, { key: ofEldorado })).toMatchObject({ status: 404 });
    const { body } = await http.get<{ items: unknown[] }>("/v1/reconciliations", { key: ofEldorado });
    expect(body.items).toEqual([]);
    const rules = await http.get<{ items: unknown[] }>("/v1/break-rules", { key: ofEldorado });
    expect(rules.body.items).toEqual([]);
    const mine = await upload(http, csvOf([{ number: "9", store: "E-1", paid: "500.00" }]), {
      key: ofEldorado,
      query: { brand: "eldorado" },
    });
    await matched();
    const done = await http.get(`/v1/reconciliations/${mine.body.reconciliationId}`, { key: ofEldorado });
    expect(done.body).toMatchObject({ result: { matched: 1, breaks: 0 } });
  });
});

describe("a file that cannot be read", () => {
  const lineErrors = async (file: string, terms: Parameters<typeof upload>[2] = {}) => {
    const { status, body } = await upload(http, file, { key: finance, ...terms });
    return [status, body["code"], ...((body["errors"] ?? []) as { path: string }[]).map(({ path }) => path)];
  };
  const header = csvOf([]).trim();

  it.each<[string, string, readonly unknown[]]>([
    ["an empty one", "", [422, "file_unreadable", "line 1"]],
    [
      "one without a column that is mapped",
      "number,store\n1,M-1\n",
      [422, "file_unreadable", "day", "till", "shift", "card", "paid", "spent"],
    ],
    ["two columns of one name", `${header},paid\n`, [422, "file_unreadable", "paid"]],
    ["too many values", `${header}\n1,M-1,1,1,2026-03-02,,1.00,0.00,9\n`, [422, "file_unreadable", "line 2"]],
    ["a quote that is not closed", `${header}\n1,"M-1,1,1,2026-03-02,,1.00,0.00\n`, [422, "file_unreadable", "line 2"]],
    [
      "no amount",
      `${header}\n1,M-1,1,1,2026-03-02,,1.00,0.00\n2,M-1,1,1,2026-03-02,,1.001,0.00\n`,
      [422, "file_unreadable", "line 3, paid"],
    ],
    ["no date", `${header}\n1,M-1,1,1,02.03.2026,,1.00,0.00\n`, [422, "file_unreadable", "line 2, day"]],
    [
      "a line that is too long",
      `${header}\n1,M-1,1,1,2026-03-02,${"9".repeat(70_000)},1.00,0.00\n`,
      [422, "file_unreadable", "line 2"],
    ],
  ])("is refused with the line, and nothing of it is kept: %s", async (_, file, expected) => {
    expect(await lineErrors(file)).toEqual(expected);
    const [row] = await http.database.sql<{ parts: number }[]>`select count(*)::int as parts from reconciliation_parts`;
    expect(row?.parts).toBe(0);
  });

  it.each<[string, Parameters<typeof upload>[2] & { readonly file?: string }, readonly unknown[]]>([
    ["no mapping", { mapping: "nonsense" }, [400, "invalid_request", "mapping"]],
    [
      "a mapping without amounts",
      { mapping: { columns: { number: "n", store: "s", day: "d" } } },
      [422, "unprocessable_request", "mapping.columns"],
    ],
    [
      "a zone that is none",
      { mapping: { ...MAPPING, zone: "Mars/Base" } },
      [422, "unprocessable_request", "mapping.zone"],
    ],
    [
      "a date that is not told how",
      { mapping: { ...MAPPING, date: "'; drop" } },
      [400, "invalid_request", "mapping.date"],
    ],
    ["days that go backwards", { query: { from: "2026-03-03" } }, [422, "unprocessable_request", "to"]],
    ["JSON that is none", { media: "application/jsonl" }, [422, "file_unreadable", "line 1"]],
    [
      "a line of JSON that is none",
      { file: '{"number": "1"}\n[1]\n', media: "application/jsonl" },
      [422, "file_unreadable", "line 2"],
    ],
    ["Parquet that is none", { media: "application/vnd.apache.parquet" }, [422, "file_unreadable", ""]],
    ["another type", { media: "application/pdf" }, [415, "file_type"]],
    ["a brand that takes no part", { query: { brand: "nobody" } }, [422, "unknown_brand"]],
  ])("or asked for in another way: %s", async (_, terms, expected) => {
    expect(await lineErrors(terms.file ?? csvOf(RIGHT), terms)).toEqual(expected);
  });
});
