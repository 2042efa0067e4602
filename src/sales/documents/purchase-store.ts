/** Purchases as rows. Lines go in once; afterwards only what came back, the whole reversed, or claimed from suspense, changes. */
import { isId, type PurchaseId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { memberDocuments } from "../../engine/definition/document-store.ts";
import { purchases } from "../tables.ts";
import type { Purchase } from "./purchase-document.ts";

export const purchaseStore = memberDocuments(purchases, [
  ...(["brand", "storeId", "terminalId", "shift", "number", "fiscalId", "channel", "orderId", "storeZone"] as const),
  ...(["total", "spent", "earned", "lines", "occurredAt", "postedAt"] as const),
]);

/** Reads one purchase outside of any command. */
export async function storedPurchase(tx: Transaction, id: PurchaseId): Promise<Purchase | undefined> {
  return (await purchaseStore.load(tx, [id], "none")).get(id);
}

/** The same where there must be one: `purchase_not_found`. */
export async function requirePurchase(reader: Reader, id: string): Promise<Purchase> {
  const purchase = isId("pur", id) ? await reader.one(purchaseStore, id) : undefined;
  if (purchase === undefined) throw new Problem("purchase_not_found");
  return purchase;
}
