/** Returns as rows. They go in once; only their status changes, when one is reversed. */
import type { ReturnId } from "../../kernel/ids.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { memberDocuments } from "../../engine/definition/document-store.ts";
import { returns } from "../tables.ts";
import type { ReturnDocument } from "./return-document.ts";

export const returnStore = memberDocuments(returns, [
  ...(["purchaseId", "memberId", "brand", "storeId", "terminalId", "shift", "number", "fiscalId", "reason"] as const),
  ...(["moneyBack", "bonusesBack", "clawedBack", "debtAdded", "fromSuspense", "lines", "parts", "cover"] as const),
  ...(["occurredAt", "postedAt"] as const),
]);

/** Reads one return outside of any command. */
export async function storedReturn(tx: Transaction, id: ReturnId): Promise<ReturnDocument | undefined> {
  return (await returnStore.load(tx, [id], "none")).get(id);
}
