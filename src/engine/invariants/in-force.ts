/**
 * Which version of the rules was in force when: the same as src/policy/timeline.ts says, of millions of rows. A version may
 * be added that has been in force already; whatever was judged before anybody used it is judged by the one before.
 */

/** SQL: tables that `judgedBy` needs. `timetable` has one row, to be joined; `used` says since when a version is known to be used. */
export const TIMETABLE = `timetable as (
    select array_agg(version order by effective_from, version) as versions,
      array_agg(effective_from order by effective_from, version) as starts,
      array_agg(rules->>'zone' order by effective_from, version) as zones
    from policies),
  used as (select policy_version as version, min(posted_at) as since from operations group by policy_version)`;

const inForce = (list: string, at: string): string =>
  `timetable.${list}[greatest(width_bucket(${at}, timetable.starts), 1)]`;

/** Two lanes that learn of a version at once may commit in either order, and their clocks may differ. */
const KNOWN = "interval '1 minute'";

/** SQL: whether what was posted then could be judged by a version, for a day. */
export const judgedBy = (version: string, at: string, postedAt: string): string =>
  `(${version} = ${inForce("versions", at)} or exists (
    select from policies mine where mine.version = ${version} and (mine.effective_from <= ${at} or mine.version = timetable.versions[1])
      and not exists (select from policies later join used on used.version = later.version
        where later.effective_from <= ${at} and (later.effective_from, later.version) > (mine.effective_from, mine.version)
          and used.since + ${KNOWN} < ${postedAt})))`;

/** SQL: whether a date is the day of the programme's zone at an instant, by the zone of any version. */
export const isDayOf = (date: string, at: string): string =>
  `(${date} = timezone(${inForce("zones", at)}, ${at})::date or exists (
    select from policies p where ${date} = timezone(p.rules->>'zone', ${at})::date))`;
