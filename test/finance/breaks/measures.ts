/** Figures that are kept, broken by hand. Nothing has been counted in the ledger that is broken. */
import type { Break } from "./break.ts";

const broken = ["figures_are_the_journal"];

export const ofMeasures: readonly Break[] = [
  {
    what: "receipts of which no operation says anything",
    sql: () =>
      "insert into daily_figures (entity, day, figure, value) values ('mvideo', '2026-03-02', 'receipts_guests', 1)",
    broken,
    place: () => ({ entity: "mvideo", day: "2026-03-02", figure: "receipts_guests", value: [1, null] }),
  },
  {
    what: "figures of none of the operations that were followed",
    sql: () => "insert into followers (name, position) select 'measures', max(position) + 1 from operations",
    broken,
    place: () => ({}),
  },
  {
    what: "figures of closed days, without their guard",
    sql: () => "alter table daily_figures disable trigger figures_of_closed_days_stay",
    broken: ["closed_figures_stay"],
    place: () => ({ table: "daily_figures", guards: [0, 1] }),
  },
  {
    what: "a day that was measured before it was over",
    sql: () => `update operations set answer = '{"day":"2099-01-01"}' where name = 'day-measurement'`,
    broken: ["days_are_measured_once"],
    place: () => ({ day: "2099-01-01" }),
  },
];
