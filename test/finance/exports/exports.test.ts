/** The books as files: what they add up to, that they stay what they were, and who is shown which. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAmount } from "../../../src/kernel/amount.ts";
import { categoryFollower } from "../../../src/finance/categories/kept.ts";
import { LEDGER_ITSELF } from "../../../src/engine/actor.ts";
import { bound } from "../../../src/engine/definition/export.ts";
import { allExports } from "../../../src/modules.ts";
import { turnoverFollower } from "../../../src/finance/turnovers/turnovers.ts";
import { followToEnd } from "../../support/following.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { liveThrough } from "../../support/town.ts";

let http: TestHttp;
let finance: string;
let ofMvideo: string;
beforeAll(async () => {
  http = await testHttp();
  await liveThrough(http);
  finance = await http.newKey(["finance"]);
  ofMvideo = await http.newKey(["finance"], "mvideo");
}, 120_000);
afterAll(() => http.close());

async function file(path: string, key = finance) {
  const answer = await http.app.request(`/v1/exports/${path}`, { headers: { authorization: `Bearer ${key}` } });
  const text = await answer.text();
  return {
    status: answer.status,
    mark: answer.headers.get("mclub-mark") ?? "",
    type: answer.headers.get("content-type"),
    text,
  };
}

type Row = Readonly<Record<string, string | null>>;

/** Fields that hold a comma, a quote or a line break are quoted. */
function readCsv(text: string): Row[] {
  const fields = /("(?:[^"]|"")*"|[^,\n]*)(,|\n)/g;
  const lines: string[][] = [[]];
  for (const [, field = "", end] of text.matchAll(fields)) {
    lines.at(-1)?.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end === "\n") lines.push([]);
  }
  const [names = [], ...rows] = lines.slice(0, -1);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])));
}

const amountOf = (row: Row, name: string): bigint => parseSigned(row[name] ?? "0.00");
const parseSigned = (text: string): bigint => (text.startsWith("-") ? -parseAmount(text.slice(1)) : parseAmount(text));
const sumOf = (rows: readonly Row[], name: string): bigint => rows.reduce((sum, row) => sum + amountOf(row, name), 0n);

/** Before anything has been added up, from half of it, and from all. */
async function atEachStage(look: () => Promise<void>): Promise<void> {
  await look();
  await followToEnd(http.database, turnoverFollower);
  await look();
}

describe("the trial balance", () => {
  it("is balanced for each entity before, within and after a period, and is what the transfers say", async () => {
    await atEachStage(async () => {
      const { text, status, type } = await file("trial-balance?from=2026-03-05&to=2026-04-30");
      expect([status, type]).toEqual([200, "text/csv; charset=utf-8"]);
      const rows = readCsv(text);
      expect(rows.length).toBeGreaterThan(20);
      for (const entity of ["mvideo", "eldorado"]) {
        const own = rows.filter((row) => row["entity"] === entity);
        for (const pair of ["opening_debit opening_credit", "debit credit", "closing_debit closing_credit"]) {
          const [debit = "", credit = ""] = pair.split(" ");
          expect(sumOf(own, debit), `${entity} ${pair}`).toBe(sumOf(own, credit));
          expect(sumOf(own, debit), `${entity} ${pair}`).toBeGreaterThan(0n);
        }
      }
      for (const row of rows) {
        const net = (pair: string) => amountOf(row, `${pair}debit`) - amountOf(row, `${pair}credit`);
        expect(net("opening_") + net(""), JSON.stringify(row)).toBe(net("closing_"));
      }
    });
  });

  it("has what the one owes to the other on both sides", async () => {
    const rows = readCsv((await file("trial-balance")).text);
    const closing = (entity: string, account: string, side: string) =>
      sumOf(
        rows.filter((row) => row["entity"] === entity && row["account"] === account),
        `closing_${side}`,
      );
    expect(closing("mvideo", "due_to:eldorado", "credit")).toBe(closing("eldorado", "due_from:mvideo", "debit"));
    expect(closing("mvideo", "due_to:eldorado", "credit")).toBeGreaterThan(0n);
  });
});

describe("the roll-forward of the liability", () => {
  it("adds up, and closes with what members have and with what waits for a card", async () => {
    const { text } = await file("liability?from=2026-03-05");
    const rows = readCsv(text);
    for (const row of rows) {
      const { opening: _o, closing: _c, entity: _e, kind: _k, ...changes } = row;
      const sum = Object.keys(changes).reduce((total, name) => total + amountOf(row, name), amountOf(row, "opening"));
      expect(sum, JSON.stringify(row)).toBe(amountOf(row, "closing"));
    }
    const lots = await http.database.sql<{ entity: string; kind: string; left: bigint }[]>`
      select issuer as entity, kind, sum(pending + available + held)::bigint as left from lots group by 1, 2`;
    const waiting = await http.database.sql<{ entity: string; left: bigint }[]>`
      select entity, sum(case when credit = 'suspense' then amount else -amount end)::bigint as left
      from transfers where 'suspense' in (debit, credit) group by 1`;
    for (const { entity, kind, left } of lots) {
      const suspended = kind === "ordinary" ? (waiting.find((row) => row.entity === entity)?.left ?? 0n) : 0n;
      const row = rows.find((one) => one["entity"] === entity && one["kind"] === kind);
      expect(row === undefined ? 0n : amountOf(row, "closing"), `${entity} ${kind}`).toBe(left + suspended);
    }
    for (const name of ["granted", "spent", "expired", "clawed_back", "repaid", "erased"]) {
      expect(
        rows.some((row) => amountOf(row, name) !== 0n),
        name,
      ).toBe(true);
    }
    // What one member gives another one gets; or owes from now on.
    const [owed] = await http.database.sql<{ more: bigint }[]>`
      select coalesce(sum(case when debit = 'debt' then amount else -amount end), 0)::bigint as more
      from transfers where 'debt' in (debit, credit) and event in ('move', 'restitution')`;
    expect(sumOf(rows, "merged")).toBe(owed?.more);
  });
});

describe("the journal", () => {
  it("has every transfer once, in the order of their commits", async () => {
    const rows = readCsv((await file("journal")).text);
    const transfers = await http.database.sql<{ id: string; amount: bigint }[]>`
      select replace(t.operation_id::text, '-', '') || ' ' || t.ordinal as id, t.amount
      from transfers t join operations o using (operation_id) order by t.position, o.place, t.ordinal`;
    expect(rows.map((row) => [`${row["operation_id"]?.slice(4)} ${row["ordinal"]}`, amountOf(row, "amount")])).toEqual(
      transfers.map(({ id, amount }) => [id, amount]),
    );
  });
});

const CODE = /^[a-z0-9_:-]*$/;

describe("lines of JSON", () => {
  it.each(allExports.map(({ name }) => name))(
    "of %s say the same as the texts, and codes need no quoting",
    async (name) => {
      const question = name === "entries" ? "month=2026-03&entity=mvideo" : "";
      const { mark, text } = await file(`${name}?${question}`);
      const lines = await file(`${name}?${question}&format=jsonl&mark=${mark}`);
      expect(lines.type).toBe("application/jsonl");
      const rows = lines.text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const asText = (value: unknown) =>
        typeof value === "string" ? value : JSON.stringify(value ?? "").replaceAll('"', "");
      expect(
        rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, asText(value)]))),
      ).toEqual(readCsv(text));
      const { columns } = allExports.find((each) => each.name === name)!;
      const codes = columns
        .filter(({ type }) => type === "code")
        .flatMap(({ name: column }) => rows.map((row) => row[column]));
      expect(codes.filter((code) => code !== null && !(typeof code === "string" && CODE.test(code)))).toEqual([]);
    },
  );
});

it.each(allExports)("a code of $name that is said to be in each row is null in none", async (asked) => {
  const claimed = asked.columns.filter(({ isNeverNull }) => isNeverNull === true).map(({ name }) => name);
  if (claimed.length === 0) return;
  const { mark } = await file(asked.name);
  const rows = bound(asked.rows, { ...asked.given({}, LEDGER_ITSELF), mark });
  const [found] = await http.database.sql.unsafe(
    `select ${claimed.map((name) => `count(*) - count(${name}) as ${name}`).join(", ")}, count(*) > 0 as any from (${rows}) r`,
  );
  expect(found).toEqual({ any: true, ...Object.fromEntries(claimed.map((name) => [name, 0n])) });
});

describe("an export", () => {
  it.each(["journal", "trial-balance", "liability", "categories"])(
    "%s is the same at its mark byte for byte, and has its control totals",
    async (name) => {
      const first = await file(name);
      await http.give(await http.newMember(), 12_34n);
      for (const follower of [turnoverFollower, categoryFollower]) await followToEnd(http.database, follower);
      const again = await file(`${name}?mark=${first.mark}`);
      expect(again.text).toBe(first.text);
      const now = await file(name);
      expect(now.text).not.toBe(first.text);
      const totals = await http.get<{ rows: number; sums: Record<string, string> }>(
        `/v1/exports/${name}/totals?mark=${first.mark}`,
        { key: finance },
      );
      const rows = readCsv(first.text);
      expect(totals.body.rows).toBe(rows.length);
      for (const [column, sum] of Object.entries(totals.body.sums)) {
        expect(parseSigned(sum), column).toBe(sumOf(rows, column));
      }
      expect(Object.keys(totals.body.sums).length).toBeGreaterThan(0);
    },
  );

  it("shows a client of one brand that brand's books, and nothing that the other has stated", async () => {
    for (const name of ["journal", "trial-balance", "liability", "categories"]) {
      const rows = readCsv((await file(name, ofMvideo)).text);
      expect(new Set(rows.map((row) => row["entity"]))).toEqual(new Set(["mvideo"]));
      expect((await file(`${name}?entity=eldorado`, ofMvideo)).text).toContain("brand_forbidden");
      const { mark } = await file(name);
      const whole = readCsv((await file(`${name}?entity=mvideo&mark=${mark}`)).text);
      expect(readCsv((await file(`${name}?mark=${mark}`, ofMvideo)).text)).toHaveLength(whole.length);
    }
    const foreign = readCsv((await file("journal", ofMvideo)).text).filter((row) => row["brand"] === "eldorado");
    expect(foreign.length).toBeGreaterThan(0);
    expect(foreign.every((row) => row["reason"] === "" && row["reference"] === "")).toBe(true);
  });

  it.each([
    ["from=2026-04-01&to=2026-03-01", 422, "unprocessable_request"],
    ["month=2026-03&from=2026-03-01", 422, "unprocessable_request"],
    ["month=2026-13", 400, "invalid_request"],
    ["from=2026-02-30", 400, "invalid_request"],
    ["mark=999999999999999999", 422, "mark_ahead"],
    ["mark=-1", 400, "invalid_request"],
    ["format=xls", 400, "invalid_request"],
    ["entity=", 400, "invalid_request"],
    ["whatever=1", 400, "invalid_request"],
  ])("refuses %s", async (query, status, code) => {
    const refused = await file(`journal?${query}`);
    expect([refused.status, (JSON.parse(refused.text) as { code: string }).code]).toEqual([status, code]);
  });

  it("takes a month by its name", async () => {
    const { mark, text } = await file("journal?month=2026-03");
    expect((await file(`journal?from=2026-03-01&to=2026-03-31&mark=${mark}`)).text).toBe(text);
    expect(readCsv(text).length).toBeGreaterThan(0);
  });

  it("is for finance alone", async () => {
    expect((await file("journal", await http.newKey(["pos"]))).status).toBe(403);
  });

  it("lets go of its connection where nobody reads on", async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () =>
        http.app.request("/v1/exports/journal", { headers: { authorization: `Bearer ${finance}` } }),
      ),
    );
    await Promise.all(answers.map(async ({ body }) => body?.cancel()));
    const open = async () =>
      (
        await http.database
          .sql`select 1 from pg_stat_activity where application_name = 'mclub export' and datname = current_database()`
      ).length;
    for (const patience = Date.now() + 5_000; (await open()) > 0 && Date.now() < patience; ) await sleep(50);
    expect(await open()).toBe(0);
    expect((await file("journal")).status).toBe(200);
  });
});
