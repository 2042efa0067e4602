/** All that a reconciliation has come to, for a report. */
import type { Transaction } from "../../../engine/connection/session.ts";
import { uuidOf } from "../../../kernel/ids.ts";
import { type Break, breakRows, type Reconciliation } from "../stores.ts";
import { findReconciliation } from "../reads/read-reconciliation.ts";

const BREAKS = `select ${breakRows.list("b")} from reconciliation_breaks b where b.reconciliation_id = $1::uuid order by b.ordinal`;

export async function readAll(
  tx: Transaction,
  id: string,
): Promise<{ readonly reconciliation: Reconciliation; readonly breaks: readonly Break[] }> {
  const reconciliation = await findReconciliation(tx, { brand: null }, id);
  const found = await tx.values(BREAKS, [uuidOf(reconciliation.id)]);
  return { reconciliation, breaks: found.map((values) => breakRows.decode(values)) };
}
