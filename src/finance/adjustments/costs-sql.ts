/** What adjustments have cost, as of a place in the journal: each that was applied, on the day on which it is accounted. */
import { bucketIn } from "../../engine/transfer-sql.ts";
import { openFromAt } from "../periods/open-from.ts";

interface AsOf {
  /** SQL: the first position that does not count. */
  readonly mark: string;
  /** SQL: whose books; null: all. */
  readonly entity: string;
  /** SQL: whether a `day` is one of those that are asked for. */
  readonly within: string;
}

/** Merges of merges: more are not followed. */
const MOST_MERGED = 64;

/**
 * SQL: tables for a query. `costs`: a row for each adjustment that was applied, with its `day`, its `cost` (below zero where
 * something was taken), `standing` (who stood at the mark for whoever it was applied to) and what had undone it by then; `paid`: what was given for
 * an incident to one member, and not undone, however often, which `counts` where one of the days was asked for. Nothing of it changes afterwards: adjustments and merges count that
 * stand in the journal before the mark.
 */
export const costsAsOf = ({ mark, entity, within }: AsOf): string => `applied as (
    select a.adjustment_id, a.brand, a.direction, a.amount, a.reason, a.category, a.incident, a.reverses, a.applied_to, a.applied_at, o.position, o.place, greatest(o.accounting_date, (${openFromAt("o.position")})) as day,
      case a.direction when 'credit' then a.amount else -a.amount end as cost
    from adjustments a join operations o on o.bucket = a.bucket and o.operation_id = a.applied_by
    where o.position < ${mark} and (${entity} is null or a.brand = ${entity})),
  standing as (
    select distinct applied_to as member_id, applied_to as standing, 0 as depth from applied
    union all
    select s.member_id, m.survivor_id, s.depth + 1 from standing s join merges m on m.absorbed_id = s.standing
      join operations o on o.bucket = ${bucketIn("m.merge_id")} and o.operation_id = m.merge_id and o.position < ${mark}
      left join operations u on u.bucket = ${bucketIn("m.undone_by")} and u.operation_id = m.undone_by and u.position < ${mark}
    where u.operation_id is null and s.depth < ${MOST_MERGED}),
  costs as (
    select a.*, s.standing, u.adjustment_id as undone_by from applied a
      join (select distinct on (member_id) member_id, standing from standing order by member_id, depth desc) s on s.member_id = a.applied_to
      left join applied u on u.reverses = a.adjustment_id),
  paid as (
    select standing, incident, count(*) as times, array_agg(distinct reason order by reason) as reasons, sum(amount)::bigint as amount,
      (sum(amount) - (array_agg(amount order by position, place))[1])::bigint as more, bool_or(${within}) as counts
    from costs where direction = 'credit' and reverses is null and undone_by is null and incident is not null
    group by standing, incident)`;
