/** The queue: what is to be looked at, the most certain first, and of one score the oldest. */
import { z } from "@hono/zod-openapi";
import { pageSchema } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { text } from "../../kernel/fields.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { keyIn, PageQuery, pageOf } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { CANDIDATE_STATUSES, type CandidateStatus } from "../candidate-terms.ts";
import { candidateColumns } from "../matching/candidate-store.ts";
import { CandidateItem, candidateItem, candidateKey } from "./candidate-view.ts";

const MinScore = z
  .string()
  .regex(/^(?:0\.\d\d|1\.00)$/, 'a score is written "0.65"')
  .transform((given) => Math.round(Number(given) * 100))
  .default(0)
  .openapi({ type: "string", pattern: "^(0\\.[0-9]{2}|1\\.00)$", example: "0.50" });

const CandidateQuery = PageQuery.extend({
  status: z.enum(CANDIDATE_STATUSES).default("open"),
  minScore: MinScore,
  assignee: text(64).optional().openapi({ description: "Those that he is to look at." }),
});

/** Whether one of the two, or who stands for it by now, has a profile of a brand. */
const ofBrand = ["c.one_id", "c.other_id"]
  .map(
    (member) => `exists (select from wallets w join profiles p on p.member_id = coalesce(w.survivor_id, w.member_id)
      where w.bucket = ${bucketIn(member)} and w.member_id = ${member} and p.brand = $6)`,
  )
  .join(" or ");

/** What waits for a reviewer is not of whoever is erased: nothing can be decided of him. */
const OF_KNOWN = ["c.one_id", "c.other_id"]
  .map(
    (
      member,
    ) => `not exists (select from wallets m join wallets w on w.member_id = coalesce(m.survivor_id, m.member_id) and w.erasure = 'erased'
      where m.bucket = ${bucketIn(member)} and m.member_id = ${member})`,
  )
  .join(" and ");
const isDecided = (status: CandidateStatus): boolean => status === "linked" || status === "apart";

/**
 * Of one status, in the order of the index `match_candidates_queue`, or `match_candidates_assigned`. Parameters: the key before
 * ($1, $2), the least score ($3), the instant ($4), how many ($5), the brand of whoever asks ($6), the assignee ($7).
 */
const ofStatus = (status: CandidateStatus, condition: string): string =>
  `(select ${candidateColumns.list} from match_candidates c where c.status = '${status}'
    and (-c.score, c.candidate_id) > ($1::int, $2::uuid) and -c.score <= -$3::int and ${condition}
    and ${isDecided(status) ? "true" : OF_KNOWN}
    and ($6::text is null or ${ofBrand})
    order by -c.score, c.candidate_id limit $5::int)`;

/** What was put off is open again by itself, once its time is over. */
const DUE = "coalesce(c.until <= $4::timestamptz, false)";
const queueOf = (status: CandidateStatus, assigned: string): string => {
  if (status === "later") return ofStatus("later", `not ${DUE} and ${assigned}`);
  const own = ofStatus(status, `$4::timestamptz is not null and ${assigned}`);
  const all = status === "open" ? `${own} union all ${ofStatus("later", `${DUE} and ${assigned}`)}` : own;
  return `select * from (${all}) c order by -c.score, c.candidate_id limit $5::int`;
};
const statements = (assigned: string): ReadonlyMap<CandidateStatus, string> =>
  new Map(CANDIDATE_STATUSES.map((status) => [status, queueOf(status, assigned)]));
const OF_ALL = statements("$7::text is null");
const ASSIGNED = statements("c.assignee = $7::text");

const KEY = /^\d{1,3}\.[0-9a-f]{32}$/;
const BEFORE_ALL = "0.00000000000000000000000000000000";

export const listCandidates = defineRead({
  name: "list-match-candidates",
  permission: "matches.review",
  http: {
    method: "get",
    path: "/v1/match-candidates",
    tag: "Identity",
    summary: "List members who may be one person",
    description:
      "The most certain first, and of one score the oldest; of nobody who is erased where it is not decided. A client of one brand is shown those of which one has a profile of that brand.",
  },
  query: CandidateQuery,
  answer: { description: "A page of the queue.", schema: pageSchema(CandidateItem).openapi("MatchCandidates") },
  problems: ["unprocessable_request"],
  async read({ reader, clock }, { actor, query: { status, minScore, assignee, limit, cursor } }) {
    const now = clock.now();
    const [doubt, id] = (keyIn(cursor, KEY) ?? BEFORE_ALL).split(".");
    const page = (assignee === undefined ? OF_ALL : ASSIGNED).get(status) ?? "";
    const after = [Number(doubt) - 100, id ?? ""];
    const terms = [minScore, formatInstant(now), limit + 1, actor.brand, assignee ?? null];
    const found = await reader.values(page, [...after, ...terms]);
    return pageOf(
      found.map((values) => candidateColumns.decode(values)),
      limit,
      candidateKey,
      (candidate) => candidateItem(candidate, now),
    );
  },
});
