/** From a request to an outcome: looks up what deciding needs, and has it judged until what was looked up is still true. */
import { Problem } from "../../kernel/problems.ts";
import { type Actor, LEDGER_ITSELF } from "../actor.ts";
import type { AfterwardsByName, LedgerItself } from "../definition/background.ts";
import type { Decision, Stale } from "../definition/decision.ts";
import { type Lookup, requireBrand } from "../definition/lookup.ts";
import type { AnyOperation, OwnOperation } from "../definition/operation.ts";
import { findTaken } from "../journal/keys.ts";
import {
  concealed,
  hashOfInput,
  hashOfKey,
  type Received,
  type Submission,
  submissionOf,
} from "../journal/submission.ts";
import type { Judged, Outcome } from "../outcome.ts";
import type { Engine } from "./engine.ts";
import type { Later } from "./later.ts";

/** A ledger that can be asked: what may be looked up, and who writes. */
export interface Ledger extends Lookup {
  readonly engine: Engine;
  /** What the modules do after operations. */
  readonly afterwards: AfterwardsByName;
  /** What goes on after the answer. */
  readonly later: Later;
}

/** A request whose form is checked, of somebody who may ask for it. */
export interface Request {
  readonly actor: Actor;
  readonly idempotencyKey: string | null;
  readonly params: unknown;
  readonly body: unknown;
  /** As it came: two requests under one key must agree in it. */
  readonly received: Received;
}

/**
 * How often a request is prepared anew because the ledger moved on under it. Of those who join one member, or part from it, at
 * once, each waits for the one before.
 */
const MAX_PREPARATIONS = 20;

/**
 * Has a request judged. Throws problems that leave no trace; but whatever stands under its key already is told first,
 * whatever has happened to the things that it speaks of since.
 */
export async function submit(ledger: Ledger, operation: AnyOperation, asked: Request): Promise<Judged> {
  const { conceals = [] } = operation;
  const request = { ...asked, received: concealed(asked.received, conceals, ledger.codeSecret) };
  for (let tries = 0; tries < MAX_PREPARATIONS; tries += 1) {
    const prepared = await prepare(tries === 0 ? ledger : anew(ledger), operation, request);
    if ("kind" in prepared) return prepared;
    const outcome = await ledger.engine.run(prepared);
    if (outcome.kind === "busy") throw new Problem("unavailable");
    if (outcome.kind === "stale") continue;
    await doAfterwards(ledger, prepared, outcome);
    return outcome;
  }
  throw new Problem("unavailable");
}

/** Shows what a request would come to, and does nothing. */
export async function preview(
  ledger: Ledger,
  operation: AnyOperation,
  request: Request,
): Promise<Exclude<Decision<unknown>, Stale>> {
  for (let tries = 0; tries < MAX_PREPARATIONS; tries += 1) {
    const input = await inputOf(tries === 0 ? ledger : anew(ledger), operation, request);
    const submission = submitted(ledger, operation, request, input);
    const decision = await ledger.reader.snapshot((tx) => ledger.engine.preview(tx, submission));
    if (decision.kind !== "stale") return decision;
  }
  throw new Problem("unavailable");
}

/** Has the ledger itself do something. */
export async function submitOwn<I>(ledger: Ledger, operation: OwnOperation<I>, input: I): Promise<Outcome> {
  const submission = submissionOf({
    operation,
    input,
    actor: LEDGER_ITSELF,
    idempotencyKey: null,
    received: { operation: operation.name, body: input },
    policies: ledger.policies,
    lookupKey: ledger.personal.lookupKey,
  });
  return ledger.engine.run(submission);
}

/** The ledger as what is done after operations, and by jobs, has it. */
export const ledgerItself = (ledger: Ledger): LedgerItself => ({
  look: ledger,
  submit: (own, input) => submitOwn(ledger, own, input),
  later: (slice) => ledger.later.add(slice),
});

/** The same ledger, for a request that is prepared again. Whoever asks may have wrapped it: what it has is not its own. */
const anew = (ledger: Ledger): Ledger => Object.assign(Object.create(ledger) as Ledger, { again: true });

async function prepare(ledger: Ledger, operation: AnyOperation, request: Request): Promise<Submission | Judged> {
  try {
    const input = await inputOf(ledger, operation, request);
    return submitted(ledger, operation, request, input);
  } catch (error) {
    const before = error instanceof Problem ? await outcomeBefore(ledger, request) : undefined;
    if (before === undefined) throw error;
    return before;
  }
}

/** What deciding needs. Whom a request acts for takes part: in the books of anybody else nothing is ever posted. */
async function inputOf(ledger: Ledger, operation: AnyOperation, request: Request): Promise<unknown> {
  const brand = operation.actsFor?.(request.body);
  if (brand !== undefined) await requireBrand(ledger, brand);
  return operation.prepare(ledger, request);
}

/** What stands under the request's key already. */
async function outcomeBefore(
  ledger: Ledger,
  { actor, idempotencyKey, received }: Request,
): Promise<Judged | undefined> {
  if (idempotencyKey === null) return undefined;
  const { reader, personal } = ledger;
  const before = await findTaken(reader, hashOfKey(personal.lookupKey, actor.clientId, idempotencyKey));
  if (before === undefined || before.inputHash === hashOfInput(personal.lookupKey, received)) return before?.outcome;
  return { kind: "refused", operationId: null, code: "idempotency_mismatch", data: {}, replayed: false };
}

function submitted(ledger: Ledger, operation: AnyOperation, request: Request, input: unknown): Submission {
  const { actor, idempotencyKey, body, received } = request;
  const {
    policies,
    personal: { lookupKey },
  } = ledger;
  const brand = operation.actsFor?.(body);
  const facts = operation.facts?.(body);
  return submissionOf({ operation, input, actor, brand, facts, idempotencyKey, received, policies, lookupKey });
}

/** What fails here is the caller's to repeat: under its key the outcome is told again, and this is done again. */
async function doAfterwards(ledger: Ledger, { operation, input }: Submission, outcome: Judged): Promise<void> {
  const all = ledger.afterwards.get(operation.name) ?? [];
  if (outcome.kind !== "accepted" || all.length === 0) return;
  const answer: unknown = JSON.parse(outcome.answer);
  for (const one of all) await one.run(ledgerItself(ledger), input, answer);
}
