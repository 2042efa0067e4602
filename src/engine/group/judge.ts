/** Judges a group, one command after another, and collects what is to be written of it. Nothing here waits. */
import type { Writing } from "../../db/table-rows.ts";
import { assert } from "../../kernel/assert.ts";
import type { MemberId } from "../../kernel/ids.ts";
import { LotsMissing } from "../../ledger/wallet.ts";
import type { CommandContext, Needs } from "../definition/context.ts";
import { type Accepted, type Refused, stale } from "../definition/decision.ts";
import { type AnyJudgeable, conflictOf } from "../definition/operation.ts";
import { Journal } from "../journal/journal.ts";
import { type Pointed, pointing, releasing, type Taken } from "../journal/keys.ts";
import { keysOf, type Submission } from "../journal/submission.ts";
import type { Outcome } from "../outcome.ts";
import type { DraftContext, GroupState } from "./group-state.ts";
import type { IsBusy } from "./locked.ts";

export class Judge {
  readonly #state: GroupState;
  readonly #free: ReadonlySet<string>;
  readonly #taken: ReadonlyMap<string, Taken>;
  readonly #isBusy: IsBusy;
  readonly #journal = new Journal();
  readonly #released: string[] = [];
  readonly #pointed: Pointed[] = [];
  /** Members more of whose wallets is wanted: what was judged is void, and is to be judged again with all of them. */
  readonly missing = new Set<MemberId>();

  constructor(state: GroupState, free: ReadonlySet<string>, taken: ReadonlyMap<string, Taken>, isBusy: IsBusy) {
    this.#state = state;
    this.#free = free;
    this.#taken = taken;
    this.#isBusy = isBusy;
  }

  judge(submission: Submission, needs: Needs): Outcome {
    if (this.#isKeyGone(submission)) {
      this.#release(submission);
      return { kind: "stale" };
    }
    try {
      return this.#repeated(submission) ?? this.#byNaturalKey(submission, needs) ?? this.#decide(submission, needs);
    } catch (error) {
      if (!(error instanceof LotsMissing)) throw error;
      this.missing.add(error.memberId);
      return { kind: "stale" };
    }
  }

  /** What to write of keys and the journal. */
  statements(): Writing[] {
    return [...releasing(this.#released), ...pointing(this.#pointed), ...this.#journal.statements()];
  }

  /** A key that stood when it was claimed, and was given back before anybody could look whose it was: it is to be claimed anew. */
  #isKeyGone(submission: Submission): boolean {
    return keysOf(submission).some((key) => !this.#free.has(key) && !this.#taken.has(key));
  }

  /** The idempotency key was used before: the same outcome again, or a refusal that leaves no trace. */
  #repeated(submission: Submission): Outcome | undefined {
    const key = submission.idempotencyKey;
    const before = key === null ? undefined : this.#taken.get(key);
    if (before === undefined) return undefined;
    this.#release(submission);
    if (before.inputHash === submission.inputHash) return before.outcome;
    return { kind: "refused", operationId: null, code: "idempotency_mismatch", data: {}, replayed: false };
  }

  /** A natural key was taken before, under another idempotency key. */
  #byNaturalKey(submission: Submission, needs: Needs): Outcome | undefined {
    for (const { key, role } of submission.naturalKeys) {
      const before = this.#taken.get(key);
      if (before === undefined || role === "mark") continue;
      if (role !== "own") {
        this.#release(submission);
        return { kind: "stale" };
      }
      if (before.inputHash === submission.inputHash) return this.#tellAgain(submission, before);
      const code = conflictOf(submission.operation, before.name);
      const { operationId, actor } = submission;
      const context = this.#state.contextFor(operationId, actor, {});
      return this.#refuse(submission, { kind: "refused", code, data: {} }, context, needs);
    }
    return undefined;
  }

  /** The same thing comes under another idempotency key, which leads to it from now on, unless something else is told by now. */
  #tellAgain(submission: Submission, { operationId, outcome }: Taken): Outcome {
    const { operation, input, idempotencyKey } = submission;
    if (outcome.kind === "accepted" && operation.toldAgain !== undefined) {
      const now = operation.toldAgain(JSON.parse(outcome.answer), input);
      if (now !== undefined) {
        this.#release(submission);
        return now === stale ? stale : { ...outcome, answer: JSON.stringify(now) };
      }
    }
    this.#releaseNatural(submission);
    if (idempotencyKey !== null) this.#pointed.push({ key: idempotencyKey, operationId });
    return outcome;
  }

  #decide(submission: Submission, needs: Needs): Outcome {
    const { operation, input, operationId, actor } = submission;
    if (this.#isBusy(needs)) {
      this.#release(submission);
      return { kind: "busy" };
    }
    if (this.#state.isElsewhere(needs, operation.presented?.(input))) {
      this.#release(submission);
      return { kind: "stale" };
    }
    const context = this.#state.contextFor(operationId, actor, needs);
    const decision = this.#state.ofErased(needs, operation) ?? operation.decide(context, input);
    if (decision.kind === "accepted") return this.#accept(submission, decision, context, needs);
    if (decision.kind === "refused") return this.#refuse(submission, decision, context, needs);
    this.#release(submission);
    if (decision.kind === "stale") return { kind: "stale" };
    return { kind: "refused", operationId: null, code: decision.code, data: decision.data, replayed: false };
  }

  #accept(submission: Submission, decision: Accepted<unknown>, context: DraftContext, needs: Needs): Outcome {
    const { operation, operationId, naturalKeys } = submission;
    const { now: postedAt, policy } = context;
    const status = decision.status ?? onlyStatusOf(operation);
    const answer = JSON.stringify(decision.answer);
    this.#journal.addTransfers(operationId, context.transfers, postedAt);
    for (const draft of context.drafts) this.#journal.addTerms(operationId, draft, postedAt);
    this.#journal.addOperation({
      submission,
      memberId: decision.memberId === undefined ? firstMember(needs) : decision.memberId,
      subjectHash: decision.subjectHash ?? null,
      status: decision.repeatedStatus ?? status,
      refusal: null,
      answer,
      events: decision.events ?? [],
      policyVersion: decision.policyVersion ?? policy.version,
      occurredAt: decision.occurredAt ?? postedAt,
      postedAt,
      zone: policy.rules.zone,
    });
    context.accept(decision);
    for (const { key, role } of naturalKeys) if (role === "probe") this.#released.push(key);
    this.#released.push(...(decision.releases ?? []));
    return { kind: "accepted", operationId, status, answer, replayed: false, shownOnce: decision.shownOnce };
  }

  /** Keeps a refusal under its idempotency key; the natural keys stay free for a better try. */
  #refuse(
    submission: Submission,
    { code, data, documents = [] }: Refused,
    { now: postedAt, policy }: CommandContext,
    needs: Needs,
  ): Outcome {
    const { operationId } = submission;
    this.#journal.addOperation({
      submission,
      memberId: firstMember(needs),
      subjectHash: null,
      status: 409,
      refusal: code,
      answer: JSON.stringify(data),
      events: [],
      policyVersion: policy.version,
      occurredAt: postedAt,
      postedAt,
      zone: policy.rules.zone,
    });
    this.#releaseNatural(submission);
    for (const { store, id, document } of documents) this.#state.putDocument(store, id, document);
    return { kind: "refused", operationId, code, data, replayed: false };
  }

  /** Gives back what was claimed of the world by a command that does not happen; its idempotency key stays. */
  #releaseNatural({ naturalKeys }: Submission): void {
    for (const { key } of naturalKeys) if (this.#free.has(key)) this.#released.push(key);
  }

  #release(submission: Submission): void {
    for (const key of keysOf(submission)) if (this.#free.has(key)) this.#released.push(key);
  }
}

/** The status of an operation that has but one. */
function onlyStatusOf({ name, answers }: AnyJudgeable): number {
  const [status, ...others] = Object.keys(answers);
  assert(status !== undefined && others.length === 0, `${name} has several answers, and says which one it gives`);
  return Number(status);
}

/** Whom a command concerns first. */
const firstMember = ({ wallets }: Needs): MemberId | null => wallets?.[0] ?? null;
