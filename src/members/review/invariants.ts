/** Invariants of the review queue: candidates as they were found, as they were decided, and decisions that stand. */
import { bucketIn } from "../../engine/transfer-sql.ts";
import { brokenUnless, eventOf, hasOnly, id, type Invariant, tells } from "../../engine/definition/invariant.ts";
import { matchDecided, matchFound, membersMerged } from "../events.ts";
import { isMerge, MATCH_DECISION } from "../joining/operation-names.ts";

/** SQL: the uuid of an identifier that an answer tells. */
const uuidIn = (text: string): string => `substr(${text}, 5)::uuid`;
const MEMBERS = `json_build_array(${id("mbr", "c.one_id")}, ${id("mbr", "c.other_id")})`;
const CANDIDATE = { candidateId: id("cnd", "c.candidate_id"), memberIds: MEMBERS };

/** What has made each candidate, and what that has said of it: of an older registration nothing. */
const MADE = `made as (
    select o.operation_id, o.posted_at, o.events, o.status, o.answer, 'registration' as source, true as is_told,
      ${uuidIn("f.said->>'candidateId'")} as candidate_id, o.member_id as a, ${uuidIn("f.said->>'memberId'")} as b,
      f.said->>'score' as score, o.answer->'link'->'evidence' as evidence
    from operations o, json_array_elements(o.answer->'link'->'candidates') f(said)
    where o.name = 'profile-registration' and o.refusal is null
    union all
    select o.operation_id, o.posted_at, o.events, o.status, o.answer, 'staff',
      o.status = 201 and ${hasOnly("o", ["reason"])},
      ${uuidIn("o.answer->>'candidateId'")}, ${uuidIn("o.answer->'memberIds'->>0")}, ${uuidIn("o.answer->'memberIds'->>1")},
      o.answer->>'score', o.answer->'evidence'
    from operations o where o.name = 'match-proposal' and o.refusal is null)`;

const TOLD_FOUND = eventOf(matchFound, {
  candidateId: "o.answer->>'candidateId'",
  memberIds: "o.answer->'memberIds'",
  source: "o.answer->>'source'",
  score: "o.answer->>'score'",
});

/** Evidence that was answered of this pair, and that the candidate does not have. */
const FORGOTTEN = `select from json_array_elements(o.evidence) s(said)
    where (s.said->>'memberId' is null or ${uuidIn("s.said->>'memberId'")} = o.b)
      and not exists (select from json_array_elements(c.evidence) e(kept) where e.kept->>'kind' = s.said->>'kind'
        and e.kept->>'rule' = case s.said->>'rule' when 'exact_identifier' then 'same' else s.said->>'rule' end)`;

const candidatesAreAsFound: Invariant = {
  name: "match_candidates_are_as_found",
  statement:
    "Every candidate was made by a registration that was left to people, of its member and one whom its identifiers led to, or by somebody of staff; and each of those has its candidates, with the score and the evidence that it has answered, and told where it tells.",
  facts: `with ${MADE}
    select ${brokenUnless(
      `c.candidate_id is not null and o.operation_id is not null and c.operation_id = o.operation_id and c.source = o.source
        and c.one_id = least(o.a, o.b) and c.other_id = greatest(o.a, o.b) and c.created_at = o.posted_at
        and c.score = round(o.score::numeric * 100) and o.is_told and not exists (${FORGOTTEN})
        and (o.source <> 'staff' or ${tells("o.events", [TOLD_FOUND])})`,
      {
        candidateId: id("cnd", "coalesce(c.candidate_id, o.candidate_id)"),
        operationId: `json_build_array(${id("opn", "c.operation_id")}, ${id("opn", "o.operation_id")})`,
        candidate: "case when c.candidate_id is null then 'missing' else 'there' end",
        source: "json_build_array(c.source, o.source)",
        score: "json_build_array(c.score, o.score)",
      },
    )}
    from match_candidates c full join made o using (candidate_id)`,
};

/** Accepted decisions; of several of one candidate, which are of the last minute, and how many are for ever. */
const DECISIONS = `decisions as (
    select o.*, ${uuidIn("o.answer->>'candidateId'")} as candidate_id,
      o.posted_at > max(o.posted_at) over of_candidate - interval '1 minute' as is_late,
      count(*) filter (where o.answer->>'status' <> 'later') over of_candidate as final
    from operations o where o.name = '${MATCH_DECISION}' and o.refusal is null
    window of_candidate as (partition by o.answer->>'candidateId'))`;

/** What was assigned last: of those of one minute it may be any, since two processes judge at once. */
const ASSIGNED = `assigned as (
    select candidate_id, array_agg(assignee) as assignees from (
      select ${uuidIn("o.answer->>'candidateId'")} as candidate_id, o.answer->>'assignee' as assignee,
        o.posted_at > max(o.posted_at) over (partition by o.answer->>'candidateId') - interval '1 minute' as is_late
      from operations o where o.name = 'match-assignment' and o.refusal is null) a where is_late group by candidate_id)`;

const MERGED = eventOf(membersMerged, {
  mergeId: "o.answer->'merge'->>'mergeId'",
  survivorId: "o.answer->'merge'->>'survivorId'",
  absorbedId: "o.answer->'merge'->>'absorbedId'",
});
const decidedAt = (stored: string): string =>
  eventOf(
    matchDecided,
    {
      candidateId: "o.answer->>'candidateId'",
      memberIds: MEMBERS,
      status: "o.answer->>'status'",
      mergeId: "o.answer->'merge'->>'mergeId'",
    },
    stored,
  );

const candidatesAreAsDecided: Invariant = {
  name: "match_candidates_are_as_decided",
  statement:
    "Every candidate is as its last decision has answered and told: open where there is none, decided for ever by one at most; or linked by whoever has merged the two for another reason. It is for whom it was assigned to last.",
  facts: `with ${DECISIONS}, ${ASSIGNED}
    select ${brokenUnless(
      `case when c.decided_by is null then c.status = 'open' and n.candidate_id is null and c.decided_at is null and c.until is null
          when o.operation_id is not null then c.status = o.answer->>'status' and c.decided_at = o.posted_at and o.is_late
            and c.until is not distinct from (o.answer->>'until')::timestamptz and o.final = (c.status <> 'later')::int
          else m.operation_id is not null and c.status = 'linked' and c.decided_at = m.posted_at and c.until is null
            and coalesce(n.final, 0) = 0 end
        and coalesce(c.assignee is null and a.assignees is null
          or exists (select from unnest(a.assignees) as one(name) where one.name is not distinct from c.assignee), false)`,
      {
        ...CANDIDATE,
        status: "json_build_array(c.status, o.answer->>'status')",
        decidedBy: id("opn", "c.decided_by"),
        decidedAt: "json_build_array(c.decided_at, o.posted_at)",
        assignee: "c.assignee",
      },
    )}
    from match_candidates c
      left join decisions o on o.operation_id = c.decided_by and o.candidate_id = c.candidate_id
      left join (select candidate_id, max(final) as final from decisions group by candidate_id) n on n.candidate_id = c.candidate_id
      left join assigned a on a.candidate_id = c.candidate_id
      left join operations m on m.bucket = ${bucketIn("c.decided_by")} and m.operation_id = c.decided_by
        and m.refusal is null and ${isMerge("m")}
    union all
    select ${brokenUnless(
      `c.candidate_id is not null and o.status = 200 and ${hasOnly("o", ["reason"])}
        and case o.answer->>'status' when 'linked' then ${tells("o.events", [MERGED, decidedAt("o.events->1")])}
          else ${tells("o.events", [decidedAt("o.events->0")])} end`,
      {
        candidateId: "o.answer->>'candidateId'",
        operationId: id("opn", "o.operation_id"),
        candidate: "case when c.candidate_id is null then 'missing' else 'there' end",
        told: "coalesce(json_array_length(o.events), 0)",
      },
    )}
    from decisions o left join match_candidates c on c.candidate_id = o.candidate_id`,
};

/** SQL: whether somebody stood for a member at some time: for it, or for a profile that is at home with it. */
const stoodFor = (by: string, member: string): string =>
  `(${by} = ${member} or exists (select from profiles p join profile_links k on k.bucket = p.bucket and k.profile_id = p.profile_id
      where p.home_id = ${member} and k.member_id = ${by}))`;

/** SQL: whether a merge of one of the two of a candidate was undone since it was decided. */
const undoneSince = (merge: string): string =>
  `(${merge}.status = 'undone' and ${merge}.undone_at >= c.decided_at
    and (${stoodFor(`${merge}.absorbed_id`, "c.one_id")} or ${stoodFor(`${merge}.absorbed_id`, "c.other_id")}))`;

const decisionsStand: Invariant = {
  name: "match_decisions_stand",
  statement:
    "The two of a candidate that is linked are one member, or a merge of one of them was undone since; it was linked by a merge. The two of any other are two, and those that were set apart stand among the pairs that are never joined, with the reason; no others do. Shown: who stands for each.",
  facts: `select ${brokenUnless(
    `x.survivor is not null and y.survivor is not null and case c.status
        when 'linked' then m.merge_id is not null and m.merged_at = c.decided_at
          -- Mostly it is the very merge that has linked them: only where it is not are all others looked at.
          and (x.survivor = y.survivor or ${undoneSince("m")} or exists (select from merges u where ${undoneSince("u")}))
        when 'apart' then x.survivor <> y.survivor and p.operation_id is not null
          and (p.operation_id <> c.decided_by or (p.reason = o.reason and p.created_at = c.decided_at))
        else x.survivor <> y.survivor and p.operation_id is null end`,
    {
      ...CANDIDATE,
      status: "c.status",
      survivorIds: `json_build_array(${id("mbr", "x.survivor")}, ${id("mbr", "y.survivor")})`,
      mergeId: id("mrg", "m.merge_id"),
      neverJoined: "p.operation_id is not null",
    },
  )}
    from match_candidates c
      left join (select member_id, coalesce(survivor_id, member_id) as survivor from wallets) x on x.member_id = c.one_id
      left join (select member_id, coalesce(survivor_id, member_id) as survivor from wallets) y on y.member_id = c.other_id
      left join merges m on m.merge_id = c.decided_by
      left join cannot_links p on p.one_id = c.one_id and p.other_id = c.other_id
      left join operations o on o.operation_id = c.decided_by`,
};

export const candidateInvariants: readonly Invariant[] = [candidatesAreAsFound, candidatesAreAsDecided, decisionsStand];
