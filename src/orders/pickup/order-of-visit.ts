/** Finds the order of a visit: also for a till that asks again for what it was told once. */
import { as } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { findTaken } from "../../engine/journal/keys.ts";
import type { Order } from "../../sales/documents/order-document.ts";
import { storedOrder } from "../../sales/documents/order-store.ts";
import { requirePurchase } from "../../sales/documents/purchase-store.ts";
import { seesOrder } from "../find-order.ts";
import { ORDER_PICKUP } from "../operation-names.ts";

/**
 * The order, for whoever may see it; or has handed goods of it out under this receipt (its key), though the rest was sent
 * elsewhere since. Else `order_not_found`.
 */
export async function orderOfVisit({ reader }: Lookup, actor: Actor, id: string, receipt: string): Promise<Order> {
  const order = await storedOrder(reader, id);
  const sees = order !== undefined && (seesOrder(actor, order) || (await hasSold(reader, receipt, order)));
  if (!sees) throw new Problem("order_not_found");
  return order;
}

async function hasSold(reader: Reader, receipt: string, order: Order): Promise<boolean> {
  const taken = await findTaken(reader, receipt);
  if (taken?.name !== ORDER_PICKUP) return false;
  return (await requirePurchase(reader, as("pur", taken.operationId))).orderId === order.id;
}
