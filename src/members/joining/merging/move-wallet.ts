/** Moves all that is in one wallet into another, and tells how much that was. */
import { moveDebt, moveHold, moveLot } from "../../../ledger/posting/move.ts";
import type { By } from "../../../ledger/posting/held.ts";
import type { WalletDraft } from "../../../ledger/wallet-draft.ts";
import { amountsOf } from "../amounts.ts";
import type { Moved } from "../merge-answer.ts";

/** Lots in burn order with all that is in them, then holds, then what is owed: what is free of the other pays it. */
export function moveWallet(
  from: WalletDraft,
  to: WalletDraft,
  by: By,
): Omit<Moved, "members" | "profiles" | "identifiers"> {
  const amounts = amountsOf(from.byIssuer);
  const [lots, holds] = [from.lots(), from.openHolds()];
  for (const lot of lots) moveLot(from, lot.id, to, by.now);
  for (const hold of holds) moveHold(from, hold, to, by);
  for (const [entity, { debt }] of from.byIssuer) if (debt > 0n) moveDebt(from, entity, debt, to, by.now);
  // It is empty, and time has nothing to do in it any more.
  from.writeAnyway();
  const orders = holds.filter(({ orderId }) => orderId !== null).length;
  return { amounts, lots: lots.length, holds: holds.length, orders };
}
