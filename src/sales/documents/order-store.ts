/** Orders as rows: what was ordered never changes; what waits, where, and until when, does. */
import { isId } from "../../kernel/ids.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { memberDocuments } from "../../engine/definition/document-store.ts";
import { orders } from "../tables.ts";
import type { Order } from "./order-document.ts";

export const orderStore = memberDocuments(orders, [
  ...(["orderNumber", "brand", "channel", "total", "held", "holdId", "storageDays", "placedAt"] as const),
]);

/** Reads one order outside of any command; undefined where there is none. */
export const storedOrder = async (tx: Transaction, id: string): Promise<Order | undefined> =>
  isId("ord", id) ? (await orderStore.load(tx, [id], "none")).get(id) : undefined;
