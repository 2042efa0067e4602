/**
 * Puts goods back into their order when the receipt that handed them out is reversed: they wait again, with the bonuses held
 * for them that the receipt had spent, or had given back and that are free still, while the order's time is not over. Then
 * they have expired, and the bonuses are free.
 */
import { minOf, sum } from "../../kernel/amount.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { prefixShare } from "../../kernel/rounding.ts";
import { among, amountOf, divideParts, type LotPart, without } from "../../ledger/hold.ts";
import { holdAgain, restoreTo } from "../../ledger/posting/held.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
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

/** What becomes of an order whose pickup is undone; `plan`: all of the purchase that has not come back yet. */
export function putBack(
  context: CommandContext,
  order: Order,
  purchase: Purchase,
  plan: ReturnPlan,
  member: WalletDraft | undefined,
): PutBack {
  const { now } = context;
  const portions = portionsBack(order, purchase, plan);
  // Its time may be over without that having been posted yet.
  const ranOut = statusAt(order, now) !== order.status;
  // All of it has come back already: there is nothing to wait again.
  if (portions.size === 0 && !ranOut) {
    const lines = order.lines.map((line) => forgotten(line, purchase));
    return { order: moved(order, "void", { status: order.status, lines }), held: [] };
  }
  const lives = isWaiting(statusAt(order, now)) || (order.status === "collected" && order.expiresAt > now);
  const hold = order.holdId === null || member === undefined ? undefined : member.hold(order.holdId);
  const parts = addedUp([...portions.values()].flatMap(({ spent }) => spent.parts));
  const released = addedUp([...portions.values()].flatMap((portion) => portion.released));
  // The store where it waits by now may be another brand's, which the rollout does not let take all of them.
  const taken = [...parts, ...released].every(({ issuer }) => context.policy.burn.mayUse(issuer, order.pickupBrand));
  const restores = lives && taken && hold !== undefined && member !== undefined;
  const free = restores ? freeOf(member, released) : [];
  if (restores) {
    const terms = { expiresAt: order.expiresAt, brand: order.pickupBrand };
    const restored = restoreTo(member, { ...hold, ...terms }, parts, purchase.brand, context);
    holdAgain(member, restored, free, context);
  }
  const back = linesBack(order, purchase, portions, { lives, restores, free });
  const lines = lives ? back : nothingWaits(back, "expired");
  const waits = order.readyAt === null ? "placed" : "ready";
  const status = lives ? waits : "expired";
  const endedAt = lives ? null : order.expiresAt;
  // The code that was used for it proves the next try.
  const codeUsedBy = order.codeUsedBy === purchase.id ? null : order.codeUsedBy;
  return { order: moved(order, "void", { lines, status, endedAt, codeUsedBy }), held: restores ? parts : [] };
}

/** What comes back of a line of the order. */
interface Portion {
  readonly spent: OrderPortion;
  /** What was held for its units as well, and was given back when they were handed out. */
  readonly released: readonly LotPart[];
}

/** Of a line of the order: what of it the receipt has handed out, and nobody has brought back. */
function portionsBack(order: Order, purchase: Purchase, plan: ReturnPlan): Map<string, Portion> {
  const portions = new Map<string, Portion>();
  for (const line of plan.lines) {
    const ordered = order.lines.find(({ lineId }) => lineId === line.lineId);
    const sold = purchase.lines.find(({ lineId }) => lineId === line.lineId);
    if (ordered === undefined || sold === undefined) continue;
    const own = planReturn(purchase, [line]);
    if (isProblem(own)) continue;
    const units = sum(line.ranges.map(([from, to]) => to - from));
    const given = ordered.released.find(({ by }) => by === purchase.id)?.parts ?? [];
    const { first: released } = divideParts(given, prefixShare(amountOf(given), units, unitsOf(sold.quantity)));
    portions.set(line.lineId, { spent: { units, spend: own.bonuses, parts: own.parts }, released });
  }
  return portions;
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

interface Outcome {
  readonly lives: boolean;
  /** Whether what had been spent is held for it again. */
  readonly restores: boolean;
  /** What is held again besides: it goes to lines in their order. */
  readonly free: readonly LotPart[];
}

function linesBack(
  order: Order,
  purchase: Purchase,
  portions: ReadonlyMap<string, Portion>,
  { lives, restores, free }: Outcome,
): OrderLine[] {
  let left = free;
  return order.lines.map((known) => {
    const line = forgotten(known, purchase);
    const portion = portions.get(line.lineId);
    if (portion === undefined) return line;
    const { spent, released } = portion;
    const collected = line.collected - spent.units;
    if (!lives) return { ...line, collected, expired: line.expired + spent.units };
    const held = among(released, left);
    left = without(left, held);
    const again = restores
      ? { units: spent.units, spend: spent.spend + amountOf(held), parts: addedUp([...spent.parts, ...held]) }
      : { units: spent.units, spend: 0n, parts: [] };
    return { ...line, collected, waiting: [...line.waiting, again] };
  });
}
