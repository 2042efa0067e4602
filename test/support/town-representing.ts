/** Companies whose buyers act for them: at tills, for orders, and after members have become one. */
import { hold } from "../../src/bonuses/hold/hold.ts";
import { redemption } from "../../src/bonuses/redemption.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { representativeEnd } from "../../src/members/representing/end.ts";
import { representativeGrant } from "../../src/members/representing/grant.ts";
import { order } from "../../src/orders/placing/order.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import type { PurchaseAnswer } from "../../src/sales/purchase/purchase-answer.ts";
import { returnById } from "../../src/sales/return/return-by-id.ts";
import { reversal } from "../../src/sales/reversal/reversal.ts";
import { answerOf, newTestKey, type TestLedger } from "./ledger.ts";
import { registered } from "./town-joining.ts";

let numbers = 0;
const receipt = () => ({ brand: "mvideo", storeId: "M-1", terminalId: "5", shift: "5", number: `T${(numbers += 1)}` });

/** A buyer spends in every way there is, for a company that has become part of another meanwhile; some of it comes back. */
export async function liveRepresented(ledger: TestLedger): Promise<void> {
  const [head, company] = [await registered(ledger, "mvideo"), await registered(ledger, "mvideo")];
  const [buyer, former] = [await registered(ledger, "eldorado"), await registered(ledger, "mvideo")];
  await ledger.give(company.memberId, 500_00n);
  const grant = async (representativeId: string, rights: object, dates: object = {}) => {
    const body = { representativeId, rights, ...dates, reason: "buys for the company", reference: "POA-1" };
    const asked = { params: { memberId: company.memberId } };
    return answerOf(await ledger.ask(representativeGrant, body, asked)) as { representationId: string };
  };
  const until = formatInstant(ledger.clock.now() + 400 * 86_400_000);
  const dates = { until };
  await grant(buyer.memberId, { see: true, spendUpTo: { perOperation: "90.00", perMonth: "400.00" } }, dates);
  const { representationId } = await grant(former.memberId, { see: false });
  await sellFor(ledger, { identifier: former.card, actingFor: company.memberId }, "0.00");
  answerOf(
    await ledger.ask(representativeEnd, { reason: "has left", reference: "POA-2" }, { params: { representationId } }),
  );
  answerOf(await ledger.ask(merge, { memberIds: [head.memberId, company.memberId], reason: "one company" }));
  await spendFor(ledger, { identifier: buyer.card, actingFor: company.memberId });
}

const lines = [{ lineId: "1", sku: "s", category: "tv", quantity: "2", unitPrice: "100.00" }];

async function sellFor(ledger: TestLedger, who: object, spend: string) {
  const occurredAt = formatInstant(ledger.clock.now());
  const body = { ...who, channel: "pos", lines, spend, receipt: receipt(), occurredAt };
  return { ...(answerOf(await ledger.ask(purchase, body)) as PurchaseAnswer), receipt: body.receipt };
}

async function spendFor(ledger: TestLedger, who: object): Promise<void> {
  const { clock } = ledger;
  const spent = { ...who, amount: "10.00", brand: "mvideo", reference: "service" };
  answerOf(await ledger.ask(redemption, { ...spent, storeId: "M-1" }));
  answerOf(await ledger.ask(hold, { ...spent, expiresAt: formatInstant(clock.now() + 600_000) }));
  const { purchaseId, receipt: sold } = await sellFor(ledger, who, "40.00");
  const back = { receipt: receipt(), lines: [{ lineId: "1", quantity: "1" }], occurredAt: formatInstant(clock.now()) };
  answerOf(await ledger.ask(returnById, back, { params: { purchaseId } }));
  answerOf(await ledger.ask(reversal, { receipt: back.receipt, kind: "return" }));
  answerOf(await ledger.ask(reversal, { receipt: sold, kind: "purchase" }));
  await sellFor(ledger, who, "40.00");
  const pickup = { brand: "mvideo", storeId: "M-1" };
  const placed = { ...who, lines, spend: "40.00", orderNumber: newTestKey(), brand: "mvideo", channel: "web", pickup };
  answerOf(await ledger.ask(order, placed));
}
