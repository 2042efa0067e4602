/** SQL: cohorts of lots, and what happened to them month by month, up to the end of a day and before the mark. */
import { oneOf } from "../../../engine/definition/invariant.ts";
import { LOT_ACCOUNTS, LOT_KINDS, type LotKind } from "../../../ledger/account.ts";
import { BREAKAGE } from "../../../policy/schema.ts";
import { accountingDay } from "../../turnovers/turnovers.ts";
import { REASON_NAMES, type Reason, eventsOf } from "../reasons.ts";
import { OF_THE_BOOKS, TRANSFERS, within } from "../transfers.ts";
import { GRANTED_ON } from "./lots-then.ts";

const IN_LOTS = oneOf(LOT_ACCOUNTS);

/** SQL: the share of a kind that is taken to end unspent, by some rules. */
export const shareOf = (rules: string, kind: string): string =>
  `coalesce(${rules} #>> array['breakage', ${kind}], case ${kind} ${LOT_KINDS.map((each: LotKind) => `when '${each}' then '${BREAKAGE[each]}'`).join(" ")} end)::numeric`;

/** What was claimed off suspense is granted to its cohort then. */
const isFor = (reason: Reason): string =>
  reason === "granted" ? `event in (${eventsOf(reason)}, 'claim')` : `event in (${eventsOf(reason)})`;

const monthOf = (day: string): string => `to_char(${day}, 'YYYY-MM')`;

/**
 * SQL: of each entity, kind, cohort (the month in which its lots were granted) and month the changes by reason, which add up
 * to what is left; and of the month of the grant what was allocated to it, and how much of it is taken to be spent.
 */
export const COHORTS_THEN = `select entity, kind, cohort, month,
      ${REASON_NAMES.map((reason) => `coalesce(sum(moved) filter (where ${isFor(reason)}), 0) as ${reason}`).join(", ")},
      coalesce(sum(moved), 0) as net, coalesce(sum(allocated), 0) as allocated, coalesce(sum(expected), 0) as expected
    from (
      select m.entity, m.kind, m.cohort, m.month, m.event, sum(m.moved) as moved,
        sum(case when m.is_first then round(m.paid * m.moved * (1 - m.share) / nullif(m.paid + m.moved * (1 - m.share), 0)) end) as allocated,
        sum(case when m.is_first then m.moved * (1 - m.share) end) as expected
      from (
        select t.entity, l.kind, ${monthOf(GRANTED_ON)} as cohort, ${monthOf(accountingDay)} as month, t.event,
          case when t.credit in (${IN_LOTS}) then t.amount else 0 end - case when t.debit in (${IN_LOTS}) then t.amount else 0 end as moved,
          t.operation_id = l.operation_id and t.event in ('grant', 'claim') as is_first,
          coalesce(s.total - s.spent, 0)::numeric as paid, ${shareOf("r.rules", "l.kind")} as share
        from ${TRANSFERS}
          join operations g on g.operation_id = l.operation_id
          join policies r on r.version = l.policy_version
          left join purchases s on s.lot_id = l.lot_id
        where ${OF_THE_BOOKS} and ${within("asOf", "<=")} and t.lot_id is not null) m
      group by 1, 2, 3, 4, 5) c
    group by entity, kind, cohort, month`;
