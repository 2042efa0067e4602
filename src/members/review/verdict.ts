/** What was decided about a candidate before, as whoever comes too late is told. */
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import type { OperationId } from "../../kernel/ids.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { type Refused, refuse, type Stale, stale } from "../../engine/definition/decision.ts";
import type { Candidate } from "../matching/candidate-store.ts";
import { factsFor, type OperationFacts, readFacts } from "../reads/operation-facts.ts";

export interface Verdict {
  readonly operationId: OperationId;
  readonly at: Instant;
  /** As whoever asks may see it. */
  readonly facts: OperationFacts;
}

/** Null where nothing was decided yet. */
export async function findVerdict(tx: Transaction, actor: Actor, candidate: Candidate): Promise<Verdict | null> {
  const { decidedBy } = candidate;
  return decidedBy === null ? null : findStep(tx, actor, decidedBy);
}

/** An operation that has made or decided a candidate. */
export async function findStep(tx: Transaction, actor: Actor, operationId: OperationId): Promise<Verdict | null> {
  const row = (await readFacts(tx, [operationId])).get(operationId);
  return row === undefined ? null : { operationId, at: row.postedAt, facts: factsFor(actor, row) };
}

/** Refuses with what was decided; what was decided a moment ago is looked up first. */
export function told({ id, status, decidedBy }: Candidate, verdict: Verdict | null): Refused | Stale {
  if (verdict === null || verdict.operationId !== decidedBy) return stale;
  const { operationId, at, facts } = verdict;
  return refuse("candidate_decided", {
    candidateId: id,
    decided: status,
    operationId,
    clientId: facts.clientId,
    decidedAt: formatInstant(at),
  });
}
