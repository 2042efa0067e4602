/** What an order's hold follows: how long the order waits, and who sells it. */
import type { BalanceAfter } from "../../kernel/answers.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import type { Order } from "../../sales/documents/order-document.ts";

/** Moves the end of the order's hold to the order's own, and the hold to the brand that sells it. Answers the balance then. */
export function holdUntil(
  context: CommandContext,
  { memberId, holdId, expiresAt, pickupBrand: brand }: Order,
): BalanceAfter | null {
  const member = memberId === null || holdId === null ? undefined : context.wallet(memberId);
  if (member === undefined || holdId === null) return null;
  const hold = member.openHold(holdId);
  // All that it held may have been collected, or given back.
  if (hold !== undefined) member.putHold({ ...hold, expiresAt, brand });
  return balanceAfter(member, [brand], context.policy.burn);
}
