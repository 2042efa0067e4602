/** The periods of the books, changed by hand. */
import type { Break } from "./break.ts";

const broken = ["books_are_changed_by_two_people"];

export const ofPeriods: readonly Break[] = [
  {
    what: "a month that one person has closed alone",
    sql: () => "update operations set staff_id = 'anna-1' where name = 'period-close' and status = 200",
    broken,
    place: () => ({ month: "2026-02", staffIds: ["anna-1", "anna-1"] }),
  },
  {
    what: "a close that is not there any more",
    sql: () => "delete from book_changes where number = 5",
    broken: ["books_are_changed_by_two_people", "books_are_as_changed"],
    place: () => ({ month: "2026-04" }),
  },
  {
    what: "a close that counts from earlier than it was made",
    sql: () => "update book_changes set position = position - 1 where number = 1",
    broken,
    place: () => ({ number: 1, month: "2026-02" }),
  },
  {
    what: "a close that was told of another month",
    sql: () =>
      "update operations set events = replace(events::text, '2026-02', '2026-01')::json where name = 'period-close'",
    broken,
    place: () => ({ month: "2026-02", told: { month: "2026-01", openFrom: "2026-03-01" } }),
  },
  {
    what: "a reopening that nobody was told of",
    sql: () => "update operations set events = null where name = 'period-reopen'",
    broken,
    place: () => ({ told: null }),
  },
  {
    what: "books that are open from another day",
    sql: () => "update books set open_from = '2026-02-01'",
    broken: ["books_are_as_changed"],
    place: () => ({ openFrom: ["2026-02-01", "2026-05-01"] }),
  },
  {
    what: "books that have forgotten what waits",
    sql: () =>
      "update books set waiting_action = null, waiting_month = null, waiting_staff_id = null, waiting_since = null, waiting_operation_id = null",
    broken: ["books_are_as_changed"],
    place: () => ({ changes: [5, 5] }),
  },
  {
    what: "what is kept of closed days, without its guard",
    sql: () => "alter table turnovers disable trigger turnovers_of_closed_days_stay",
    broken: ["closed_days_stay"],
    place: () => ({ table: "turnovers", guards: [0, 1] }),
  },
];
