/** What a representative has begun goes on: whoever may not see the balance is not told it by a later step either. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holdCapture } from "../../../src/bonuses/hold/hold-capture.ts";
import { hold } from "../../../src/bonuses/hold/hold.ts";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import { formatInstant } from "../../../src/kernel/clock.ts";
import { cancel } from "../../../src/orders/changes/order-cancel.ts";
import { ready } from "../../../src/orders/changes/order-ready.ts";
import { reroute } from "../../../src/orders/changes/order-reroute.ts";
import { pickup } from "../../../src/orders/pickup/pickup.ts";
import { order } from "../../../src/orders/placing/order.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { returnByReceipt } from "../../../src/sales/return/return-by-receipt.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { answerOf, newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import type { Person } from "../joining/people.ts";
import { Company } from "./company.ts";

let ledger: TestLedger;
let people: Company;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Company(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const SPEND = { spendUpTo: { perMonth: "900.00" } };
const now = () => formatInstant(ledger.clock.now());
const receipt = () => ({ brand: "mvideo", storeId: "M-1", terminalId: "4", shift: "1", number: newTestKey() });

interface Told {
  readonly balance: object | null;
}

/** Each step that goes on with what somebody has begun by `actingFor`, and what its till is told. */
async function everyStep(buyer: Person, company: Person): Promise<Record<string, object | null>> {
  const told: Record<string, object | null> = {};
  const step = async (name: string, asked: Promise<Told>) => {
    told[name] = (await asked).balance;
  };
  const held = async () => ({ holdId: (await people.holdFor(buyer, company, "9.00")).holdId });
  const capturing = await held();
  await step("capture of a part", people.ask(holdCapture, { amount: "1.00", final: false }, capturing));
  await step("capture", people.ask(holdCapture, {}, capturing));
  await step("release", people.ask(holdRelease, {}, await held()));
  const { receipt: _, occurredAt: __, ...basket } = people.saleBody(buyer, company, "400.00", "20.00");
  const place = { brand: "mvideo", storeId: "M-1" };
  const placed = async (spend: string) => {
    const body = { ...basket, spend, orderNumber: newTestKey(), brand: "mvideo", channel: "web", pickup: place };
    const outcome = await ledger.ask(order, body);
    const { orderId } = answerOf(outcome) as { orderId: string };
    return { orderId, code: (outcome as { shownOnce?: { pickupCode: string } }).shownOnce?.pickupCode };
  };
  for (const spend of ["20.00", "0.00"]) {
    const { orderId, code } = await placed(spend);
    await step(`ready ${spend}`, people.ask(ready, {}, { orderId }));
    const one = [{ lineId: "1", quantity: "1" }];
    await step(`cancel ${spend}`, people.ask(cancel, { lines: one }, { orderId }));
    const visit = { storeId: "M-1", receipt: receipt(), code, occurredAt: now() };
    await step(`pickup ${spend}`, people.ask(pickup, visit, { orderId }));
    await step(`reversal of a pickup ${spend}`, people.ask(reversal, { receipt: visit.receipt, kind: "purchase" }));
    await step(`reroute ${spend}`, people.ask(reroute, { pickup: { brand: "eldorado", storeId: "E-1" } }, { orderId }));
    const sold = await people.buyFor(buyer, company, "400.00", spend);
    const back = () => ({ receipt: receipt(), lines: one, occurredAt: now() });
    const first = back();
    await step(`return ${spend}`, people.ask(returnById, first, { purchaseId: sold.purchaseId }));
    const byReceipt = { ...back(), original: { receipt: sold.receipt } };
    await step(`return by receipt ${spend}`, people.ask(returnByReceipt, byReceipt));
    await step(`reversal of a return ${spend}`, people.ask(reversal, { receipt: first.receipt, kind: "return" }));
    for (const name of ["reversal", "reversal again"]) {
      await step(`${name} ${spend}`, people.ask(reversal, { receipt: sold.receipt, kind: "purchase" }));
    }
  }
  return told;
}

describe("a later step of what a representative has begun", () => {
  it("tells no balance where he may not see it, be it that his link has ended since", async () => {
    const { company, buyer } = await people.withBuyer({ see: false, ...SPEND });
    const told = await everyStep(buyer, company);
    expect(Object.entries(told).filter(([, balance]) => balance !== null)).toEqual([]);
    expect(Object.keys(told)).toHaveLength(23);
    const { company: other, buyer: former, link } = await people.withBuyer({ see: false, ...SPEND });
    const { holdId } = await people.holdFor(former, other, "5.00");
    await people.end(link);
    await people.grant(other, former, { see: true, ...SPEND });
    expect(await people.ask(holdRelease, {}, { holdId })).toMatchObject({ balance: null });
  });

  it("tells none where its member was named by an absorbed id, and counts what comes back", async () => {
    const { company, buyer } = await people.withBuyer({ see: false, ...SPEND });
    const absorbed = await people.person();
    await people.join(company, absorbed);
    const told = await everyStep(buyer, absorbed);
    expect(Object.entries(told).filter(([, balance]) => balance !== null)).toEqual([]);
    expect(Object.keys(told)).toHaveLength(23);
    const left = async () => (await people.list(company)).items[0]?.left;
    const before = await left();
    const sold = await people.buyFor(buyer, absorbed, "400.00", "20.00");
    expect(await left()).not.toEqual(before);
    await people.bringWith(sold.purchaseId, 2);
    expect(await left()).toEqual(before);
  });

  it("tells it where he may", async () => {
    const { company, buyer } = await people.withBuyer({ see: true, ...SPEND });
    const told = await everyStep(buyer, company);
    const none = Object.entries(told).filter(([, balance]) => balance === null);
    // On those orders nothing was held: their steps move no wallet.
    expect(none.map(([name]) => name)).toEqual(["ready 0.00", "cancel 0.00", "reroute 0.00"]);
  });

  it("tells it to the member's own tills of what the member has begun, whoever may act for him", async () => {
    const { company } = await people.withBuyer({ see: false, ...SPEND });
    const own = { memberId: company.memberId, amount: "5.00", brand: "mvideo", reference: "own" };
    const { holdId } = await people.ask<{ holdId: string }>(hold, own);
    expect(await people.ask(holdRelease, {}, { holdId })).toMatchObject({ balance: { available: "1000.00" } });
  });
});
