/** What is posted to one wallet stands in the journal in the order in which it was posted, whoever began first. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { bucketOf, type MemberId } from "../../src/kernel/ids.ts";
import { openService, type Service } from "../../src/service.ts";
import { TEST_KEYS } from "../support/keys.ts";
import { answerOf, ask, testLedger, type TestLedger } from "../support/ledger.ts";
import { redemption } from "../../src/bonuses/redemption.ts";

let ledger: TestLedger;
let second: Service;
beforeAll(async () => {
  ledger = await testLedger();
  const { database: target, clock } = ledger;
  second = await openService({ personal: TEST_KEYS, target, clock, readers: 2 });
});
afterAll(async () => {
  await second.close();
  await ledger.close();
});

/** Locked in the order of their buckets: the younger of the two first. */
async function pair(): Promise<{ readonly older: MemberId; readonly younger: MemberId }> {
  const older = await ledger.newMember();
  for (;;) {
    ledger.clock.moveTo(ledger.clock.now() + 1_000);
    const younger = await ledger.newMember();
    if (bucketOf(younger) < bucketOf(older)) return { older, younger };
  }
}

it("a merge that began before a sale of its survivor and has waited is posted after it", async () => {
  const { older, younger } = await pair();
  await ledger.give(older, 100_00n);
  let merging: Promise<unknown> | undefined;
  await ledger.database.sql.begin(async (tx) => {
    await tx`select 1 from wallets where member_id = ${younger.slice(4)}::uuid for update`;
    merging = ledger.ask(merge, { memberIds: [older, younger], reason: "the same" });
    await sleep(300);
    const body = { memberId: older, amount: "40.00", brand: "mvideo", storeId: "M-1", reference: "r" };
    answerOf(await ask(second, redemption, body));
  });
  expect(await merging).toMatchObject({ kind: "accepted" });
  const names = await ledger.database.sql<{ name: string }[]>`select o.name from operations o
    where o.name in ('merge', 'redemption') order by o.position, o.place`;
  expect(names.map(({ name }) => name)).toEqual(["redemption", "merge"]);
});
