/**
 * Puts goods back into their order when the receipt that handed them out is reversed: they wait again, with the bonuses held
 * for them that the receipt had spent, or had given back and that are free still, while the order's time is not over. Then
 * they have expired, and the bonuses are free.
 */
import { minOf, sum } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import { prefixShare } from "../../kernel/rounding.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { among, amountOf, divideParts, type LotPart, without } from "../../ledger/hold.ts";
import { holdAgain, restoreTo } from "../../ledger/posting/held.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { Policy } from "../../policy/policy.ts";
import { addedUp, moved, nothingWaits, type Order, statusAt } from "../documents/order-document.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { isWaiting } from "../order-states.ts";
import { unitsOf } from "../receipt/pricing.ts";
import { isProblem, planReturn, type ReturnPlan } from "../return/distribution.ts";
import type { OrderLine, OrderPortion } from "../stored-order.ts";

export interface PutBack {
  readonly order: Order;
  /** What was put back into the hold, and is not given back besides. */
  readonly held: readonly LotPart[];
}

/** Goods of a line that come back into the order. */
interface Portion {
  /** Its units, and what was spent on them. */
  readonly spent: OrderPortion;
  /** What was held for them as well, and was given back when they were handed out. */
  readonly released: readonly LotPart[];
}

/** What becomes of an order whose pickup is undone; `plan`: all of the purchase that has not come back yet. */
export function putBack(
  context: CommandContext,
  order: Order,
  purchase: Purchase,
  plan: ReturnPlan,
  member: WalletDraft | undefined,
): PutBack {
  const portions = portionsBack(order, purchase, plan);
  const lines = order.lines.map((line) => forgotten(line, purchase));
  // The code that was used for it proves the next try.
  const codeUsedBy = order.codeUsedBy === purchase.id ? null : order.codeUsedBy;
  const outcome = outcomeOf(order, portions.size > 0, context.now);
  if (outcome === "unchanged") return { order: moved(order, "void", { status: order.status, lines }), held: [] };
  if (outcome === "expired") {
    const gone = nothingWaits(
      lines.map((line) => expired(line, portions.get(line.lineId))),
      "expired",
    );
    const change = { lines: gone, status: outcome, endedAt: order.expiresAt, codeUsedBy };
    return { order: moved(order, "void", change), held: [] };
  }
  const wanted = takenThere(context.policy, order, purchase, portions);
  const held = holdFor(context, order, purchase, [...wanted.values()], member);
  const status = order.readyAt === null ? "placed" : "ready";
  const change = { lines: linesWaiting(lines, wanted, held), status, endedAt: null, codeUsedBy } as const;
  return { order: moved(order, "void", change), held: held?.spent ?? [] };
}

/** `unchanged` where all has come back by returns. That an order's time is over may not have been posted yet. */
function outcomeOf(order: Order, comesBack: boolean, now: Instant): "unchanged" | "waits" | "expired" {
  const status = statusAt(order, now);
  if (!comesBack && status === order.status) return "unchanged";
  const waits = isWaiting(status) || (status === "collected" && order.expiresAt > now);
  return waits ? "waits" : "expired";
}

/** Of each line of the order: what of it the receipt has handed out, and nobody has brought back. */
function portionsBack(order: Order, purchase: Purchase, plan: ReturnPlan): Map<string, Portion> {
  const portions = new Map<string, Portion>();
  for (const line of plan.lines) {
    const ordered = order.lines.find(({ lineId }) => lineId === line.lineId);
    // Added at the till.
    if (ordered === undefined) continue;
    const sold = purchase.lines.find(({ lineId }) => lineId === line.lineId);
    const own = planReturn(purchase, [line]);
    assert(sold !== undefined && !isProblem(own), "what has not come back yet can come back");
    const units = sum(line.ranges.map(([from, to]) => to - from));
    const given = ordered.released.find(({ by }) => by === purchase.id)?.parts ?? [];
    const { first: released } = divideParts(given, prefixShare(amountOf(given), units, unitsOf(sold.quantity)));
    portions.set(line.lineId, { spent: { units, spend: own.bonuses, parts: own.parts }, released });
  }
  return portions;
}

/**
 * The portions without the bonuses that may not pay for them any more. What was agreed at a brand stays when the rules
 * change; but the order may wait at another brand's store by now, which the rollout does not let take all of them.
 */
function takenThere(
  policy: Policy,
  { pickupBrand }: Order,
  { brand: seller }: Purchase,
  portions: ReadonlyMap<string, Portion>,
): ReadonlyMap<string, Portion> {
  if (seller === pickupBrand) return portions;
  const may = ({ issuer }: LotPart) => policy.burn.mayUse(issuer, pickupBrand);
  const reduced = ({ spent: { units, parts }, released }: Portion): Portion => {
    const taken = parts.filter(may);
    return { spent: { units, spend: amountOf(taken), parts: taken }, released: released.filter(may) };
  };
  return new Map([...portions].map(([lineId, portion]) => [lineId, reduced(portion)]));
}

/** What the hold of the order has again: what had been spent, and what of the rest is free. */
interface Held {
  readonly spent: readonly LotPart[];
  readonly free: readonly LotPart[];
}

/** Holds bonuses again for goods that wait again; undefined where none were held for the order. */
function holdFor(
  context: CommandContext,
  order: Order,
  purchase: Purchase,
  portions: readonly Portion[],
  member: WalletDraft | undefined,
): Held | undefined {
  const hold = order.holdId === null ? undefined : member?.hold(order.holdId);
  if (member === undefined || hold === undefined) return undefined;
  const spent = addedUp(portions.flatMap((portion) => portion.spent.parts));
  const released = addedUp(portions.flatMap((portion) => portion.released));
  const free = freeOf(member, released);
  const terms = { expiresAt: order.expiresAt, brand: order.pickupBrand };
  holdAgain(member, restoreTo(member, { ...hold, ...terms }, spent, purchase.brand, context), free, context);
  return { spent, free };
}

/** Of what had been given back: what is in its lots still, and has neither been spent since nor expired. */
const freeOf = (member: WalletDraft, released: readonly LotPart[]): LotPart[] =>
  released
    .map((part) => ({ ...part, amount: minOf(part.amount, member.lot(part.lotId).available) }))
    .filter(({ amount }) => amount > 0n);

/** A line that no longer knows what the receipt's pickup gave back. */
const forgotten = (line: OrderLine, purchase: Purchase): OrderLine => ({
  ...line,
  released: line.released.filter(({ by }) => by !== purchase.id),
});

/** A line whose goods have come back too late. */
const expired = (line: OrderLine, portion: Portion | undefined): OrderLine => {
  const units = portion?.spent.units ?? 0n;
  return { ...line, collected: line.collected - units, expired: line.expired + units };
};

/** Lines whose goods wait again. What was free is held for them in their order. */
function linesWaiting(
  lines: readonly OrderLine[],
  portions: ReadonlyMap<string, Portion>,
  held: Held | undefined,
): OrderLine[] {
  let left = held?.free ?? [];
  return lines.map((line) => {
    const portion = portions.get(line.lineId);
    if (portion === undefined) return line;
    const { spent, released } = portion;
    const free = among(released, left);
    left = without(left, free);
    const again =
      held === undefined
        ? { units: spent.units, spend: 0n, parts: [] }
        : { units: spent.units, spend: spent.spend + amountOf(free), parts: addedUp([...spent.parts, ...free]) };
    return { ...line, collected: line.collected - spent.units, waiting: [...line.waiting, again] };
  });
}
