/** Reconciliations and their breaks, changed by hand. */
import { type Break, textLike } from "./break.ts";

export const ofReconciliations: readonly Break[] = [
  {
    what: "a file that was taken, and is of another system",
    sql: () => "update reconciliations set system = 'accounting' where status = 'waiting'",
    broken: ["reconciliations_are_as_asked"],
    place: () => ({ reconciliationId: textLike(/^rec_/), entity: "mvideo" }),
  },
  {
    what: "a file that waits, without its lines",
    sql: () => "delete from reconciliation_parts",
    broken: ["reconciliations_are_as_asked"],
    place: () => ({ reconciliationId: textLike(/^rec_/) }),
  },
  {
    what: "a break that was taken away",
    sql: () => "delete from reconciliation_breaks where status = 'open'",
    broken: ["breaks_are_as_counted"],
    place: () => ({ breaks: [2, 1] }),
  },
  {
    what: "a break of another line",
    sql: () => "update reconciliation_breaks set line = 7 where status = 'open'",
    broken: ["breaks_are_as_found"],
    place: () => ({ breakId: textLike(/^brk_/) }),
  },
  {
    what: "a break that nobody has resolved",
    sql: () =>
      "update reconciliation_breaks set status = 'resolved', resolution = 'no_correction', resolved_by = 'anna-1', resolved_at = found_at where status = 'open'",
    broken: ["break_changes_are_as_answered"],
    place: () => ({ status: "resolved" }),
  },
  {
    what: "a resolution that was taken away",
    sql: () => "delete from break_changes where action = 'resolve' and number = 3",
    broken: ["break_changes_are_as_answered"],
    place: () => ({ breakId: textLike(/^brk_/) }),
  },
  {
    what: "a rule that explains more than it was learnt for",
    sql: () => "update break_rules set amount = 100000",
    broken: ["break_rules_are_learnt"],
    place: () => ({ amount: "1000.00" }),
  },
  {
    what: "a rule that is in force again",
    sql: () => "delete from ended_break_rules",
    broken: ["break_rules_are_learnt"],
    place: () => ({ ruleId: textLike(/^rul_/) }),
  },
];
