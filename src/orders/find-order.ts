/** Finds the order that a request is about, for whoever may see it: the brand at which it was ordered, and the one that sells it. */
import type { BalanceAfter } from "../kernel/answers.ts";
import { idInPath } from "../kernel/fields.ts";
import { as, type HoldId, type LotId, type MemberId, type OrderId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import type { Instant } from "../kernel/clock.ts";
import type { Reader } from "../engine/connection/reader.ts";
import type { Actor } from "../engine/actor.ts";
import type { CommandContext, Needs } from "../engine/definition/context.ts";
import { type Refused, refuse, type Saved, save } from "../engine/definition/decision.ts";
import { need } from "../engine/definition/document-store.ts";
import type { Lookup } from "../engine/definition/lookup.ts";
import { seesOwnOf } from "../engine/definition/visibility.ts";
import type { Hold } from "../ledger/hold.ts";
import { balanceAfter } from "../ledger/posting/balance.ts";
import type { WalletDraft } from "../ledger/wallet-draft.ts";
import { type Owner, ownerOf } from "../members/owner.ts";
import { balanceFor, type Seeing } from "../members/representing/acting.ts";
import { begunBy as begunOf } from "../members/representing/given-back.ts";
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

/** An order as a command needs it: whose it is by now, and which lots it holds. They may change until it is judged. */
export interface FoundOrder {
  readonly orderId: OrderId;
  /** In whose wallet its bonuses were held, as it says. */
  readonly recordedFor: MemberId | null;
  readonly memberId: MemberId | null;
  readonly foundBy: Owner["foundBy"];
  readonly lotsFrom: readonly MemberId[];
  readonly holdId: HoldId | null;
  readonly lots: readonly LotId[];
  /** Whether the representative who has placed it may see the balance; null where none has. */
  readonly begunBy: Seeing | null;
}

export async function foundOrder(reader: Reader, order: Order): Promise<FoundOrder> {
  const [owner, begunBy] = await Promise.all([ownerOf(reader, order), begunOf(reader, order, as("opn", order.id))]);
  return {
    orderId: order.id,
    recordedFor: order.memberId,
    memberId: owner?.memberId ?? null,
    foundBy: owner?.foundBy ?? [],
    lotsFrom: owner?.lotsFrom ?? [],
    holdId: order.holdId,
    lots: lotsOfOrder(order.lines),
    begunBy,
  };
}

/** The balance that an order's step has left, as far as whoever takes it may be told. */
export function balanceOfOrder(
  context: CommandContext,
  order: Order,
  { begunBy }: Pick<FoundOrder, "begunBy">,
): BalanceAfter | null {
  const member = holderOf(context, order);
  if (member === undefined) return null;
  return balanceFor(begunBy, balanceAfter(member, [order.pickupBrand], context.policy.burn));
}

/**
 * The order, as whoever has it by now; undefined where not all that it needs was named: another member's wallet, or more
 * lots, may be needed by now.
 */
export function asFound({ document }: CommandContext, found: FoundOrder): Order | undefined {
  const order = document(orderStore, found.orderId);
  if (order === undefined || order.memberId !== found.recordedFor) return undefined;
  if (!lotsOfOrder(order.lines).every((lot) => found.lots.includes(lot))) return undefined;
  return { ...order, memberId: found.memberId };
}

/**
 * Saves it as changed. It stays recorded for whom it was placed, whoever stands for him by now: they may part again. One that
 * awaits its customer's registration is nobody's until it is claimed: a wrong code claims nothing.
 */
export const saveOrder = ({ recordedFor }: Pick<FoundOrder, "recordedFor">, changed: Order): Saved =>
  save(orderStore, changed.id, {
    ...changed,
    memberId: recordedFor ?? (changed.awaits === null ? changed.memberId : null),
  });

/** What any change of an order needs. */
export const needsOf = ({ orderId, memberId, foundBy, holdId, lots, lotsFrom }: FoundOrder): Needs => ({
  wallets: holdId === null || memberId === null ? [] : [memberId],
  foundBy,
  lotsFrom,
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
