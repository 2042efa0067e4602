/** Hands goods of an order out: plans the receipt, spends what was held for them, and what is spent on added goods. */
import type { z } from "@hono/zod-openapi";
import { type Bonus, MAX_AMOUNT } from "../../kernel/amount.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Refused, type Rejected, reject } from "../../engine/definition/decision.ts";
import { assert } from "../../kernel/assert.ts";
import { as, type PurchaseId } from "../../kernel/ids.ts";
import { amountOf, divideParts, type LotPart, without } from "../../ledger/hold.ts";
import { captureFrom, releaseFrom } from "../../ledger/posting/held.ts";
import { spend } from "../../ledger/posting/spend.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import {
  addedUp,
  type Order,
  portionsOf,
  quantityOfUnits,
  waitingUnits,
} from "../../sales/documents/order-document.ts";
import { kindOf } from "../../sales/plan/buyer.ts";
import { type Basket, mayEarn, type Plan } from "../../sales/plan/plan.ts";
import { joined, planPickup } from "../../sales/plan/plan-pickup.ts";
import { allot, type SaleInput, type Sold } from "../../sales/purchase/record-sale.ts";
import { planSale } from "../../sales/quote/plan-sale.ts";
import type { Customer } from "../../sales/quote/quote-id.ts";
import { MAX_LINES } from "../../sales/receipt/line.ts";
import type { PurchaseLine } from "../../sales/stored.ts";
import { holdOf } from "../find-order.ts";
import { type TakenLine, type TakenLines, takeLines } from "../take-lines.ts";
import type { PickupBody } from "./pickup-body.ts";

/** Goods are added at a till, wherever the others were ordered. */
export const ADDED_BY = "pos" as const;

export interface PickupInput extends SaleInput {
  readonly lines: z.output<typeof PickupBody>["lines"];
  readonly added: z.output<typeof PickupBody>["added"];
  /** Whom the quote of what was added may be for. */
  readonly quotedFor: Customer;
  /** Whether a representative has placed the order, where it matters: nothing more is spent for him than was put aside. */
  readonly isActedFor: boolean;
}

/** Whoever collects what a representative has ordered is not asked who he is: he spends what was put aside, and no more. */
const SPENDS_NOTHING_MORE = { sees: false, allowance: { perOperation: null, perMonth: null, most: 0n } };

export interface HandedOut {
  readonly sold: Sold;
  readonly plan: Plan;
  /** Spent of what was held. */
  readonly captured: Bonus;
  /** Held for these goods, and given back: their price has fallen. */
  readonly released: Bonus;
  readonly lines: Order["lines"];
}

/** Answers a refusal, and moves nothing that stays, where it cannot be. */
export function handOut(
  context: CommandContext,
  order: Order,
  member: WalletDraft | undefined,
  input: PickupInput,
): HandedOut | Refused | Rejected {
  const asked = input.lines ?? everything(order);
  const took = takeLines(order.lines, asked, "collected");
  if ("kind" in took) return took;
  if (namesTwice(order.lines, input.added?.lines ?? [])) return reject("line_twice");
  if (asked.length + (input.added?.lines.length ?? 0) > MAX_LINES) {
    return reject("unprocessable_request", { errors: [TOO_MANY] });
  }
  const today = context.policies.at(input.occurredAt);
  const rules = { ordered: context.policies.at(order.placedAt), today };
  const earns = mayEarn(kindOf(member, input.awaits !== null), today);
  const agreed = took.taken.map(({ line, spend: held }) => ({ unitPrice: line.unitPrice, held }));
  const ordered = planPickup(basketOf(order, input, goodsOf(took.taken, asked)), agreed, earns, rules);
  const added = planAdded(context, order, member, input, ordered);
  if (added !== undefined && "kind" in added) return added;
  const plan = added === undefined ? ordered : joined(ordered, added);
  if (plan.total > MAX_AMOUNT) return reject("unprocessable_request", { errors: [TOO_MUCH] });
  const lines = ordered.lines.map((line, index) => lineWithParts(line, took.taken[index]?.parts ?? []));
  const released = captureHeld(context, order, member, took.parts, lines, input.occurredAt);
  const extra =
    member === undefined || added === undefined || added.spend === 0n
      ? []
      : spend(member, added.spend, order.pickupBrand, today.burn, input.occurredAt);
  const all = added === undefined ? lines : [...lines, ...allot(added.lines, extra)];
  const { total, spend: spent, earned } = plan;
  const after = withReleased(took, lines, as("pur", context.operationId));
  const sold = { lines: all, total, spend: spent, earned, orderId: order.id };
  return { sold, plan, captured: ordered.spend, released, lines: after };
}

/** A receipt of more lines could not be brought back whole. */
const TOO_MANY = { path: "added.lines", message: `with what is collected, at most ${MAX_LINES} lines` };

/** As a till is told whose receipt is too large by its own lines. */
const TOO_MUCH = { path: "lines", message: "the receipt's total is larger than any amount may be" };

const everything = ({ lines }: Order): NonNullable<PickupInput["lines"]> =>
  lines.flatMap((line) => {
    const units = waitingUnits(line);
    return units === 0n ? [] : [{ lineId: line.lineId, quantity: quantityOfUnits(line, units), unitPrice: undefined }];
  });

function namesTwice(one: readonly { lineId: string }[], other: readonly { lineId: string }[]): boolean {
  const known = new Set(one.map(({ lineId }) => lineId));
  return other.some(({ lineId }) => known.has(lineId));
}

/** What is taken of each line, at today's price. */
const goodsOf = (taken: readonly TakenLine[], asked: NonNullable<PickupInput["lines"]>): Basket["lines"] =>
  taken.map(({ line, units }, index) => ({
    lineId: line.lineId,
    sku: line.sku,
    category: line.category,
    quantity: quantityOfUnits(line, units),
    unitPrice: asked[index]?.unitPrice ?? line.unitPrice,
    noEarn: line.noEarn,
    noSpend: line.noSpend,
  }));

const basketOf = (
  { pickupBrand: brand, channel }: Order,
  { occurredAt, storeZone }: PickupInput,
  lines: Basket["lines"],
): Basket => ({ brand, channel, lines, occurredAt, storeZone });

/** Plans goods that were not ordered: a purchase of their own, at the till, but within the bounds of the one receipt. */
function planAdded(
  context: CommandContext,
  order: Order,
  member: WalletDraft | undefined,
  input: PickupInput,
  ordered: Plan,
): Plan | Refused | Rejected | undefined {
  const { added, memberId, awaits, quotedFor, isActedFor } = input;
  if (added === undefined) return undefined;
  const { lines, spend: asked, quoteId } = added;
  const basket = { ...basketOf(order, input, lines), channel: ADDED_BY, before: ordered.lines };
  const acts = isActedFor ? SPENDS_NOTHING_MORE : null;
  return planSale(context, basket, { memberId, awaits, spend: asked, quoteId, quotedFor, acts }, member);
}

/** A line as sold, with the first of what was held for it. */
function lineWithParts(line: Plan["lines"][number], held: readonly LotPart[]): PurchaseLine {
  const { lineId, sku, category, quantity, unitPrice, noEarn, noSpend, total, spend: spent, earn } = line;
  const { first: parts } = divideParts(held, spent);
  return { lineId, sku, category, quantity, unitPrice, noEarn, noSpend, total, spend: spent, earn, parts };
}

/** Spends what was held for the goods, and gives the rest of it back. Answers how much that is. */
function captureHeld(
  context: CommandContext,
  order: Order,
  member: WalletDraft | undefined,
  held: readonly LotPart[],
  lines: readonly PurchaseLine[],
  at: number,
): Bonus {
  if (held.length === 0) return 0n;
  const hold = holdOf(context, order);
  assert(member !== undefined && hold?.status === "open", "what is held for goods that wait is in an open hold");
  const spent = addedUp(lines.flatMap(({ parts }) => parts));
  const left = captureFrom(member, hold, spent, context, at);
  const rest = without(held, spent);
  if (rest.length > 0 && left.status === "open") releaseFrom(member, left, rest, context);
  return amountOf(rest);
}

/** The order's lines, which know what of them was given back: it is held again, should the receipt be reversed. */
function withReleased(took: TakenLines, sold: readonly PurchaseLine[], by: PurchaseId): Order["lines"] {
  const given = new Map(
    took.taken.map(({ line, parts }, index) => [line.lineId, without(parts, sold[index]?.parts ?? [])] as const),
  );
  return took.lines.map((line) => {
    const parts = given.get(line.lineId) ?? [];
    return parts.length === 0 ? line : { ...line, released: [...line.released, { by, parts }] };
  });
}

/** Whether nothing waits any more. */
export const isCollected = (lines: Order["lines"]): boolean => portionsOf(lines).length === 0;
