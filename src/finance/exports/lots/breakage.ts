/** The estimate of breakage: how much of what members have is taken to end unspent. */
import { amount } from "../../../engine/definition/columns.ts";
import { defineExport } from "../../../engine/definition/export.ts";
import { AsOf, givenAsOf } from "../period.ts";
import { REASON_NAMES } from "../reasons.ts";
import { COHORTS_THEN, shareOf } from "./cohorts-then.ts";
import { RULES_THEN } from "./lots-then.ts";

/** What a cohort can still be spent or expire of, beside what is taken back with its goods. */
const KEPT = "(granted + clawed_back)";

export const breakage = defineExport({
  name: "breakage",
  permission: "books.read",
  summary: "Estimate of breakage",
  description:
    "One row for each entity and kind of bonuses, at the end of a day. The assumption is a rule (`breakage`): the share of what is granted, and not taken back with its goods, that is taken to end unspent; its version is the version of the rules in force. " +
    "Method: for each month of grants (cohort) that share, rounded half up to a kopeck, less what has expired of it already, not below nothing and not above what is outstanding; added up. " +
    "`observed` is the share that did end unspent, of cohorts of which nothing is outstanding: what the assumption may be held against.",
  query: AsOf,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "entity", type: "text", note: "whose liability" },
    { name: "kind", type: "text", note: "of the bonuses" },
    { name: "policy_version", type: "count", note: "of the assumption" },
    { name: "share", type: "rate", note: "that is taken to end unspent" },
    { name: "observed", type: "rate", note: "that did; empty where no cohort is at its end" },
    amount("granted", "up to the day"),
    amount("clawed_back", "with its goods"),
    amount("spent", "less what came back of it"),
    amount("expired", "ended unspent"),
    amount("outstanding", "what members have, without suspense"),
    amount("expected", "of it, taken to end unspent"),
  ],
  rows: `select c.entity, c.kind, r.version as policy_version, max(c.share) as share,
      sum(-expired) filter (where outstanding = 0) / nullif(sum(${KEPT}) filter (where outstanding = 0), 0)::numeric as observed,
      sum(granted) as granted, sum(clawed_back) as clawed_back, sum(spent) as spent, sum(expired) as expired, sum(outstanding) as outstanding,
      sum(least(outstanding, greatest(0, round(${KEPT} * share) + expired))) as expected
    from (select b.*, ${shareOf("v.rules", "b.kind")} as share from (
        select entity, kind, cohort, ${REASON_NAMES.map((name) => `sum(${name}) as ${name}`).join(", ")}, sum(net) as outstanding
        from (${COHORTS_THEN}) m group by entity, kind, cohort) b cross join ${RULES_THEN} v) c
      cross join ${RULES_THEN} r
    group by c.entity, c.kind, r.version`,
  order: `entity collate "C", kind collate "C"`,
  isShort: true,
  given: givenAsOf,
});
