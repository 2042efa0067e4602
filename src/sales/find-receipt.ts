/** What stands under a receipt's natural key. */
import { type Bucket, fromUuid, type OperationId } from "../kernel/ids.ts";
import type { Transaction } from "../engine/session.ts";

export interface FoundReceipt {
  /** The command that took the key: a sale, a return, a parked return, or a tombstone. */
  readonly command: string;
  readonly operationId: OperationId;
  readonly bucket: Bucket;
}

const FIND = `select o.command, o.operation_id, o.bucket from command_keys k
  join operations o on o.bucket = k.bucket and o.operation_id = k.operation_id where k.key = $1::uuid`;

export async function findReceipt(tx: Transaction, key: string): Promise<FoundReceipt | undefined> {
  const [row] = await tx.run<{ command: string; operation_id: string; bucket: number }>(FIND, [key]);
  return row && { command: row.command, operationId: fromUuid("opn", row.operation_id), bucket: row.bucket };
}
