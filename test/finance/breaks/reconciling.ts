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
    what: "a file that was cancelled, and waits",
    sql: () => "update reconciliations set status = 'waiting', finished_at = null where status = 'cancelled'",
    broken: ["reconciliations_are_as_asked"],
    place: () => ({ reconciliationId: textLike(/^rec_/) }),
  },
  {
    what: "a file that nobody has cancelled",
    sql: () =>
      "update operations set answer = replace(answer::text, '\"reconciliationId\":\"rec_', '\"reconciliationId\":\"rec_0')::json where name = 'reconciliation-cancel'",
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
    what: "a resolution that was told otherwise",
    sql: () =>
      "update operations set events = replace(events::text, '\"breakId\":\"brk_', '\"breakId\":\"brk_0')::json where name = 'break-resolve'",
    broken: ["break_changes_are_as_answered"],
    place: () => ({ breakId: textLike(/^brk_/) }),
  },
  {
    what: "a resolution that was taken away",
    sql: () => "delete from break_changes where action = 'resolve' and number = 3",
    broken: ["break_changes_are_as_answered"],
    place: () => ({ breakId: textLike(/^brk_/) }),
  },
  {
    what: "an adjustment that says it has put another break right",
    sql: () =>
      "update adjustments set break_id = (select break_id from reconciliation_breaks where status = 'open' limit 1) where adjustment_id = (select max(adjustment_id::text)::uuid from adjustments where break_id is not null and expires_at is null)",
    broken: ["adjustments_are_as_answered", "breaks_are_corrected_as_they_say"],
    place: () => ({ adjustmentId: textLike(/^adj_/), entity: "mvideo" }),
  },
  {
    what: "a break whose correction is not there",
    sql: () => "update reconciliation_breaks set adjustment_id = break_id where status = 'awaiting_approval'",
    broken: ["break_changes_are_as_answered", "breaks_are_corrected_as_they_say"],
    place: () => ({ breakId: textLike(/^brk_/), entity: "mvideo" }),
  },
  {
    what: "a break that waits longer than its correction",
    sql: () =>
      "update reconciliation_breaks set awaits_until = awaits_until + interval '1 day' where status = 'awaiting_approval'",
    broken: ["break_changes_are_as_answered", "breaks_are_corrected_as_they_say"],
    place: () => ({ breakId: textLike(/^brk_/), entity: "mvideo" }),
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
