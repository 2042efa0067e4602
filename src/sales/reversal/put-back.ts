/**
 * Puts goods back into their order when the receipt that handed them out is reversed: they wait again, with the bonuses held
 * for them that the receipt had spent, while the order's time is not over. Then they have expired, and the bonuses are free.
 */
import { sum } from "../../kernel/amount.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import type { LotPart } from "../../ledger/hold.ts";
import { restoreTo } from "../../ledger/posting/held.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { addedUp, moved, nothingWaits, type Order, statusAt } from "../documents/order-document.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { isWaiting } from "../order-states.ts";
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
  if (portions.size === 0 && !ranOut) return { order: moved(order, "void", { status: order.status }), held: [] };
  const lives = isWaiting(statusAt(order, now)) || (order.status === "collected" && order.expiresAt > now);
  const hold = order.holdId === null || member === undefined ? undefined : member.hold(order.holdId);
  const parts = addedUp([...portions.values()].flatMap((portion) => portion.parts));
  // The store where it waits by now may be another brand's, which the rollout does not let take all of them.
  const taken = parts.every(({ issuer }) => context.policy.burn.mayUse(issuer, order.pickupBrand));
  const restores = lives && taken && hold !== undefined && parts.length > 0;
  if (restores && member !== undefined) {
    const terms = { expiresAt: order.expiresAt, brand: order.pickupBrand };
    restoreTo(member, { ...hold, ...terms }, parts, purchase.brand, context);
  }
  const back = order.lines.map((line) => lineBack(line, portions.get(line.lineId), lives, restores));
  const lines = lives ? back : nothingWaits(back, "expired");
  const waits = order.readyAt === null ? "placed" : "ready";
  const status = lives ? waits : "expired";
  const endedAt = lives ? null : order.expiresAt;
  // The code that was used for it proves the next try.
  const codeUsedBy = order.codeUsedBy === purchase.id ? null : order.codeUsedBy;
  return { order: moved(order, "void", { lines, status, endedAt, codeUsedBy }), held: restores ? parts : [] };
}

/** Of a line of the order: what of it the receipt has handed out, and nobody has brought back. */
function portionsBack(order: Order, purchase: Purchase, plan: ReturnPlan): Map<string, OrderPortion> {
  const portions = new Map<string, OrderPortion>();
  for (const line of plan.lines) {
    const ordered = order.lines.some(({ lineId }) => lineId === line.lineId);
    if (!ordered) continue;
    const own = planReturn(purchase, [line]);
    if (isProblem(own)) continue;
    const units = sum(line.ranges.map(([from, to]) => to - from));
    portions.set(line.lineId, { units, spend: own.bonuses, parts: own.parts });
  }
  return portions;
}

/** `holds`: whether what it had spent is held for it again. */
function lineBack(line: OrderLine, portion: OrderPortion | undefined, lives: boolean, holds: boolean): OrderLine {
  if (portion === undefined) return line;
  const collected = line.collected - portion.units;
  const again = holds ? portion : { units: portion.units, spend: 0n, parts: [] };
  if (lives) return { ...line, collected, waiting: [...line.waiting, again] };
  return { ...line, collected, expired: line.expired + portion.units };
}
