/** The measures as a file: of each day and brand one row with every figure, of which all shares can be made. */
import { type Column, defineExport, given } from "../../engine/definition/export.ts";
import { oneOf } from "../../engine/definition/invariant.ts";
import { givenPeriod, Period } from "../exports/period.ts";
import { FIGURE_NAMES, FIGURES, isLevel, OF_PROGRAMME, PROGRAMME } from "./figures.ts";
import { figuresAtMark } from "./kept.ts";

/** Grows with each change of the columns: docs/reference/measures.md has what each version was. */
export const MEASURES_VERSION = 2;

const [FROM, TO, ENTITY] = [given("from", "date"), given("to", "date"), given("entity")];
const list = (sqlOf: (name: (typeof FIGURE_NAMES)[number]) => string) => FIGURE_NAMES.map(sqlOf).join(", ");

/** Of nothing that has come after the mark anything is left: not a row, not a day, not a brand. */
const CHANGES = `changes as (
    select entity, day, figure, sum(value) as value from (${figuresAtMark}) figures
    where ${ENTITY} is null or entity = ${ENTITY} group by 1, 2, 3 having sum(value) <> 0)`;
/** The whole programme's are all brands' together, but for its members and its settled months. */
const OWNED = `owned as (
    select * from changes
    union all select '${PROGRAMME}', day, figure, value from changes
    where entity <> '${PROGRAMME}' and figure not in (${oneOf(OF_PROGRAMME)}) and ${ENTITY} is null)`;
const DAILY = `daily as (
    select entity, day, ${list((name) => `coalesce(sum(value) filter (where figure = '${name}'), 0) as ${name}`)} from owned group by 1, 2)`;
/** Each day of the stretch for each brand, up to the last on which anything has happened. */
const DAYS = `days as (
    select entity, day from daily
    union
    select e.entity, d.day::date from (select distinct entity from daily) e
      cross join (select min(day) as first, max(day) as last from daily) f
      cross join lateral generate_series(greatest(${FROM}, f.first), least(${TO}, f.last), interval '1 day') as d (day))`;

const column = (name: (typeof FIGURE_NAMES)[number]): Column => {
  const { unit, note } = FIGURES[name];
  return { name, type: unit, note: isLevel(name) ? `${note}; at the end of the day` : note };
};

export const measureExport = defineExport({
  name: "measures",
  permission: "books.read",
  summary: "Measures by day",
  description:
    "One row for each brand and day, and for the whole programme (its brand is empty), which is shown to clients of no brand. Shares are made of sums of these figures: see the reference of the measures. " +
    "A day that nothing has come after, and on which nothing has happened, has no row.",
  query: Period,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "version", type: "count", note: "of these columns" },
    { name: "day", type: "date", note: "on which it is accounted, in the programme's zone" },
    { name: "brand", type: "text", note: "empty: the whole programme" },
    ...FIGURE_NAMES.map(column),
  ],
  rows: `with ${CHANGES}, ${OWNED}, ${DAILY}, ${DAYS},
    measured as (
      select entity, day, ${list((name) => (isLevel(name) ? `sum(coalesce(${name}, 0)) over (partition by entity order by day) as ${name}` : `coalesce(${name}, 0) as ${name}`))}
      from days left join daily using (entity, day))
    select ${MEASURES_VERSION} as version, day, nullif(entity, '${PROGRAMME}') as brand, ${list((name) => `${name}::bigint`)} from measured
    where (${FROM} is null or day >= ${FROM}) and (${TO} is null or day <= ${TO})`,
  order: `r.day, r.brand collate "C"`,
  given: givenPeriod,
});
