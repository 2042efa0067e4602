/** Joining may take a while, and may have to wait: nobody who has nothing to do with it does. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { People } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  // One lane: whoever sells shares it with everybody.
  ledger = await testLedger({ lanes: 1 });
  people = new People(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

/** Until some transaction of the service waits for a lock. */
async function waitForLock(): Promise<void> {
  const waiting = () => ledger.database.sql`select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await waiting()).length === 0) await sleep(10);
}

/** Asks while a wallet is locked by a stranger; tells whether somebody else's sale was answered before it. */
async function isFirst(memberId: string, asked: () => Promise<unknown>): Promise<boolean> {
  const seller = await people.person();
  const ends: string[] = [];
  let joining: Promise<unknown> | undefined;
  await ledger.database.sql.begin(async (sql) => {
    await sql`select 1 from wallets where member_id = ${memberId.slice(4)}::uuid for update`;
    joining = asked().finally(() => ends.push("joining"));
    await waitForLock();
    await people.buy({ identifier: seller.card }, "100.00", "0.00");
    ends.push("sale");
  });
  await joining;
  return ends[0] === "sale";
}

it("somebody sells while two become one, and while they part", async () => {
  const [anna, boris] = [await people.person(), await people.person()];
  await people.give(boris, "50.00");
  const memberIds = [anna.memberId, boris.memberId];
  const isBeforeMerge = await isFirst(boris.memberId, () => ledger.ask(merge, { memberIds, reason: "the same" }));
  const wallet = await people.available(anna);
  expect({ isBeforeMerge, wallet }).toEqual({ isBeforeMerge: true, wallet: 5_000n });
  const { mergeId } = await ledger.database.sql<{ mergeId: string }[]>`
    select 'mrg_' || replace(merge_id::text, '-', '') as "mergeId" from merges`.then(([row]) => row ?? { mergeId: "" });
  const isBeforeParting = await isFirst(boris.memberId, () =>
    ledger.ask(unmerge, { reason: "two" }, { params: { mergeId } }),
  );
  expect(isBeforeParting).toBe(true);
  expect(await people.available(boris)).toBe(5_000n);
});

it("nor does anybody wait when one of the two is sold to meanwhile: that sale waits alone", async () => {
  const [anna, boris, seller] = [await people.person(), await people.person(), await people.person()];
  const memberIds = [anna.memberId, boris.memberId];
  let both: Promise<unknown> | undefined;
  const took = await ledger.database.sql.begin(async (sql) => {
    await sql`select 1 from wallets where member_id = ${boris.memberId.slice(4)}::uuid for update`;
    const joining = ledger.ask(merge, { memberIds, reason: "the same" });
    await waitForLock();
    const sale = people.buy({ identifier: boris.card }, "100.00", "0.00");
    both = Promise.all([joining, sale]);
    // Time enough for it to be looked up, and to come into the lane.
    await sleep(300);
    const started = performance.now();
    await people.buy({ identifier: seller.card }, "100.00", "0.00");
    return performance.now() - started;
  });
  expect(await both).toMatchObject([{ kind: "accepted" }, expect.any(String)]);
  // A lock is waited for up to two seconds.
  expect(took).toBeLessThan(1_000);
});
