/** What adjustments have cost, as of a place in the journal: each that was applied, on the day on which it is accounted. */
import { bucketIn } from "../../engine/transfer-sql.ts";
import { openFromAt } from "../periods/open-from.ts";

interface AsOf {
  /** SQL: the first position that does not count. */
  readonly mark: string;
  /** SQL: whose books; null: all. */
  readonly entity: string;
  /** SQL: the first and the last day that are asked for; null: from the beginning, or up to now. */
  readonly from: string;
  readonly to: string;
}

/** SQL: whether a `day` is one of those that are asked for. */
export const isWithin = ({ from, to }: Pick<AsOf, "from" | "to">): string =>
  `((${from})::date is null or day >= (${from})::date) and ((${to})::date is null or day <= (${to})::date)`;

/**
 * SQL: what can be accounted on those days, whatever the programme's zone, by when it was applied: a month is not closed
 * before it is over, so none of it is accounted on a later day than its own, but for clocks that differ.
 */
const appliedAbout = ({ from, to }: Pick<AsOf, "from" | "to">): string =>
  `a.applied_at >= coalesce(((${from})::date - 2)::timestamp at time zone 'UTC', '-infinity')
      and a.applied_at < coalesce(((${to})::date + 3)::timestamp at time zone 'UTC', 'infinity')`;

/** Merges of merges: more are not followed. */
const MOST_MERGED = 64;

/**
 * SQL: tables for a query. (`offset 0`: that each adjustment has one operation is more than the planner can guess by two columns of a key,
 * and with one row in mind it goes by each member for each adjustment.) `costs`: a row for each adjustment that was applied, with its `day`, its `cost` (below zero where
 * something was taken), `standing` (who stood at the mark for whoever it was applied to) and what had undone it by then; `paid`: what was given for
 * an incident to one member, and not undone, however often, which `counts` where one of the days was asked for. Of other days there are only
 * adjustments for the same incidents, so that a month costs what the month has. Nothing of it changes afterwards: adjustments and merges count that
 * stand in the journal before the mark.
 */
export const costsAsOf = ({ mark, entity, ...days }: AsOf): string => `asked as (
    select a.adjustment_id, a.incident from adjustments a where a.applied_by is not null and ${appliedAbout(days)}),
  concerned as (
    select adjustment_id from asked
    union select a.adjustment_id from adjustments a
      where a.applied_by is not null and a.incident in (select incident from asked where incident is not null)),
  applied as (
    select a.adjustment_id, a.brand, a.direction, a.amount, a.reason, a.category, a.incident, a.reverses, a.applied_to, a.applied_at, o.position, o.place, greatest(o.accounting_date, (${openFromAt("o.position")})) as day,
      case a.direction when 'credit' then a.amount else -a.amount end as cost, a.reversed_by
    from concerned join adjustments a using (adjustment_id) cross join lateral (
        select position, place, accounting_date from operations o where o.bucket = a.bucket and o.operation_id = a.applied_by and o.position < ${mark} offset 0) o
    where ${entity} is null or a.brand = ${entity}),
  standing as (
    select distinct applied_to as member_id, applied_to as standing, 0 as depth from applied
    union all
    select s.member_id, m.survivor_id, s.depth + 1 from standing s join merges m on m.absorbed_id = s.standing
      join operations o on o.bucket = ${bucketIn("m.merge_id")} and o.operation_id = m.merge_id and o.position < ${mark}
      left join operations u on u.bucket = ${bucketIn("m.undone_by")} and u.operation_id = m.undone_by and u.position < ${mark}
    where u.operation_id is null and s.depth < ${MOST_MERGED}),
  costs as (
    select a.*, s.standing, case when v.operation_id is not null then u.adjustment_id end as undone_by from applied a
      join (select distinct on (member_id) member_id, standing from standing order by member_id, depth desc) s on s.member_id = a.applied_to
      left join adjustments u on u.bucket = ${bucketIn("a.reversed_by")} and u.adjustment_id = a.reversed_by
      left join operations v on v.bucket = u.bucket and v.operation_id = u.applied_by and v.position < ${mark}),
  paid as (
    select standing, incident, count(*) as times, array_agg(distinct reason order by reason) as reasons, sum(amount)::bigint as amount,
      (sum(amount) - (array_agg(amount order by position, place))[1])::bigint as more, bool_or(${isWithin(days)}) as counts
    from costs where direction = 'credit' and reverses is null and undone_by is null and incident is not null
    group by standing, incident)`;
