/** A member's first profile has parted alone, and the member becomes part of another: what names it by id stays provable. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { representativeGrant } from "../../../src/members/representing/grant.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { as } from "../../../src/kernel/ids.ts";
import { cancel } from "../../../src/orders/changes/order-cancel.ts";
import { order } from "../../../src/orders/placing/order.ts";
import { newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
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

/** An elder, and a member whose first profile has left it. */
async function two(): Promise<{ elder: Person; member: Person }> {
  const [elder, member] = [await people.person(), await people.person()];
  await people.cardOf(member, "eldorado");
  await people.partProfile(as("prf", member.memberId));
  await ledger.give(member.memberId, 100_00n);
  return { elder, member };
}

const RIGHTS = { rights: { see: true, spendUpTo: { perMonth: "300.00" } }, reason: "buys", reference: "POA-1" };

it("an order that names it, before and after", async () => {
  const { elder, member } = await two();
  const { memberId } = member;
  const lines = [{ lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "100.00" }];
  const pickup = { brand: "mvideo", storeId: "M-1" };
  const placed = () =>
    people.ask<{ orderId: string }>(order, {
      orderNumber: newTestKey(),
      brand: "mvideo",
      channel: "web",
      pickup,
      memberId,
      lines,
      spend: "0.00",
    });
  const before = await placed();
  await people.join(elder, member);
  const after = await placed();
  await expectProof(ledger);
  for (const { orderId } of [before, after]) {
    expect(await people.ask(cancel, { reason: "r" }, { orderId })).toMatchObject({ memberId: elder.memberId });
  }
});

it("a representative who is granted for it, and acts for whoever stands for it", async () => {
  const { elder, member } = await two();
  const [buyer, other] = [await people.person(), await people.person()];
  const { memberId } = member;
  await people.ask(representativeGrant, { representativeId: buyer.memberId, ...RIGHTS }, { memberId });
  const { mergeId } = await people.join(elder, member);
  await people.give(elder, "50.00");
  await people.ask(representativeGrant, { representativeId: other.memberId, ...RIGHTS }, { memberId });
  const terms = { amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" };
  for (const { card } of [buyer, other]) {
    await people.ask(redemption, { identifier: card, actingFor: elder.memberId, ...terms });
  }
  await expectProof(ledger);
  await people.part(mergeId);
  expect(await people.available(elder)).toBe(50_00n);
});
