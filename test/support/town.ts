/** A short history that has everything in it: sales across brands, returns, reversals, parked returns, holds of every end, debt, suspense, a claim, a refusal. */
import { accrual } from "../../src/bonuses/accrual.ts";
import { hold as placeHold } from "../../src/bonuses/hold/hold.ts";
import { holdCapture } from "../../src/bonuses/hold/hold-capture.ts";
import { holdRelease } from "../../src/bonuses/hold/hold-release.ts";
import { redemption } from "../../src/bonuses/redemption.ts";
import type { OwnOperation } from "../../src/engine/definition/operation.ts";
import { submitOwn } from "../../src/engine/group/submit.ts";
import { formatAmount } from "../../src/kernel/amount.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { brandRegistration } from "../../src/programme/places/brand.ts";
import { storeRegistration } from "../../src/programme/places/store.ts";
import { policyPublication } from "../../src/programme/policies/policy-publication.ts";
import type { PurchaseAnswer } from "../../src/sales/purchase/purchase-answer.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { returnById } from "../../src/sales/return/return-by-id.ts";
import { returnByReceipt } from "../../src/sales/return/return-by-receipt.ts";
import { reversal } from "../../src/sales/reversal/reversal.ts";
import { rulesWith } from "../policy/rules.ts";
import { liveAdjusted } from "./town-adjusting.ts";
import { liveErased } from "./town-erasing.ts";
import { liveIdentified } from "./town-identifiers.ts";
import { liveConsents } from "./town-consents.ts";
import { liveSeen } from "./town-accesses.ts";
import { liveBlocked, liveJoined, liveRepaid } from "./town-joining.ts";
import { liveLinking } from "./town-linking.ts";
import { liveWithOrders } from "./town-orders.ts";
import { liveClosing } from "./town-closing.ts";
import { liveSettled } from "./town-settling.ts";
import { liveOverriding } from "./town-overriding.ts";
import { liveReconciling } from "./town-reconciling.ts";
import { liveRepresented } from "./town-representing.ts";
import { liveReviewed } from "./town-review.ts";
import { answerOf, newTestKey, START, type TestLedger } from "./ledger.ts";

export const DAY_MS = 86_400_000;

let numbers = 0;
const receiptAt = (brand: string, number = `R${(numbers += 1)}`) => ({
  brand,
  storeId: brand === "mvideo" ? "M-1" : "E-1",
  terminalId: "1",
  shift: "1",
  number,
});
export type TestReceipt = ReturnType<typeof receiptAt>;

/** A line as a till sends it; the price in kopecks. */
export const lineOf = (lineId: string, unitPrice: bigint, quantity = "1") => ({
  lineId,
  sku: `sku-${lineId}`,
  category: "tv",
  quantity,
  unitPrice: formatAmount(unitPrice),
});

type Card = NonNullable<SaleFields["identifier"]>;

/** What may be otherwise than by default. */
export interface SaleFields {
  readonly brand?: string;
  readonly receipt?: TestReceipt;
  readonly identifier?: { readonly kind: string; readonly value: string };
  readonly lines?: readonly object[];
  readonly spend?: bigint | "max";
  readonly occurredAt?: number;
}

/** A sale of one line of two pieces, now. */
export async function sellTo(
  ledger: TestLedger,
  memberId: MemberId | undefined,
  fields: SaleFields = {},
): Promise<PurchaseAnswer & { readonly receipt: TestReceipt }> {
  const { brand = "mvideo", receipt = receiptAt(brand), spend = 0n, occurredAt = ledger.clock.now(), ...rest } = fields;
  const body = {
    receipt,
    channel: "pos",
    ...(memberId === undefined ? {} : { memberId }),
    lines: [lineOf("1", 100_000n, "2")],
    spend: spend === "max" ? spend : formatAmount(spend),
    occurredAt: formatInstant(occurredAt),
    ...rest,
  };
  return { ...(answerOf(await ledger.ask(purchase, body)) as PurchaseAnswer), receipt };
}

/** Brings pieces of the only line of a sale back, now. */
export async function bringBack(ledger: TestLedger, purchaseId: string, brand = "mvideo", quantity = "1") {
  const receipt = receiptAt(brand);
  const occurredAt = formatInstant(ledger.clock.now());
  const body = { receipt, lines: [{ lineId: "1", quantity }], occurredAt, reason: "broken" };
  answerOf(await ledger.ask(returnById, body, { params: { purchaseId } }));
  return receipt;
}

export async function reverse(ledger: TestLedger, receipt: TestReceipt, kind: "purchase" | "return"): Promise<void> {
  answerOf(await ledger.ask(reversal, { receipt, kind }));
}

/** Has the ledger do something by itself. */
export async function doOwn<I>(ledger: TestLedger, operation: OwnOperation<I>, input: I): Promise<void> {
  answerOf(await submitOwn(ledger.service, operation, input));
}

export interface HoldTerms {
  readonly brand?: string;
  /** Absent: a day. */
  readonly forMs?: number;
}

/** Puts an amount aside. */
export async function holdFor(
  ledger: TestLedger,
  memberId: MemberId,
  amount: bigint,
  terms: HoldTerms = {},
): Promise<string> {
  const { brand = "eldorado", forMs = DAY_MS } = terms;
  const expiresAt = formatInstant(ledger.clock.now() + forMs);
  const body = { memberId, amount: formatAmount(amount), brand, expiresAt, reference: "order" };
  return (answerOf(await ledger.ask(placeHold, body)) as { holdId: string }).holdId;
}

export async function capture(ledger: TestLedger, holdId: string, amount: bigint, final = true): Promise<void> {
  answerOf(await ledger.ask(holdCapture, { amount: formatAmount(amount), final }, { params: { holdId } }));
}

export async function release(ledger: TestLedger, holdId: string): Promise<void> {
  answerOf(await ledger.ask(holdRelease, {}, { params: { holdId } }));
}

export interface Town {
  /** Has lots of both brands, an open hold, and returns. */
  readonly rich: MemberId;
  /** Owes both brands. */
  readonly debtor: MemberId;
  /** Brought a card that a receipt had waited for. */
  readonly late: MemberId;
}

/** Lets everything happen that the ledger knows, over two months. */
export async function liveThrough(ledger: TestLedger): Promise<Town> {
  const { clock } = ledger;
  await registerPlaces(ledger);
  const life = {
    hold: (memberId: MemberId, amount: bigint, forMs: number) => holdFor(ledger, memberId, amount, { forMs }),
    sell: (identifier: object, spend: bigint) => sellTo(ledger, undefined, { identifier: identifier as Card, spend }),
    bringBack: (purchaseId: string) => bringBack(ledger, purchaseId),
  };
  const [rich, debtor] = [await ledger.newMember(), await ledger.newMember()];
  await ledger.give(rich, 500_00n);
  await ledger.give(rich, 70_00n, "eldorado");
  await grantUntil(ledger, debtor, clock.now() + 5 * DAY_MS);
  const crossed = await sellTo(ledger, rich, { brand: "eldorado", spend: 100_00n });
  await sellTo(ledger, rich, { spend: "max", lines: [lineOf("1", 9_999n, "3"), lineOf("2", 5_001n, "0.350")] });
  const taken = await bringBack(ledger, crossed.purchaseId, "mvideo");
  await reverse(ledger, taken, "return");
  await bringBack(ledger, crossed.purchaseId, "eldorado");
  const voided = await sellTo(ledger, rich, { spend: 10_00n });
  await bringBack(ledger, voided.purchaseId);
  await reverse(ledger, voided.receipt, "purchase");
  await reverse(ledger, receiptAt("mvideo"), "purchase");
  await parkAndSell(ledger, rich);
  const late = await waitAndClaim(ledger);
  await sellTo(ledger, undefined);

  const held = await holdFor(ledger, rich, 20_00n);
  await capture(ledger, held, 5_00n, false);
  await capture(ledger, held, 10_00n);
  await release(ledger, await holdFor(ledger, rich, 5_00n));
  await holdFor(ledger, rich, 6_00n);

  const [first, second] = [await sellTo(ledger, debtor), await sellTo(ledger, debtor, { brand: "eldorado" })];
  const erase = await liveErased(ledger, life);
  const repay = await liveRepaid(ledger, life);
  clock.moveTo(clock.now() + 20 * DAY_MS);
  await sellTo(ledger, debtor, { spend: "max", lines: [lineOf("1", 30_000n)] });
  await bringBack(ledger, first.purchaseId, "mvideo", "2");
  await bringBack(ledger, second.purchaseId, "eldorado", "2");
  await sellTo(ledger, rich);
  await holdFor(ledger, rich, 30_00n, { forMs: 10 * DAY_MS });
  await ledger.give(debtor, 3_00n);
  await spendWithoutReceipt(ledger, rich, "5.00");
  const refused = await spendWithoutReceipt(ledger, debtor, "5.00");
  await liveSeen(ledger, rich);
  await liveConsents(ledger);
  await liveReviewed(ledger);
  await liveWithOrders(ledger, rich);
  await liveIdentified(ledger, life);
  await liveBlocked(ledger, life);
  await liveJoined(ledger, life);
  await repay();
  await liveLinking(ledger);
  await liveOverriding(ledger);
  await liveRepresented(ledger);
  await liveAdjusted(ledger, life);
  await erase();
  await liveClosing(ledger);
  await liveSettled(ledger, {
    sell: async (memberId) => (await sellTo(ledger, memberId, { brand: "eldorado", spend: 100_00n })).purchaseId,
    bringBack: (purchaseId) => bringBack(ledger, purchaseId),
  });
  await liveReconciling(ledger);
  if (refused.kind !== "refused") throw new Error("whoever owes has nothing to spend");
  return { rich, debtor, late };
}

function spendWithoutReceipt(ledger: TestLedger, memberId: MemberId, amount: string) {
  return ledger.ask(redemption, { memberId, amount, brand: "mvideo", storeId: "M-1", reference: "test" });
}

/** A store more, a brand as it is, and rules for a day that is far away. */
async function registerPlaces(ledger: TestLedger): Promise<void> {
  const store = { brand: "mvideo", name: "М.Видео Арбат", timeZone: "Europe/Moscow" };
  answerOf(await ledger.ask(storeRegistration, store, { params: { storeId: "M-2" } }));
  const brand = { name: "М.Видео", legalEntity: "ООО «МВМ»" };
  answerOf(await ledger.ask(brandRegistration, brand, { params: { brand: "mvideo" } }));
  const policy = { effectiveFrom: formatInstant(START + 3_650 * DAY_MS), note: "test", rules: rulesWith({}) };
  // As the route reads it out of its path.
  const params = { version: 2 } as unknown as Record<string, string>;
  answerOf(await ledger.ask(policyPublication, policy, { params }));
}

/** Bonuses that end soon. */
async function grantUntil(ledger: TestLedger, memberId: MemberId, expiresAt: number): Promise<void> {
  const terms = { brand: "mvideo", kind: "compensation", reason: "test", reference: "test" };
  const life = { activeAt: formatInstant(ledger.clock.now()), expiresAt: formatInstant(expiresAt) };
  answerOf(await ledger.ask(accrual, { memberId, amount: "1000.00", ...terms, ...life }));
}

/** Returns that come before their sale: one is made when it comes, one goes on waiting. */
async function parkAndSell(ledger: TestLedger, memberId: MemberId): Promise<void> {
  const [original, unsold] = [receiptAt("mvideo"), receiptAt("mvideo")];
  for (const receipt of [original, unsold]) await bringBackEarly(ledger, receipt);
  await sellTo(ledger, memberId, { receipt: original });
}

/** A return that waits for its sale, and is refused when it comes: it asks for a line which that has not. */
export async function refuseEarlyReturn(ledger: TestLedger): Promise<void> {
  const original = receiptAt("mvideo");
  await bringBackEarly(ledger, original, "9");
  await sellTo(ledger, undefined, { receipt: original });
}

async function bringBackEarly(ledger: TestLedger, original: TestReceipt, lineId = "1"): Promise<void> {
  const early = { original: { receipt: original }, receipt: receiptAt("eldorado"), lines: [{ lineId, quantity: "1" }] };
  const occurredAt = formatInstant(ledger.clock.now());
  answerOf(await ledger.ask(returnByReceipt, { ...early, reason: "broken", occurredAt }));
}

/** Receipts that wait for a card: of two cards nobody brings one, and a member registers with the other. */
async function waitAndClaim(ledger: TestLedger): Promise<MemberId> {
  const card = { kind: "card", value: newTestKey() };
  const sold = await sellTo(ledger, undefined, { identifier: card });
  await bringBack(ledger, sold.purchaseId);
  const gone = await sellTo(ledger, undefined, { identifier: card });
  const returns = [await bringBack(ledger, gone.purchaseId), await bringBack(ledger, gone.purchaseId, "eldorado")];
  await sellTo(ledger, undefined, { identifier: { kind: "card", value: newTestKey() } });
  const identifiers = [{ ...card, verified: true }];
  const profile = { brand: "eldorado", externalId: newTestKey(), identifiers, person: { firstName: "Анна" } };
  const { memberId } = answerOf(await ledger.ask(registration, profile)) as { memberId: MemberId };
  // By the card itself: whose identifier was presented is kept with the sale, and with what it has earned.
  await sellTo(ledger, undefined, { identifier: card });
  // What everything had come back of when the card was brought is the member's after all.
  for (const receipt of returns) await reverse(ledger, receipt, "return");
  return memberId;
}
