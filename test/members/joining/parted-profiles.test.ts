/** A profile leaves its member while that is part of another: what it had had of its member's bonuses counts, whoever parts first. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { as, type MemberId, uuidOf } from "../../../src/kernel/ids.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { People, type Person } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(async () => {
  await expectProof(ledger);
});
afterAll(() => ledger.close());

const has = async (memberId: MemberId): Promise<string> => {
  const { available, debt } = await balanceOf(ledger.service, memberId);
  return debt === "0.00" ? available : `${available} - ${debt}`;
};
const tick = () => ledger.clock.moveTo(ledger.clock.now() + 60_000);

type Back = "nothing comes back" | "the sale is reversed" | "the goods come back";
const CASES = (["nothing comes back", "the sale is reversed", "the goods come back"] as const).flatMap((back) =>
  (["the elder", "the younger"] as const).flatMap((third) =>
    (["parts first", "parts last"] as const).map((order) => [back, third, order] as const),
  ),
);

it.each(CASES)("%s, the third is %s, the profile %s", async (back: Back, which, order) => {
  const elder = which === "the elder" ? await people.person() : null;
  const one = await people.person();
  const second = await people.cardOf(one, "eldorado");
  const third: Person = elder ?? (await people.person());
  await people.give(one, "50.00", "mvideo", 10);
  await people.give(second, "80.00", "mvideo", 60);
  await people.give(third, "100.00", "mvideo", 70);
  const sold = await people.buyOnly({ identifier: second.card }, 50_00n);
  const { mergeId } = await people.join(third, one);
  tick();
  if (back === "the goods come back") await people.bring(sold, 2, "M-1");
  if (back === "the sale is reversed") {
    const [receipt] = await ledger.service.reader.run<{ receipt: object }>(
      "select json_build_object('brand', brand, 'storeId', store_id, 'terminalId', terminal_id, 'shift', shift, 'number', number) as receipt from purchases where purchase_id = $1::uuid",
      [uuidOf(sold)],
    );
    await people.ask(reversal, { receipt: receipt?.receipt, kind: "purchase" });
  }
  const spend = () => people.redeem({ identifier: third.card }, "50.00");
  let two = one.memberId;
  const part = async () => {
    two = as("mbr", (await people.partProfile(second.profileId)).leavingId);
    tick();
  };
  if (back !== "nothing comes back") await spend();
  if (order === "parts first") {
    await part();
    // What was made good lies in the lot that ends soonest.
    if (back === "nothing comes back") await spend();
    await people.part(mergeId);
  } else {
    if (back === "nothing comes back") await spend();
    await people.part(mergeId);
    await part();
  }
  const own = back === "nothing comes back" ? "30.00" : "80.00";
  expect([await has(one.memberId), await has(two), await has(third.memberId)]).toEqual(["50.00", own, "50.00"]);
});
