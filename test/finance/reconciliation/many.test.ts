/** Many receipts, written straight into the tables: what is found does not depend on how many there are. */
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../../src/db/connect.ts";
import { matchNext } from "../../../src/finance/reconciliation/matching/run-next.ts";
import {
  BREAKS_OF_WRONG_WAYS,
  loadReceipts,
  MANY_RECEIPTS_DAYS,
  MANY_RECEIPTS_MAPPING,
  WRONG_WAYS,
  writeReceipts,
} from "../../../src/tools/bench/many-receipts.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { newTestKey } from "../../support/ledger.ts";

const COUNT = 60_000;

let http: TestHttp;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mclub-many-"));
  http = await testHttp();
  await loadReceipts(http.database.sql, COUNT, TEST_KEYS.lookupKey);
}, 120_000);
afterAll(async () => {
  // Nothing has been sold: the ledger does not prove with these.
  await http.service.close();
  await http.database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function reconcile(path: string) {
  const query = new URLSearchParams({
    ...MANY_RECEIPTS_DAYS,
    brand: "mvideo",
    system: "tills",
    mapping: JSON.stringify(MANY_RECEIPTS_MAPPING),
  });
  const terms: RequestInit & { readonly duplex: "half" } = {
    method: "POST",
    headers: {
      authorization: `Bearer ${http.adminKey}`,
      "content-type": "text/csv",
      "idempotency-key": newTestKey(),
    },
    body: ReadableStream.from(createReadStream(path)),
    duplex: "half",
  };
  const answer = await http.app.request(`/v1/reconciliations?${query.toString()}`, terms);
  expect([answer.status, await answer.clone().text()]).toEqual([202, expect.any(String)]);
  const { reconciliationId } = (await answer.json()) as { reconciliationId: string };
  const outcome = await matchNext({ target: http.database, clock: http.clock });
  expect(outcome).toMatchObject({ reconciliationId, outcome: "done" });
  return http.database.sql<
    Record<string, unknown>[]
  >`select kind, differences, line, here, there from reconciliation_breaks
    where reconciliation_id = ${reconciliationId.slice(4)}::uuid order by ordinal`;
}

/** The million itself is `npm run bench:reconciliation`, which holds it against the same list. */
describe("a reconciliation file of a million lines (here of less)", () => {
  it("that agrees in every one has no breaks", async () => {
    const path = join(folder, "right.csv");
    await writeReceipts(connect(http.database, { max: 1 }), COUNT, path, false);
    expect(await reconcile(path)).toEqual([]);
  }, 120_000);

  it("ten of them wrong in ten ways: exactly ten breaks", async () => {
    const path = join(folder, "wrong.csv");
    await writeReceipts(connect(http.database, { max: 1 }), COUNT, path, true);
    const breaks = await reconcile(path);
    const told = breaks.map(({ kind, differences }) => [kind, ...(differences as string[])].join(" "));
    expect(told.toSorted()).toEqual(BREAKS_OF_WRONG_WAYS);
    expect(Object.keys(WRONG_WAYS)).toHaveLength(breaks.length);
  }, 120_000);
});
