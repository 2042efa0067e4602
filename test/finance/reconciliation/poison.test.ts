/** A file that cannot be matched holds up no other, comes to an end that is told, and can be dropped by whoever has sent it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inWorkplace } from "../../../src/finance/reconciliation/reading/duckdb.ts";
import { matchNext, type MatchingOptions } from "../../../src/finance/reconciliation/matching/run-next.ts";
import { MOST_TRIES } from "../../../src/finance/reconciliation/matching/tries.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { newTestKey } from "../../support/ledger.ts";
import { csvOf, upload, type UploadTerms } from "./files.ts";

let http: TestHttp;
let finance: string;
beforeAll(async () => {
  http = await testHttp();
  finance = await http.newKey(["finance"]);
}, 120_000);
afterAll(() => http.close());

const matched = (options: Partial<MatchingOptions> = {}) =>
  matchNext({ target: http.database, clock: http.clock, ...options });

async function sent(number: string, terms: UploadTerms = {}): Promise<string> {
  const answer = await upload(http, csvOf([{ number, paid: "1.00" }]), { key: finance, ...terms });
  expect(answer).toMatchObject({ status: 202 });
  return answer.body.reconciliationId;
}
const read = async (id: string) => (await http.get(`/v1/reconciliations/${id}`, { key: finance })).body;
const cancel = (id: string, key = finance, idempotencyKey = newTestKey()) =>
  http.post(`/v1/reconciliations/${id}/cancel`, { reason: "the wrong days" }, { key, idempotencyKey });
const uuid = (id: string) => id.slice(4);

/** What was kept of it is no Parquet any more. */
async function spoil(id: string): Promise<void> {
  await http.database.sql`update reconciliation_parts p set content = '\\x00'::bytea
    from reconciliations r where r.upload_id = p.upload_id and r.reconciliation_id = ${uuid(id)}::uuid`;
}
/** As if the wait were over. */
const due = (id: string) =>
  http.database.sql`update reconciliations set not_before = null where reconciliation_id = ${uuid(id)}::uuid`;
const partsOf = async (id: string) =>
  (
    await http.database.sql`select 1 from reconciliation_parts p join reconciliations r using (upload_id)
      where r.reconciliation_id = ${uuid(id)}::uuid`
  ).length;

describe("days at the ends of the calendar", () => {
  it.each([
    ["0001-01-01", "0001-01-02"],
    ["9999-12-30", "9999-12-31"],
  ])("%s to %s are matched", async (from, to) => {
    const id = await sent("1", { query: { from, to, toleranceDays: "31" } });
    expect(await matched()).toMatchObject({ reconciliationId: id, outcome: "done" });
    expect(await read(id)).toMatchObject({ status: "done", result: { byKind: { missing_here: 1 } } });
  });
});

describe("a file that cannot be matched", () => {
  it("waits, longer each time, and the others are matched meanwhile; then it has failed, and says why", async () => {
    const spoilt = await sent("2");
    await spoil(spoilt);
    const other = await sent("3");
    const first = await matched();
    expect(first).toMatchObject({ reconciliationId: spoilt, outcome: "cannot_be_matched", again: true });
    expect(first?.thrown).toMatch(/^Invalid Input Error/);
    expect(await matched()).toMatchObject({ reconciliationId: other, outcome: "done" });
    expect(await matched()).toBeNull();
    const waits: number[] = [];
    for (let tries = 1; tries < MOST_TRIES; tries += 1) {
      const found = await read(spoilt);
      expect(found).toMatchObject({ status: "waiting", failure: "cannot_be_matched", tries, result: null });
      const [row] = await http.database.sql<
        { seconds: number }[]
      >`select round(extract(epoch from not_before - clock_timestamp()))::int as seconds from reconciliations where reconciliation_id = ${uuid(spoilt)}::uuid`;
      waits.push(row?.seconds ?? 0);
      await due(spoilt);
      const next = await sent(`3-${tries}`);
      // What was tried less often goes first.
      expect(await matched()).toMatchObject({ reconciliationId: next, outcome: "done" });
      expect(await matched()).toMatchObject({ reconciliationId: spoilt, again: tries + 1 < MOST_TRIES });
    }
    expect(waits.map((seconds) => Math.round(seconds / 10) * 10)).toEqual([30, 120, 480, 1_920, 7_680]);
    expect(await read(spoilt)).toMatchObject({ status: "failed", failure: "cannot_be_matched", nextTryAt: null });
    expect(await partsOf(spoilt)).toBe(0);
    expect(await matched()).toBeNull();
  }, 120_000);

  it("counts the tries that have ended their process as well", async () => {
    const deadly = await sent("4");
    await http.database
      .sql`update reconciliations set tries = ${MOST_TRIES} where reconciliation_id = ${uuid(deadly)}::uuid`;
    expect(await matched()).toMatchObject({ reconciliationId: deadly, outcome: "cannot_be_matched", again: false });
    expect(await read(deadly)).toMatchObject({ status: "failed", failure: "cannot_be_matched" });
  });

  it("is stopped where it takes too long", async () => {
    const lines = Array.from({ length: 40_000 }, (_, index) => ({ number: `l${index}`, paid: "1.00" }));
    const { body } = await upload(http, csvOf(lines), { key: finance });
    const stopped = await matched({ longestMs: 1 });
    expect(stopped).toMatchObject({ reconciliationId: body.reconciliationId, outcome: "took_too_long", again: true });
    expect(await cancel(body.reconciliationId)).toMatchObject({ status: 200 });
  });

  it("says that memory was short", async () => {
    const work = inWorkplace({}, async ({ db }) => {
      await db.run("set memory_limit = '20MB'");
      await db.run("set temp_directory = ''");
      await db.run("create table many as select range::varchar || repeat('a', 100) as text from range(1000000)");
    });
    await expect(work).rejects.toMatchObject({ fault: "out_of_memory" });
  });
});

describe("a file that is dropped", () => {
  it("is matched no more, keeps no lines, and may be sent again", async () => {
    const id = await sent("5");
    const idempotencyKey = newTestKey();
    const answer = await cancel(id, finance, idempotencyKey);
    expect(answer).toMatchObject({ status: 200, body: { reconciliationId: id, status: "cancelled" } });
    expect((await cancel(id, finance, idempotencyKey)).body).toEqual(answer.body);
    expect(await matched()).toBeNull();
    expect(await partsOf(id)).toBe(0);
    expect(await read(id)).toMatchObject({ status: "cancelled", finishedAt: answer.body["finishedAt"], result: null });
    expect(await cancel(id)).toMatchObject({ status: 409, body: { code: "reconciliation_ended", is: "cancelled" } });
    const again = await sent("5");
    expect(again).not.toBe(id);
    expect(await sent("5")).toBe(again);
    await cancel(again);
    const third = await sent("5");
    expect([id, again]).not.toContain(third);
    expect(await matched()).toMatchObject({ reconciliationId: third, outcome: "done" });
    expect(await cancel(third)).toMatchObject({ status: 409, body: { code: "reconciliation_ended", is: "done" } });
    const [kept] = await http.database.sql<{ reason: string }[]>`
      select reason from operations where name = 'reconciliation-cancel' and refusal is null order by operation_id desc limit 1`;
    expect(kept).toEqual({ reason: "the wrong days" });
  });

  it("may have failed before, and says still why", async () => {
    const id = await sent("6");
    await http.database
      .sql`update reconciliations set tries = ${MOST_TRIES} where reconciliation_id = ${uuid(id)}::uuid`;
    await matched();
    expect(await cancel(id)).toMatchObject({ status: 200 });
    expect(await read(id)).toMatchObject({ status: "cancelled", failure: "cannot_be_matched" });
    const again = await sent("6");
    expect(await matched()).toMatchObject({ reconciliationId: again, outcome: "done" });
  });

  it("is another brand's to whoever is of the other", async () => {
    const id = await sent("7");
    const other = await http.newKey(["finance"], "eldorado");
    expect(await cancel(id, other)).toMatchObject({ status: 404, body: { code: "reconciliation_not_found" } });
    const own = await http.newKey(["finance"], "mvideo");
    expect(await cancel(id, own)).toMatchObject({ status: 200 });
  });

  it("while somebody matches it, has no breaks", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => ({ number: `m${index}`, paid: "1.00" }));
    const { body } = await upload(http, csvOf(lines), { key: finance });
    const matching = matched();
    const isBegun = async () => Number((await read(body.reconciliationId))["tries"]) > 0;
    while (!(await isBegun())) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await cancel(body.reconciliationId)).toMatchObject({ status: 200 });
    expect(await matching).toMatchObject({ outcome: "elsewhere" });
    const found = await http.database
      .sql`select 1 from reconciliation_breaks where reconciliation_id = ${uuid(body.reconciliationId)}::uuid`;
    expect(found).toHaveLength(0);
  });
});
