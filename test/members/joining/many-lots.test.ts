/** Members who have more open lots than are ever moved at once. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../../src/bonuses/accrual.ts";
import { MOST_LOTS } from "../../../src/members/joining/merging/terms.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { expectProof } from "../../support/proof.ts";
import { answerOf, testLedger, type TestLedger } from "../../support/ledger.ts";
import { People, type Person } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const DAY = 86_400_000;
const AT_ONCE = 1_000;

/** Lots of a kopeck each. */
async function giveMany({ card }: Person, count: number): Promise<void> {
  const now = ledger.clock.now();
  const body = {
    identifier: card,
    amount: "0.01",
    brand: "mvideo",
    kind: "promo",
    reason: "test",
    reference: "test",
    activeAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 30 * DAY).toISOString(),
  };
  for (let left = count; left > 0; left -= AT_ONCE) {
    const asked = Array.from({ length: Math.min(left, AT_ONCE) }, () => ledger.ask(accrual, body));
    for (const outcome of await Promise.all(asked)) answerOf(outcome);
  }
}

it("one who has more lots than are ever moved absorbs another, and lets it go with all that is its own", async () => {
  const eldest = await people.person();
  const anna = await people.person();
  await giveMany(anna, MOST_LOTS + 1);
  const other = await people.person();
  // It has come to nothing, and no transfer of what both had in common speaks of it.
  await people.give(other, "7.00", "mvideo", 60);
  await people.redeem({ identifier: other.card }, "7.00");
  await people.give(other, "50.00", "eldorado", 60);
  const before = await people.wallet(other);
  const { mergeId } = await people.join(anna, other);
  await people.part(mergeId);
  expect(await people.wallet(other)).toEqual(before);
  expect(await people.available(anna)).toBe(BigInt(MOST_LOTS + 1));
  // She herself is not absorbed.
  const outcome = await ledger.ask(merge, { memberIds: [eldest.memberId, anna.memberId], reason: "the same" });
  expect(outcome).toMatchObject({ code: "merge_blocked", data: { blockers: [{ code: "too_many_lots" }] } });
}, 60_000);
