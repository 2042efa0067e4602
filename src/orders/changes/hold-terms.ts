/** What an order's hold follows: how long the order waits, and who sells it. */
import type { BalanceAfter } from "../../kernel/answers.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import type { Order } from "../../sales/documents/order-document.ts";
import { balanceOfOrder, type FoundOrder, holderOf, holdOf } from "../find-order.ts";

/** Moves the end of the order's hold to the order's own, and the hold to the brand that sells it. Answers the balance then. */
export function holdUntil(context: CommandContext, order: Order, found: FoundOrder): BalanceAfter | null {
  const member = holderOf(context, order);
  if (member === undefined) return null;
  const { expiresAt, pickupBrand: brand } = order;
  const hold = holdOf(context, order);
  // All that it held may have been collected, or given back.
  if (hold?.status === "open") member.putHold({ ...hold, expiresAt, brand });
  return balanceOfOrder(context, order, found);
}
