/** Reconciliation: files of receipts as other systems saw them, matched with the ledger. */
import type { Module } from "../../engine/definition/module.ts";
import { breakAssign } from "./breaks/assign.ts";
import { breakComment } from "./breaks/comment.ts";
import { breakRuleEnd } from "./breaks/end-rule.ts";
import { breakResolve } from "./breaks/resolve.ts";
import { reconciliationCancel } from "./cancel.ts";
import { reconciliationEvents } from "./events.ts";
import { reconciliationInvariants } from "./invariants.ts";
import { listBreaks } from "./reads/list-breaks.ts";
import { listReconciliations } from "./reads/list-reconciliations.ts";
import { listBreakRules } from "./reads/list-rules.ts";
import { readBreak } from "./reads/read-break.ts";
import { readReconciliation } from "./reads/read-reconciliation.ts";
import { reconciliationUpload } from "./start.ts";

export const reconciliationModule: Module = {
  name: "reconciliation",
  tags: [
    { name: "Reconciliation", description: "Receipts as tills, checkouts and accounting saw them, and the ledger." },
  ],
  uploads: [reconciliationUpload],
  operations: [reconciliationCancel, breakAssign, breakComment, breakResolve, breakRuleEnd],
  reads: [listReconciliations, readReconciliation, listBreaks, readBreak, listBreakRules],
  events: reconciliationEvents,
  invariants: reconciliationInvariants,
};
