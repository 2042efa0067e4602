/** One reconciliation: how far it is, and what it has come to. */
import type { Actor } from "../../../engine/actor.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { defineRead } from "../../../engine/definition/read.ts";
import { seesOwnOf } from "../../../engine/definition/visibility.ts";
import { idInPath } from "../../../kernel/fields.ts";
import { isId, uuidOf } from "../../../kernel/ids.ts";
import { Problem } from "../../../kernel/problems.ts";
import { type Reconciliation, reconciliationRows } from "../stores.ts";
import { ReconciliationView, reconciliationView } from "./reconciliation-view.ts";

export const readReconciliation = defineRead({
  name: "read-reconciliation",
  permission: "receipts.reconcile",
  http: {
    method: "get",
    path: "/v1/reconciliations/{reconciliationId}",
    tag: "Reconciliation",
    summary: "Read what a reconciliation has come to",
  },
  params: idInPath("reconciliationId", "rec"),
  answer: { description: "The reconciliation.", schema: ReconciliationView },
  problems: ["reconciliation_not_found"],
  read: async ({ reader }, { actor, params: { reconciliationId } }) =>
    reconciliationView(await findReconciliation(reader, actor, reconciliationId)),
});

const ONE = `select ${reconciliationRows.list("r")} from reconciliations r where r.reconciliation_id = $1::uuid`;

/** `reconciliation_not_found` for another brand's as for one that is not there. */
export async function findReconciliation(
  tx: Transaction,
  actor: Pick<Actor, "brand">,
  given: string,
): Promise<Reconciliation> {
  const [values] = isId("rec", given) ? await tx.values(ONE, [uuidOf(given)]) : [];
  const found = values === undefined ? undefined : reconciliationRows.decode(values);
  if (found === undefined || !seesOwnOf(actor, found.brand)) throw new Problem("reconciliation_not_found");
  return found;
}
