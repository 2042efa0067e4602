/** Invariants of members who become one, and part: who stands for whom, where profiles lead, and who is never one again. */
import { brokenUnless, eventOf, hasOnly, id, type Invariant, tells } from "../../engine/definition/invariant.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { membersMerged, membersParted } from "../events.ts";
import {
  isMerge,
  JOINS_AMONG_OTHERS,
  MATCH_DECISION,
  MERGE,
  PARTS,
  PROFILE_PARTING,
  UNMERGE,
} from "./operation-names.ts";

/** Who stands for whom, by the merges that stand: up to the last. */
const ROOTS = `up (member_id, root, steps) as (
    select absorbed_id, survivor_id, 1 from merges where status = 'merged'
    union all
    select u.member_id, m.survivor_id, u.steps + 1 from up u join merges m on m.absorbed_id = u.root and m.status = 'merged'
    where u.steps < 100),
  roots as (select distinct on (member_id) member_id, root from up order by member_id, steps desc)`;

const membersAreJoinedAsMerged: Invariant = {
  name: "members_are_joined_as_merged",
  statement:
    "A member whom a merge that stands has absorbed, and nobody else, is part of another: of the one who is at the end of all such merges, who stands for itself. Nobody is absorbed twice.",
  facts: `with recursive ${ROOTS}
    select ${brokenUnless(
      "w.survivor_id = r.root and s.member_id is not null and s.survivor_id is null and m.merges = 1",
      {
        memberId: id("mbr", "coalesce(w.member_id, r.member_id)"),
        survivorId: `json_build_array(${id("mbr", "w.survivor_id")}, ${id("mbr", "r.root")})`,
        merges: "m.merges",
      },
    )}
    from (select * from wallets where survivor_id is not null) w full join roots r on r.member_id = w.member_id
      left join wallets s on s.member_id = r.root
      left join (select absorbed_id, count(*) as merges from merges where status = 'merged' group by absorbed_id) m
        on m.absorbed_id = coalesce(w.member_id, r.member_id)`,
};

/** SQL: what an operation has answered of a merge, a parting or a link: most who link two are answered more than that. */
const ANSWER = `(case when o.name in (${JOINS_AMONG_OTHERS}) then o.answer->'merge' else o.answer end)`;
const IS_MERGE = isMerge("o");

const TOLD_MERGED = eventOf(membersMerged, {
  mergeId: `${ANSWER}->>'mergeId'`,
  survivorId: `${ANSWER}->>'survivorId'`,
  absorbedId: `${ANSWER}->>'absorbedId'`,
});

const mergesAreAsAnswered: Invariant = {
  name: "merges_are_as_answered",
  statement:
    "Every merge is there as its operation has answered and told it, and it is undone exactly if an operation that has undone it is there. Shown: the merge's, the answer's.",
  facts: `select ${brokenUnless(
    `m.merge_id is not null and o.operation_id is not null and ${id("mrg", "m.merge_id")} = ${ANSWER}->>'mergeId' and m.bucket = o.bucket
      and ${id("mbr", "m.survivor_id")} = ${ANSWER}->>'survivorId' and ${id("mbr", "m.absorbed_id")} = ${ANSWER}->>'absorbedId'
      and o.member_id = m.survivor_id and m.rule = ${ANSWER}->>'rule' and m.reason = o.reason and m.merged_at = o.posted_at
      and o.status = case o.name when '${MERGE}' then 201 else 200 end and ${hasOnly("o", ["reason"])}
      and (o.name = '${MATCH_DECISION}' or ${tells("o.events", [TOLD_MERGED])})
      and (m.status = 'undone') = (u.operation_id is not null) and m.undone_by is not distinct from u.operation_id
      and m.undone_at is not distinct from u.posted_at`,
    {
      mergeId: id("mrg", "coalesce(m.merge_id, o.operation_id)"),
      survivorId: `json_build_array(${id("mbr", "m.survivor_id")}, ${ANSWER}->>'survivorId')`,
      absorbedId: `json_build_array(${id("mbr", "m.absorbed_id")}, ${ANSWER}->>'absorbedId')`,
      status: "m.status",
      undoneBy: `json_build_array(${id("opn", "m.undone_by")}, ${id("opn", "u.operation_id")})`,
    },
  )}
    from merges m full join (select * from operations o where ${IS_MERGE} and o.refusal is null) o on o.operation_id = m.merge_id
      left join (select * from operations where name = '${UNMERGE}' and refusal is null) u
        on u.answer->>'mergeId' = ${id("mrg", "coalesce(m.merge_id, o.operation_id)")}`,
};

const TOLD_PARTED = eventOf(membersParted, {
  mergeId: "o.answer->>'mergeId'",
  profileId: "case when o.answer->>'mergeId' is null then o.answer->'moved'->'profiles'->>0 end",
  stayingId: "o.answer->>'stayingId'",
  leavingId: "o.answer->>'leavingId'",
});

/** Which two an operation `o` has parted: the pair `c`. */
const IS_ITS_PAIR = `case o.name
    when '${MATCH_DECISION}' then exists (select from match_candidates d where ${id("cnd", "d.candidate_id")} = o.answer->>'candidateId'
      and d.one_id = c.one_id and d.other_id = c.other_id)
    when '${UNMERGE}' then exists (select from merges m where m.undone_by = o.operation_id
      and least(m.survivor_id, m.absorbed_id) = c.one_id and greatest(m.survivor_id, m.absorbed_id) = c.other_id)
    else o.answer->>'leavingId' in (${id("mbr", "c.one_id")}, ${id("mbr", "c.other_id")}) and exists (
      select from json_array_elements_text(o.answer->'moved'->'profiles') p(id) join profile_links k on k.profile_id = substr(p.id, 5)::uuid
        and k.bucket = ${bucketIn("substr(p.id, 5)::uuid")}
      where k.home_id in (c.one_id, c.other_id) and ${id("mbr", "k.home_id")} <> o.answer->>'leavingId') end`;

const thePartedAreNeverOne: Invariant = {
  name: "the_parted_are_never_one",
  statement:
    "Each parting was told as it was answered, and it, like a reviewer who has set two apart, has left the pair that it has parted (of a profile: its home before and its home since), which is never to be one member, with its reason; every such pair was left by one, and no two of a pair are one member.",
  facts: `select ${brokenUnless(
    `o.operation_id is not null and c.operation_id is not null and c.created_at = o.posted_at and c.reason = o.reason and c.one_id < c.other_id
      and o.status = 200 and ${hasOnly("o", ["reason"])}
      and (o.name = '${MATCH_DECISION}' or ${tells("o.events", [TOLD_PARTED])}) and ${IS_ITS_PAIR}
      and coalesce(a.survivor_id, a.member_id) <> coalesce(b.survivor_id, b.member_id)`,
    {
      operationId: id("opn", "coalesce(o.operation_id, c.operation_id)"),
      memberIds: `json_build_array(${id("mbr", "c.one_id")}, ${id("mbr", "c.other_id")})`,
      survivorIds: `json_build_array(${id("mbr", "a.survivor_id")}, ${id("mbr", "b.survivor_id")})`,
      told: "o.events->0->'data'",
    },
  )}
    from cannot_links c full join (
      select * from operations where refusal is null
        and (name in (${PARTS}) or (name = '${MATCH_DECISION}' and answer->>'status' = 'apart'))) o using (operation_id)
      left join wallets a on a.member_id = c.one_id left join wallets b on b.member_id = c.other_id
    union all
    select ${brokenUnless("c.operation_id is not null", {
      operationId: id("opn", "k.operation_id"),
      memberIds: `json_build_array(${id("mbr", "k.home_before")}, ${id("mbr", "k.home_id")})`,
    })}
    from (select k.operation_id, k.home_id, o.name, lag(k.home_id) over (partition by k.profile_id order by o.position, o.place) as home_before
        from profile_links k join operations o using (operation_id)) k
      left join cannot_links c on c.operation_id = k.operation_id
        and c.one_id = least(k.home_id, k.home_before) and c.other_id = greatest(k.home_id, k.home_before)
    where k.name = '${PROFILE_PARTING}'`,
};

/** SQL: where each operation has led profiles: those that it names. */
export const LED = `led as (
    select operation_id, posted_at, position, place, operation_id as profile_id, member_id as leads_to, null::uuid as home_id
    from operations where name = 'profile-registration' and refusal is null
    union all
    select o.operation_id, o.posted_at, o.position, o.place, substr(p.id, 5)::uuid,
      substr(coalesce(${ANSWER}->>'survivorId', o.answer->>'leavingId'), 5)::uuid,
      case o.name when '${PROFILE_PARTING}' then substr(o.answer->>'leavingId', 5)::uuid end
    from operations o, json_array_elements_text(${ANSWER}->'moved'->'profiles') p(id)
    where (${IS_MERGE} or o.name in (${PARTS})) and o.refusal is null)`;

/** Members other than the home that several profiles of one home have led to, each with that home. */
const SHARED_HOMES = `shared_homes as (
    select home_id, member_id from profile_links where home_id <> member_id
    group by home_id, member_id having count(distinct profile_id) > 1)`;

const profilesLeadWhereTheyWereLed: Invariant = {
  name: "profiles_lead_where_they_were_led",
  statement:
    "Every link of a profile was made by an operation that names it, to the member whom that has answered; and the profile leads where its last link does, and is at home where that says. Its home changes only where it parts from its member; one that was linked to a known member is at home where another profile of that member was.",
  facts: `with ${LED}, ${SHARED_HOMES},
      links as (
        select k.*, l.leads_to, l.posted_at, l.home_id as new_home, l.operation_id as led_by,
          lag(k.home_id) over of_profile as home_before, lead(k.operation_id) over of_profile is null as is_last
        from profile_links k full join led l on l.operation_id = k.operation_id and l.profile_id = k.profile_id
        window of_profile as (partition by k.profile_id order by l.position, l.place))
    select ${brokenUnless(
      `k.led_by is not null and k.operation_id is not null and k.bucket = ${bucketIn("k.profile_id")} and k.member_id = k.leads_to and k.since = k.posted_at
        and case when k.home_before is null then k.home_id = k.member_id or h.home_id is not null
          else k.home_id = coalesce(k.new_home, k.home_before) end
        and (not k.is_last or (p.member_id = k.member_id and p.home_id = k.home_id))`,
      {
        profileId: id("prf", "coalesce(k.profile_id, p.profile_id)"),
        entity: "p.brand",
        operationId: id("opn", "coalesce(k.operation_id, k.led_by)"),
        memberId: `json_build_array(${id("mbr", "p.member_id")}, ${id("mbr", "k.member_id")}, ${id("mbr", "k.leads_to")})`,
        homeId: `json_build_array(${id("mbr", "p.home_id")}, ${id("mbr", "k.home_id")})`,
      },
    )}
    from links k left join profiles p on p.profile_id = k.profile_id
      left join shared_homes h on h.home_id = k.home_id and h.member_id = k.member_id`,
};

/** Who has left a member, or come to it, by which operation; the last says whether it is gone. */
const GONE = `gone as (
    select distinct on (member_id, gone) member_id, gone, has_left from (
      select o.position, o.place, substr(o.answer->>'stayingId', 5)::uuid as member_id, i.id as gone, true as has_left
      from operations o, json_array_elements_text(o.answer->'moved'->'profiles') i(id)
      where o.name in (${PARTS}) and o.refusal is null
      union all
      select o.position, o.place, substr(o.answer->>'stayingId', 5)::uuid, i.id, true
      from operations o, json_array_elements_text(o.answer->'moved'->'members') i(id) where o.name = '${UNMERGE}' and o.refusal is null
      union all
      select o.position, o.place, substr(${ANSWER}->>'survivorId', 5)::uuid, i.id, false
      from operations o, lateral (select json_array_elements_text(${ANSWER}->'moved'->'profiles')
        union all select json_array_elements_text(${ANSWER}->'moved'->'members')) i(id)
      where ${IS_MERGE} and o.refusal is null) all_of_them
    order by member_id, gone, position desc, place desc)`;

const walletsKnowWhoHasParted: Invariant = {
  name: "wallets_know_who_has_parted",
  statement:
    "A wallet names just those members and profiles that have left its member and have not come back. Shown: the wallet's, the operations'.",
  facts: `with ${GONE},
      named as (select w.member_id, i.id as gone from wallets w, json_array_elements_text(w.parted) i(id) where w.parted is not null)
    select ${brokenUnless("n.gone is not null and g.gone is not null", {
      memberId: id("mbr", "member_id"),
      parted: "json_build_array(n.gone, g.gone)",
    })}
    from named n full join (select * from gone where has_left) g using (member_id, gone)`,
};

export const joiningInvariants: readonly Invariant[] = [
  membersAreJoinedAsMerged,
  mergesAreAsAnswered,
  thePartedAreNeverOne,
  profilesLeadWhereTheyWereLed,
  walletsKnowWhoHasParted,
];
