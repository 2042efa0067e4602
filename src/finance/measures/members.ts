/**
 * Members, by the brands whose profiles they have. A member is counted from the operation on that has led a first profile to it; it
 * is not any more when its last one has gone to another, or when it is erased. Nobody who has become part of somebody else counts.
 */
import { bucketIn } from "../../engine/transfer-sql.ts";
import { LED } from "../../members/joining/invariants.ts";
import { MEMBER_ERASURE } from "../../members/erasing/words.ts";
import { countingDay } from "../periods/open-from.ts";
import { PROGRAMME } from "./figures.ts";
import type { Holds, Source, Which } from "./source.ts";

const erasedBy = (
  holds: Holds,
): string => `select o.member_id, o.position, o.place, ${countingDay} as day from operations o
  where o.name = '${MEMBER_ERASURE}' and o.refusal is null and ${holds("o.position")}`;
const led = (holds: Holds): string => `(with ${LED} select * from led where ${holds("position")}) led`;

/** Whom operations of a part of the journal may have brought a profile, or taken one from. */
const touched = (holds: Holds): string => `select leads_to as member_id from ${led(holds)}
  union select former.member_id from ${led(holds)} cross join lateral (select k.member_id from profile_links k
    where k.bucket = ${bucketIn("led.profile_id")} and k.profile_id = led.profile_id offset 0) former
  union select member_id from (${erasedBy(holds)}) e`;

/** Their profiles, wherever these have led to before and since. */
const PROFILES = `select distinct k.profile_id from touched t
  cross join lateral (select k.profile_id from profile_links k where k.member_id = t.member_id offset 0) k`;

const linkColumns = `k.profile_id, k.member_id, o.position, o.place, ${countingDay} as day`;
const LINKED: Readonly<Record<Which, string>> = {
  some: `select ${linkColumns}, (select f.brand from profiles f where f.bucket = k.bucket and f.profile_id = k.profile_id) as brand
    from (${PROFILES}) theirs
      cross join lateral (select k.* from profile_links k where k.bucket = ${bucketIn("theirs.profile_id")} and k.profile_id = theirs.profile_id offset 0) k
      cross join lateral (select o.* from operations o where o.bucket = ${bucketIn("k.operation_id")} and o.operation_id = k.operation_id offset 0) o`,
  all: `select ${linkColumns}, f.brand from profile_links k
      join operations o on o.bucket = ${bucketIn("k.operation_id")} and o.operation_id = k.operation_id
      join profiles f on f.bucket = k.bucket and f.profile_id = k.profile_id`,
};
/** Of others only a part of their profiles is known here. */
const ARE_KNOWN: Readonly<Record<Which, string>> = {
  some: "where member_id in (select member_id from touched)",
  all: "",
};
const ERASED: Readonly<Record<Which, string>> = {
  some: `select t.member_id, o.position, o.place, ${countingDay} as day from touched t
      cross join lateral (select e.ended_by from erasures e
        where e.member_id = t.member_id and e.status = 'erased' offset 0) e
      cross join lateral (select o.* from operations o where o.bucket = ${bucketIn("e.ended_by")} and o.operation_id = e.ended_by offset 0) o`,
  all: erasedBy(() => "true"),
};

const change = (after: string, before: string): string => `(${after})::int - (${before})::int`;

export const memberFigures: Source = (which, holds) => `select entity, day, figure, value from (
  with ${which === "some" ? `touched as (${touched(holds)}),` : ""}
    links as (
      select *, lag(member_id) over (partition by profile_id order by position, place) as former from (${LINKED[which]}) linked),
    steps as (
      select member_id, brand, position, place, day, sum(step) as step from (
        select member_id, brand, position, place, day, 1 as step from links where former is distinct from member_id
        union all
        select former, brand, position, place, day, -1 from links where former <> member_id) s ${ARE_KNOWN[which]}
      group by 1, 2, 3, 4, 5),
    moments as (
      select member_id, position, place, day, bool_or(is_end) as is_end from (
        select member_id, position, place, day, false as is_end from steps
        union all select member_id, position, place, day, true from (${ERASED[which]}) e) m
      group by 1, 2, 3, 4),
    held as (
      select m.member_id, b.brand, m.position, m.place, m.day,
        sum(coalesce(s.step, 0)) over so_far > 0 and not bool_or(m.is_end) over so_far as has
      from moments m join (select distinct member_id, brand from steps) b using (member_id)
        left join steps s using (member_id, brand, position, place)
      window so_far as (partition by m.member_id, b.brand order by m.position, m.place)),
    turned as (
      select *, count(*) filter (where has) over at_once as brands, count(*) filter (where had) over at_once as former_brands,
        row_number() over (partition by member_id, position, place order by brand) as row
      from (select *, lag(has, 1, false) over (partition by member_id, brand order by position, place) as had from held) h
      window at_once as (partition by member_id, position, place))
  select side.entity, t.day, side.figure, side.value::bigint as value
  from turned t cross join lateral (values
      (t.brand, 'members', ${change("has", "had")}),
      (t.brand, 'members_shared', ${change("has and brands > 1", "had and former_brands > 1")}),
      ('${PROGRAMME}', 'members', case when t.row = 1 then ${change("brands > 0", "former_brands > 0")} end),
      ('${PROGRAMME}', 'members_shared', case when t.row = 1 then ${change("brands > 1", "former_brands > 1")} end)
    ) as side (entity, figure, value)
  where side.value <> 0 and ${holds("t.position")}) counted`;
