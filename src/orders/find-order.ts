/** Finds the order that a request is about, for whoever may see it: the brand at which it was ordered, and the one that sells it. */
import { idInPath } from "../kernel/fields.ts";
import type { HoldId, LotId, MemberId, OrderId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import type { Instant } from "../kernel/clock.ts";
import type { Actor } from "../engine/actor.ts";
import type { CommandContext, Needs } from "../engine/definition/context.ts";
import { type Refused, refuse } from "../engine/definition/decision.ts";
import { need } from "../engine/definition/document-store.ts";
import type { Lookup } from "../engine/definition/lookup.ts";
import { seesOwnOf } from "../engine/definition/visibility.ts";
import type { Hold } from "../ledger/hold.ts";
import type { WalletDraft } from "../ledger/wallet-draft.ts";
import { lotsOfOrder, type Order, statusAt } from "../sales/documents/order-document.ts";
import { orderStore, storedOrder } from "../sales/documents/order-store.ts";
import { mayTake, type OrderStep } from "../sales/order-states.ts";

export const orderInPath = idInPath("orderId", "ord");

/** An order is its brand's own, and that of the brand which sells it. */
export const seesOrder = (actor: Pick<Actor, "brand">, { brand, pickupBrand }: Order): boolean =>
  seesOwnOf(actor, brand) || seesOwnOf(actor, pickupBrand);

/** The same in SQL, of an order `o`; the parameter is the actor's brand, null for an actor of none. */
export const seesOrderSql = (parameter: `$${number}`): string =>
  `(${parameter}::text is null or ${parameter} in (o.brand, o.pickup_brand))`;

/** Reads an order; `order_not_found` where there is none, and where it is other brands' own. */
export async function requireOrder({ reader }: Lookup, actor: Pick<Actor, "brand">, id: string): Promise<Order> {
  const order = await storedOrder(reader, id);
  if (order === undefined || !seesOrder(actor, order)) throw new Problem("order_not_found");
  return order;
}

/** An order as a command needs it: whose it is, and which lots it holds. They may change until it is judged. */
export interface FoundOrder {
  readonly orderId: OrderId;
  readonly memberId: MemberId | null;
  readonly holdId: HoldId | null;
  readonly lots: readonly LotId[];
}

export const foundOrder = (order: Order): FoundOrder => ({
  orderId: order.id,
  memberId: order.memberId,
  holdId: order.holdId,
  lots: lotsOfOrder(order.lines),
});

/** Whether all that it needs was named: another member's wallet, or more lots, may be needed by now. */
export const isAsFound = (order: Order, found: FoundOrder): boolean =>
  order.memberId === found.memberId && lotsOfOrder(order.lines).every((lot) => found.lots.includes(lot));

/** What any change of an order needs. */
export const needsOf = ({ orderId, memberId, holdId, lots }: FoundOrder): Needs => ({
  wallets: holdId === null || memberId === null ? [] : [memberId],
  holds: holdId === null ? [] : [holdId],
  lots,
  documents: [need(orderStore, orderId)],
});

/** The wallet on which bonuses were held for an order; undefined where none were. */
export const holderOf = (context: CommandContext, { memberId, holdId }: Order): WalletDraft | undefined =>
  memberId === null || holdId === null ? undefined : context.wallet(memberId);

/** The hold of an order, as it stands; undefined where nothing was held for it. */
export const holdOf = (context: CommandContext, order: Order): Hold | undefined =>
  order.holdId === null ? undefined : holderOf(context, order)?.hold(order.holdId);

/** Why an order cannot take a step now; undefined where it can. */
export function stepFault(order: Order, step: OrderStep, now: Instant): Refused | undefined {
  const status = statusAt(order, now);
  return mayTake(status, step) ? undefined : refuse("order_in_wrong_state", { orderStatus: status, step });
}
