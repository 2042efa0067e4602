/** The review queue, broken by hand. */
import { type Break, textLike } from "./break.ts";

const aCandidate = () => ({ candidateId: textLike(/^cnd_/) });
/** The first candidate of a status that a condition holds for. */
const one = (status: string, condition = "true"): string =>
  `(one_id, other_id) = (select one_id, other_id from match_candidates where status = '${status}' and ${condition} order by candidate_id limit 1)`;

export const ofReview: readonly Break[] = [
  {
    what: "a candidate that is gone",
    sql: () => `delete from match_candidates where ${one("open", "source = 'registration'")}`,
    broken: ["match_candidates_are_as_found"],
    place: () => ({ candidate: "missing" }),
  },
  {
    what: "a candidate that nobody has found",
    sql: () =>
      `update operations set answer = replace(answer::text, '"candidateId":"cnd_', '"forgottenId":"cnd_')::json where name = 'match-proposal'`,
    broken: ["match_candidates_are_as_found"],
    place: () => ({ ...aCandidate(), operationId: [textLike(/^opn_/), null] }),
  },
  {
    what: "a candidate that weighs more than was answered",
    sql: () => `update match_candidates set score = score + 1 where ${one("open", "source = 'registration'")}`,
    broken: ["match_candidates_are_as_found"],
    place: aCandidate,
  },
  {
    what: "a candidate with less evidence than was answered",
    sql: () => `update match_candidates set evidence = '[]' where ${one("apart")}`,
    broken: ["match_candidates_are_as_found"],
    place: aCandidate,
  },
  {
    what: "a proposal of which others were told another score",
    sql: () =>
      `update operations set events = replace(events::text, '"score":"', '"score":"1')::json where name = 'match-proposal'`,
    broken: ["match_candidates_are_as_found"],
    place: aCandidate,
  },
  {
    what: "a candidate that was put off, and is open again",
    sql: () =>
      `update match_candidates set status = 'open', decided_by = null, decided_at = null, until = null where ${one("later")}`,
    broken: ["match_candidates_are_as_decided"],
    place: () => ({ ...aCandidate(), decidedBy: null }),
  },
  {
    what: "a candidate that was put off for longer than was answered",
    sql: () => `update match_candidates set until = until + interval '1 day' where ${one("later")}`,
    broken: ["match_candidates_are_as_decided"],
    place: aCandidate,
  },
  {
    what: "a candidate that is for somebody else than was said",
    sql: () => `update match_candidates set assignee = 'somebody' where ${one("open", "assignee is not null")}`,
    broken: ["match_candidates_are_as_decided"],
    place: () => ({ ...aCandidate(), assignee: "somebody" }),
  },
  {
    what: "a decision of which others were told another",
    sql: () =>
      `update operations set events = replace(events::text, '"status":"apart"', '"status":"later"')::json where name = 'match-decision' and answer->>'status' = 'apart'`,
    broken: ["match_candidates_are_as_decided"],
    place: () => ({ candidate: "there", told: 1 }),
  },
  {
    what: "two who were set apart, and of whom that is forgotten",
    sql: () => "delete from cannot_links where operation_id in (select decided_by from match_candidates)",
    broken: ["match_decisions_stand", "the_parted_are_never_one"],
    place: () => ({ ...aCandidate(), status: "apart", neverJoined: false }),
  },
  {
    what: "two who were set apart, for another reason",
    sql: () =>
      "update cannot_links set reason = 'another' where operation_id in (select decided_by from match_candidates)",
    broken: ["match_decisions_stand", "the_parted_are_never_one"],
    place: () => ({ ...aCandidate(), status: "apart" }),
  },
  {
    what: "two who were linked without a merge",
    sql: () => "delete from merges where merge_id in (select decided_by from match_candidates)",
    broken: ["match_decisions_stand", "members_are_joined_as_merged", "merges_are_as_answered"],
    place: () => ({ ...aCandidate(), status: "linked", mergeId: null }),
  },
  {
    what: "two who are open to be looked at, and are never to be joined",
    sql: () => `insert into cannot_links (one_id, other_id, operation_id, reason, created_at)
      select one_id, other_id, operation_id, 'x', created_at from match_candidates where ${one("open")}`,
    broken: ["match_decisions_stand", "the_parted_are_never_one"],
    place: () => ({ ...aCandidate(), status: "open", neverJoined: true }),
  },
];
