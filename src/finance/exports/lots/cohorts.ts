/** Cohorts of lots, as IFRS 15 asks for them: what was promised with the sales of a month, and what became of it since. */
import { defineExport } from "../../../engine/definition/export.ts";
import { AsOf, givenAsOf } from "../period.ts";
import { REASON_NAMES, REASONS } from "../reasons.ts";
import { COHORTS_THEN } from "./cohorts-then.ts";

const SO_FAR = `(partition by entity, kind, cohort order by month collate "C")`;
const soFar = (sum: string): string => `sum(${sum}) over ${SO_FAR}`;

/** What is deferred: what was allocated to bonuses whose goods have not come back, less the part of it that was spent of what is taken to be spent. */
const DEFERRED = `case when ${soFar("net")} <= 0 then 0 else round(greatest(0, coalesce(
      ${soFar("allocated")} * (${soFar("granted + clawed_back")}) / nullif(${soFar("granted")}, 0)
      + ${soFar("allocated")} * (${soFar("spent")}) / nullif(${soFar("expected")}, 0), 0))) end`;

export const cohorts = defineExport({
  name: "cohorts",
  permission: "books.read",
  summary: "Cohorts of bonuses (IFRS 15)",
  description:
    "One row for each entity, kind of bonuses, month of the grant (the cohort) and month in which anything happened to its lots: why it changed, and what was outstanding at the end of the month. " +
    "`allocated` is the part of the price that is allocated to the bonuses of a sale: paid × worth ÷ (paid + worth), where a bonus is worth one rouble less the share that is taken to end unspent (`breakage` of the rules by which the lot was granted), rounded half up for each lot; without a sale nothing. " +
    "`deferred` is what is left of it at the end of the month: less what goods that came back had, less what was spent in proportion to what is taken to be spent; nothing where nothing is outstanding.",
  query: AsOf,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "entity", type: "text", note: "whose liability" },
    { name: "kind", type: "text", note: "of the bonuses" },
    { name: "cohort", type: "text", note: "the month in which they were granted" },
    { name: "month", type: "text", note: "the month of the changes" },
    ...REASON_NAMES.map((name) => ({ name, type: "amount", note: REASONS[name] }) as const),
    { name: "outstanding", type: "amount", note: "at the end of the month" },
    { name: "allocated", type: "amount", note: "of the price, to what was granted first in the month" },
    { name: "deferred", type: "amount", note: "of that and of earlier months', at the end of the month" },
  ],
  rows: `select entity, kind, cohort, month, ${REASON_NAMES.join(", ")}, ${soFar("net")} as outstanding, allocated, ${DEFERRED} as deferred
    from (${COHORTS_THEN}) c`,
  order: ["entity", "kind", "cohort", "month"].map((name) => `${name} collate "C"`).join(", "),
  isShort: true,
  given: givenAsOf,
});
