/**
 * In whose wallet bonuses are held again for goods that come back into their order: of whoever has the order by now. The hold
 * may have ended in another's, when they were one member, or before they were: it is brought from there.
 */
import type { HoldId, LotId, MemberId, OrderId, PurchaseId } from "../../kernel/ids.ts";
import { livingHold } from "../../bonuses/hold/living-hold.ts";
import type { CommandContext, FoundBy, Needs } from "../../engine/definition/context.ts";
import { type Stale, stale } from "../../engine/definition/decision.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { Hold } from "../../ledger/hold.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { ownerOf } from "../../members/owner.ts";
import { type FoundPurchase, walletsOf } from "../documents/found-purchase.ts";
import type { Order } from "../documents/order-document.ts";

/** What the change of an order needs, where a pickup is undone: nothing of it is changed by any other command. */
export interface FoundOrderOfSale {
  readonly orderId: OrderId;
  readonly holdId: HoldId | null;
  /** Whose it is. */
  readonly holderId: MemberId | null;
  readonly foundBy: readonly FoundBy[];
  readonly lotsFrom: readonly MemberId[];
  /** In whose wallet the hold is. */
  readonly holdsFrom: readonly MemberId[];
}

export async function findOrderOfSale(reader: Reader, order: Order): Promise<FoundOrderOfSale> {
  const { id: orderId, holdId } = order;
  const [owner, hold] = await Promise.all([
    holdId === null ? null : ownerOf(reader, order),
    holdId === null ? undefined : livingHold(reader, holdId),
  ]);
  return {
    orderId,
    holdId,
    holderId: owner?.memberId ?? null,
    foundBy: owner?.foundBy ?? [],
    lotsFrom: owner?.lotsFrom ?? [],
    holdsFrom: hold === undefined || hold.memberId === owner?.memberId ? [] : [hold.memberId],
  };
}

/** Lots to which a pickup gave bonuses back. */
export const releasedBy = ({ lines }: Order, purchaseId: PurchaseId): LotId[] =>
  lines
    .flatMap(({ released }) => released.filter(({ by }) => by === purchaseId))
    .flatMap(({ parts }) => parts.map(({ lotId }) => lotId));

/** What a reversal needs of wallets, where the receipt is a pickup's. */
export function needsOfHolding(found: FoundPurchase, order: FoundOrderOfSale): Needs {
  const { holdId, holderId, foundBy, lotsFrom, holdsFrom } = order;
  if (holdId === null || holderId === null) return walletsOf(found);
  const sale = walletsOf(found, [holderId]);
  return {
    ...sale,
    foundBy: [...sale.foundBy, ...foundBy],
    lotsFrom: [...new Set([...sale.lotsFrom, ...lotsFrom])],
    holds: [holdId],
    holdsFrom,
  };
}

/** The hold of an order, and the wallet in which it is opened again. */
export interface Holding {
  readonly holder: WalletDraft;
  readonly hold: Hold;
}

/** Undefined where nothing was held; stale where the hold has gone on since it was found. */
export function holdingOf(
  context: CommandContext,
  { holdId, holderId }: FoundOrderOfSale,
): Holding | undefined | Stale {
  const holder = holderId === null ? undefined : context.wallet(holderId);
  if (holdId === null || holder === undefined) return undefined;
  const hold = holder.hold(holdId);
  return hold === undefined || hold.status === "moved" ? stale : { holder, hold };
}
