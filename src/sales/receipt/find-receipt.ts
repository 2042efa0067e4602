/** What stands under a receipt's natural key. */
import type { OperationId } from "../../kernel/ids.ts";
import { readTaken } from "../../engine/journal/keys.ts";
import type { Transaction } from "../../engine/connection/session.ts";

export interface FoundReceipt {
  /** The operation that took the key: a purchase, a return, or the tombstone of a reversal. */
  readonly name: string;
  readonly operationId: OperationId;
}

export async function findReceipt(tx: Transaction, key: string): Promise<FoundReceipt | undefined> {
  return (await readTaken(tx, [key])).get(key);
}
