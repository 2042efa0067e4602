/** What is collected for an unknown card, and comes back while the card is being registered. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { claimWaiting } from "../../src/sales/claim/claim-waiting.ts";
import { receipt } from "../http/bodies.ts";
import { answerOf, ask, newTestKey } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { line, openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

let cards = 0;
const newCard = () => ({ kind: "card", value: `41${`${(cards += 1)}`.padStart(11, "0")}` }) as const;

/** Its first unit is collected while nobody has the card, the second once somebody has, and the first is still on suspense. */
async function collectedInBetween(beforeRegistration: (firstReceipt: object) => Promise<void>) {
  const identifier = newCard();
  const order = await shop.readyOrder({ identifier, lines: [line("1", "1000.00", { quantity: "2" })] });
  const firstReceipt = receipt("eldorado");
  const one = { lines: [{ lineId: "1", quantity: "1" }] };
  const first = await shop.pickup(order, { ...one, receipt: firstReceipt });
  expect(first.body).toMatchObject({ memberId: null, suspended: true, earned: "30.00" });
  await beforeRegistration(firstReceipt);
  const identifiers = [{ ...identifier, verified: true }];
  const profile = { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} };
  const cutOff = { ...shop.http.service, afterwards: new Map() };
  const { memberId } = answerOf(await ask(cutOff, registration, profile)) as { memberId: string };
  const pickupCode = await shop.newCode(order.orderId);
  expect((await shop.pickup({ ...order, pickupCode })).body).toMatchObject({ memberId, earned: "30.00" });
  return { firstReceipt, memberId };
}

function bringBack(original: object, own: object) {
  const lines = [{ lineId: "1", quantity: "1" }];
  return shop.http.post("/v1/returns", {
    original: { receipt: original },
    receipt: own,
    lines,
    occurredAt: shop.now(),
  });
}

const reverse = (its: object, kind: string) => shop.http.post("/v1/reversals", { receipt: its, kind });

async function pendingAtTheEnd(memberId: string): Promise<unknown> {
  await expectProof(shop.http);
  await claimWaiting(ledgerItself(shop.http.service));
  await expectProof(shop.http);
  return (await shop.balance(memberId))["pending"];
}

const nothing = () => Promise.resolve();

it("goods that come back are taken off what waits for the card", async () => {
  const { firstReceipt, memberId } = await collectedInBetween(nothing);
  const own = receipt();
  expect((await bringBack(firstReceipt, own)).body).toMatchObject({ memberId: null, clawedBack: "30.00" });
  expect(await pendingAtTheEnd(memberId)).toBe("30.00");
  expect((await reverse(own, "return")).body).toMatchObject({ outcome: "reversed" });
  expect(await pendingAtTheEnd(memberId), "as if nothing had come back").toBe("60.00");
});

it("a receipt that is reversed leaves nothing that waits", async () => {
  const { firstReceipt, memberId } = await collectedInBetween(nothing);
  expect((await reverse(firstReceipt, "purchase")).body).toMatchObject({ outcome: "reversed" });
  expect(await pendingAtTheEnd(memberId)).toBe("30.00");
});

it("goods whose return is reversed have earned once", async () => {
  const own = receipt();
  const { memberId } = await collectedInBetween(async (firstReceipt) => {
    expect((await bringBack(firstReceipt, own)).status).toBe(201);
  });
  expect((await reverse(own, "return")).body).toMatchObject({ outcome: "reversed" });
  expect(await pendingAtTheEnd(memberId)).toBe("60.00");
});
