/** Orders as rows: what was ordered never changes; what waits, where, and until when, does. */
import { isId } from "../../kernel/ids.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import { memberDocuments } from "../../engine/definition/document-store.ts";
import { orders } from "../tables.ts";
import type { Order } from "./order-document.ts";

export const orderStore = memberDocuments(orders, [
  ...(["orderNumber", "brand", "channel", "total", "held", "holdId", "storageDays", "placedAt"] as const),
]);

/** Reads one order outside of any command; undefined where there is none. */
export const storedOrder = async (reader: Reader, id: string): Promise<Order | undefined> =>
  isId("ord", id) ? await reader.one(orderStore, id) : undefined;
