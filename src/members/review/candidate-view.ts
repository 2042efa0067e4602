/** A candidate as reviewers are shown it. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText, orNull } from "../../kernel/answers.ts";
import { DAY_MS, formatInstant, type Instant } from "../../kernel/clock.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Actor } from "../../engine/actor.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { CANDIDATE_SOURCES, CANDIDATE_STATUSES, type CandidateStatus, type MatchEvidence } from "../candidate-terms.ts";
import { MergeEvidence } from "../joining/merge-answer.ts";
import type { Candidate } from "../matching/candidate-store.ts";
import { ScoreText, scoreText } from "../matching/score.ts";

export const CandidateItem = z
  .strictObject({
    candidateId: idText("cnd"),
    memberIds: z.array(idText("mbr")).openapi({
      description: "The two as they were when it was made; since then they may have become part of others.",
    }),
    status: z.enum(CANDIDATE_STATUSES).openapi({
      description: "`open` again once the time is over until which it was put off. `linked` and `apart` are for ever.",
    }),
    source: z.enum(CANDIDATE_SOURCES),
    score: ScoreText,
    assignee: z
      .string()
      .nullable()
      .openapi({ description: "Who is to look at it; null: nobody in particular.", example: "reviewer-7" }),
    until: orNull(InstantText).openapi({ description: "Until when it is put off; null: until somebody looks for it." }),
    createdAt: InstantText,
    ageDays: z.int().openapi({ description: "Whole days that have passed since it was made." }),
  })
  .openapi("MatchCandidate");
export type CandidateItem = z.input<typeof CandidateItem>;

export const Evidence = z.array(MergeEvidence).openapi({
  description:
    "Identifiers that both sides have, and fields that agree or conflict; never the values. A client of one brand is shown what its own profiles have.",
});

/** What was put off is open again by itself, without anything being written. */
const statusAt = ({ status, until }: Candidate, now: Instant): CandidateStatus =>
  status === "later" && until !== null && until <= now ? "open" : status;

export function candidateItem(candidate: Candidate, now: Instant): CandidateItem {
  const { id, oneId, otherId, source, score, assignee, until, createdAt } = candidate;
  const status = statusAt(candidate, now);
  return {
    candidateId: id,
    memberIds: [oneId, otherId],
    status,
    source,
    score: scoreText(score),
    assignee,
    until: status !== "later" || until === null ? null : formatInstant(until),
    createdAt: formatInstant(createdAt),
    ageDays: Math.max(0, Math.floor((now - createdAt) / DAY_MS)),
  };
}

/** Evidence as an actor may see it: nothing that is between profiles of the other brand only, and no number of theirs. */
export const evidenceFor = (
  actor: Pick<Actor, "brand">,
  evidence: readonly MatchEvidence[],
  brands: ReadonlyMap<string, string>,
): z.input<typeof Evidence> =>
  evidence.flatMap(({ kind, rule, profileIds }) => {
    const shown = profileIds.filter((id) => seesOwnOf(actor, brands.get(id) ?? ""));
    return shown.length === 0 ? [] : [{ kind, rule, profileIds: shown }];
  });

/** Where a list goes on after a candidate: the doubtful follow the certain, and of one score the younger the older. */
export const candidateKey = ({ score, id }: Candidate): string => `${100 - score}.${uuidOf(id)}`;
