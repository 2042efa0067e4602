/** Ageing of lots: what members had at the end of a day, by how long they had had it and by how long it would last. */
import { amount } from "../../../engine/definition/columns.ts";
import { defineExport } from "../../../engine/definition/export.ts";
import { AsOf, givenAsOf } from "../period.ts";
import { AS_OF, LOTS_THEN } from "./lots-then.ts";

/** The last day of each stretch but the last one. */
const AGES = [30, 90, 180, 365];
const TIMES_LEFT = [0, 7, 30, 90, 180];

/** SQL: in which stretch a number of days lies: `031-090`, `366-`; none where it is not known. */
function stretchOf(days: string, ends: readonly number[]): string {
  const written = (day: number): string => `${day}`.padStart(3, "0");
  const beginnings = [0, ...ends.map((end) => end + 1)];
  const cases = ends.map((end, at) => `when ${days} <= ${end} then '${written(beginnings[at] ?? 0)}-${written(end)}'`);
  return `case ${cases.join(" ")} when ${days} is not null then '${written(beginnings.at(-1) ?? 0)}-' else '' end`;
}

export const ageing = defineExport({
  name: "ageing",
  permission: "books.read",
  summary: "Ageing of lots",
  description:
    "What members had at the end of a day, also of one long past: one row for each entity, kind of bonuses, age and time to the end. " +
    "Days are counted in the programme's zone: `age` from the day of the grant, `left` to the day at whose beginning the lot ends, as its end was known then. `000-000`: it has ended, and a hold keeps it. " +
    "What waits on suspense for a card has neither. The totals of an entity and kind add up to the closing of the liability of that day.",
  query: AsOf,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "entity", type: "text", note: "whose liability" },
    { name: "kind", type: "text", note: "of the bonuses" },
    { name: "age", type: "text", note: "days since the grant, from and to" },
    { name: "time_left", type: "text", note: "days to the end, from and to" },
    { name: "lots", type: "count", note: "how many, by wallets" },
    amount("pending", "not active yet"),
    amount("available", "can be spent"),
    amount("held", "put aside"),
    amount("suspense", "waits for a card"),
    amount("total", "all four"),
  ],
  rows: `select entity, kind, ${stretchOf(`(${AS_OF} - granted_on)`, AGES)} as age,
      ${stretchOf(`(ends_on - ${AS_OF})`, TIMES_LEFT)} as time_left, count(*) filter (where suspense = 0) as lots,
      sum(pending) as pending, sum(available) as available, sum(held) as held, sum(suspense) as suspense,
      sum(pending + available + held + suspense) as total
    from (${LOTS_THEN}) l group by 1, 2, 3, 4`,
  order: ["entity", "kind", "age", "time_left"].map((name) => `${name} collate "C"`).join(", "),
  isShort: true,
  given: givenAsOf,
});
