/** Reconciliations and their breaks, as they are kept. */
import { arrayOf, uuidsOf } from "../../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../../db/table-rows.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import { lockable } from "../../engine/connection/locking.ts";
import { breakChanges, breakRules, endedBreakRules, reconciliationBreaks, reconciliations } from "./tables.ts";

export type Reconciliation = Readonly<RowOf<typeof reconciliations>>;
export type Break = Readonly<RowOf<typeof reconciliationBreaks>>;
export type BreakChange = Readonly<RowOf<typeof breakChanges>>;
export type BreakRule = Readonly<RowOf<typeof breakRules>>;
type EndedBreakRule = Readonly<RowOf<typeof endedBreakRules>>;

export const reconciliationRows = new TableRows(reconciliations);
export const breakRows = new TableRows(reconciliationBreaks);
export const breakRuleRows = new TableRows(breakRules);
const breakChangeRows = new TableRows(breakChanges);
const endedRuleRows = new TableRows(endedBreakRules);

const insertReconciliation = reconciliationRows.inserting();

const selectReconciliation = lockable(
  `select ${reconciliationRows.list("t")} from reconciliations t where t.reconciliation_id = any($1::uuid[]) order by t.reconciliation_id`,
);
/** Whoever changes one drops it. */
const dropReconciliation = reconciliationRows.updating(
  ["id"],
  [
    ...(["brand", "system", "contentHash", "terms", "lines", "uploadId"] as const),
    ...(["failure", "result", "requestedAt", "tries", "notBefore"] as const),
  ],
);
const dropParts = (dropped: readonly Reconciliation[]) => ({
  text: "delete from reconciliation_parts where upload_id = any($1::uuid[])",
  parameters: [
    arrayOf(
      dropped.map(({ uploadId }) => uploadId),
      "uuid",
    ),
  ],
});

/** A new one is saved by who asks for it, and dropped by somebody; what else becomes of it is written with its breaks: see finish.ts. */
export const reconciliationStore: DocumentStore<Reconciliation> = {
  name: "reconciliations",
  async load(tx, ids, lock) {
    const found = await tx.values(selectReconciliation[lock], [uuidsOf(ids)]);
    const documents = found.map((values) => reconciliationRows.decode(values));
    return new Map(documents.map((document) => [document.id, document]));
  },
  save(changes) {
    const born = changes.filter(({ former }) => former === undefined).map(({ document }) => document);
    const dropped = changes.filter(({ former }) => former !== undefined).map(({ document }) => document);
    return [...ifAny(born, insertReconciliation), ...ifAny(dropped, dropReconciliation), ...ifAny(dropped, dropParts)];
  },
};

const selectBreak = lockable(
  `select ${breakRows.list("t")} from reconciliation_breaks t where t.break_id = any($1::uuid[]) order by t.break_id`,
);
/** What was found is fixed. */
const updateBreak = breakRows.updating(
  ["id"],
  [
    ...(["reconciliationId", "ordinal", "brand", "kind", "differences", "line"] as const),
    ...(["there", "here", "ruleId", "foundAt", "digest"] as const),
  ],
);

export const breakStore: DocumentStore<Break> = {
  name: "reconciliation_breaks",
  async load(tx, ids, lock) {
    const found = await tx.values(selectBreak[lock], [uuidsOf(ids)]);
    const documents = found.map((values) => breakRows.decode(values));
    return new Map(documents.map((document) => [document.id, document]));
  },
  save: (changes) =>
    ifAny(
      changes.map(({ document }) => document),
      updateBreak,
    ),
};

/** Documents that are only added: none is loaded to be changed. */
function added<T>(
  name: string,
  insert: (rows: Iterable<T>) => ReturnType<typeof insertReconciliation>,
): DocumentStore<T> {
  return {
    name,
    load: async () => new Map(),
    save: (changes) =>
      ifAny(
        changes.map(({ document }) => document),
        insert,
      ),
  };
}

export const breakChangeStore = added<BreakChange>("break_changes", breakChangeRows.inserting());
export const breakRuleStore = added<BreakRule>("break_rules", breakRuleRows.inserting());

export const endedRuleStore = added<EndedBreakRule>("ended_break_rules", endedRuleRows.inserting());
