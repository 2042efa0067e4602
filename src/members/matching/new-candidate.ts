/** How a candidate begins, and how one ends that nobody looked at: its two were merged. Pure. */
import type { Instant } from "../../kernel/clock.ts";
import { nth, type OperationId } from "../../kernel/ids.ts";
import { type Saved, save } from "../../engine/definition/decision.ts";
import type { CandidateSource, MatchEvidence } from "../candidate-terms.ts";
import type { Pair } from "../pair.ts";
import { type Candidate, candidateRef, candidateStore } from "./candidate-store.ts";
import { scoreOf } from "./score.ts";

interface By {
  readonly operationId: OperationId;
  readonly now: Instant;
}

interface Found extends Pair {
  readonly source: CandidateSource;
  /** From one to the number that the operation has found. */
  readonly ordinal: number;
  readonly evidence: readonly MatchEvidence[];
}

export function newCandidate(
  { operationId, now }: By,
  { oneId, otherId, source, ordinal, evidence }: Found,
): Candidate {
  return {
    oneId,
    otherId,
    source,
    evidence,
    operationId,
    id: nth("cnd", operationId, ordinal),
    createdAt: now,
    score: scoreOf(evidence),
    status: "open",
    assignee: null,
    decidedBy: null,
    decidedAt: null,
    until: null,
  };
}

/** Whether a decision stands that nothing overturns. */
export const isDecided = ({ status }: Candidate): boolean => status === "linked" || status === "apart";

export const saveCandidate = (candidate: Candidate): Saved => save(candidateStore, candidateRef(candidate), candidate);

/** Candidates of which both have become one: whoever has merged them has decided. */
export const linkedBy = ({ operationId, now }: By, candidates: readonly Candidate[]): Saved[] =>
  candidates
    .filter((candidate) => !isDecided(candidate))
    .map((candidate) =>
      saveCandidate({ ...candidate, status: "linked", decidedBy: operationId, decidedAt: now, until: null }),
    );
