/**
 * An order as it is kept. Of each line it knows the units that wait, with the bonuses held for them lot by lot, and how many
 * were collected, cancelled or have expired. It stands with purchases, which its pickups make, since a pickup whose receipt
 * is reversed puts its goods back. Pure.
 */
import type { RowOf } from "../../db/table-rows.ts";
import type { Bonus } from "../../kernel/amount.ts";
import { sum } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { LotId } from "../../kernel/ids.ts";
import { prefixShare } from "../../kernel/rounding.ts";
import { divideParts, type LotPart } from "../../ledger/hold.ts";
import { quantityOf } from "../receipt/pricing.ts";
import type { OrderLine, OrderPortion } from "../stored-order.ts";
import type { orders } from "../tables.ts";
import { isWaiting, ORDER_TRANSITIONS, type OrderStatus, type OrderStep } from "../order-states.ts";

/** As the table describes it. */
export type Order = Readonly<RowOf<typeof orders, "bucket">>;

/** An order as it is at an instant: one whose time is over has expired, whether or not that was written down. */
export const statusAt = ({ status, expiresAt }: Pick<Order, "status" | "expiresAt">, now: Instant): OrderStatus =>
  isWaiting(status) && expiresAt <= now ? "expired" : status;

/** What a step changes of an order, other than until when it waits. */
type Change = Partial<Omit<Order, "expiresAt">> & Pick<Order, "status">;

/** The order after a step, in a state to which the table lets the step lead. */
export function moved(order: Order, step: OrderStep, change: Change): Order {
  const leads = ORDER_TRANSITIONS[order.status][step]?.includes(change.status) ?? false;
  assert(leads, `${step} does not lead from ${order.status} to ${change.status}`);
  return { ...order, ...change, version: order.version + 1 };
}

/** The same after a step that says anew until when it waits: an end that lies in the past would end it, and no such step does. */
export function movedUntil(expiresAt: Instant, now: Instant, order: Order, step: OrderStep, change: Change): Order {
  assert(expiresAt > now, `${step} leaves the order some time to wait`);
  return { ...moved(order, step, change), expiresAt };
}

/** Units of a line that wait. */
export const waitingUnits = ({ waiting }: Pick<OrderLine, "waiting">): bigint => sum(waiting.map(({ units }) => units));

/** All that waits of an order. */
export const portionsOf = (lines: readonly OrderLine[]): OrderPortion[] => lines.flatMap(({ waiting }) => waiting);

/** What is held for all that waits. */
export const heldFor = (lines: readonly OrderLine[]): Bonus => sum(portionsOf(lines).map(({ spend }) => spend));

/** All lots that an order holds bonuses of. */
export const lotsOfOrder = (lines: readonly OrderLine[]): LotId[] => [
  ...new Set(portionsOf(lines).flatMap(({ parts }) => parts.map(({ lotId }) => lotId))),
];

/** So much of each lot, each lot once. */
export function addedUp(parts: readonly LotPart[]): LotPart[] {
  const all = new Map<LotId, LotPart>();
  for (const part of parts) {
    all.set(part.lotId, { ...part, amount: (all.get(part.lotId)?.amount ?? 0n) + part.amount });
  }
  return [...all.values()];
}

/**
 * Takes the first units that wait off a line, with what is held for them; undefined where there are too few. What a part of
 * a portion has of its bonuses is rounded down, so that its last unit takes the remainder.
 */
export function takeUnits(line: OrderLine, units: bigint): { line: OrderLine; taken: OrderPortion } | undefined {
  const waiting: OrderPortion[] = [];
  const taken: OrderPortion[] = [];
  let wanted = units;
  for (const portion of line.waiting) {
    const count = wanted < portion.units ? wanted : portion.units;
    wanted -= count;
    const { first, rest } = divided(portion, count);
    if (first.units > 0n) taken.push(first);
    if (rest.units > 0n) waiting.push(rest);
  }
  if (wanted > 0n) return undefined;
  const spend = sum(taken.map((portion) => portion.spend));
  return { line: { ...line, waiting }, taken: { units, spend, parts: addedUp(taken.flatMap(({ parts }) => parts)) } };
}

function divided(portion: OrderPortion, count: bigint): { first: OrderPortion; rest: OrderPortion } {
  const spend = prefixShare(portion.spend, count, portion.units);
  const { first, rest } = divideParts(portion.parts, spend);
  return {
    first: { units: count, spend, parts: first },
    rest: { units: portion.units - count, spend: portion.spend - spend, parts: rest },
  };
}

/** The quantity of so many units of a line. */
export const quantityOfUnits = (line: Pick<OrderLine, "quantity">, units: bigint) => quantityOf(line.quantity, units);

/** What waits no longer, since time is over or the customer does not want it. */
export const nothingWaits = (lines: readonly OrderLine[], as: "cancelled" | "expired"): OrderLine[] =>
  lines.map((line) => ({ ...line, waiting: [], [as]: line[as] + waitingUnits(line) }));
