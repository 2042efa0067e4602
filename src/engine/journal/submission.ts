/** A submission: an operation with its input and its keys, on its way through a lane. */
import { createHmac, type KeyObject } from "node:crypto";
import { assert } from "../../kernel/assert.ts";
import { canonicalJson, keyedHash128 } from "../../kernel/hash.ts";
import { type Bucket, bucketOf, newUuid, type OperationId } from "../../kernel/ids.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Actor } from "../actor.ts";
import type { NaturalKey } from "../definition/natural-key.ts";
import type { AnyJudgeable, Facts } from "../definition/operation.ts";
import type { Outcome } from "../outcome.ts";

export interface Submission {
  readonly operation: AnyJudgeable;
  readonly input: unknown;
  readonly operationId: OperationId;
  /** Which lane, by the member where there is one. */
  readonly bucket: Bucket;
  readonly actor: Actor;
  readonly brand: string | null;
  readonly facts: Facts;
  /** Absent for what the ledger does by itself. */
  readonly idempotencyKey: string | null;
  readonly inputHash: string;
  readonly naturalKeys: readonly NaturalKey[];
}

/** What a client sent: two requests with one key must agree in all of it. */
export interface Received {
  readonly operation: string;
  /** The body as it was received, before defaults are filled in, with the parameters of the path. */
  readonly body: unknown;
}

/** Of the form in which inputs are hashed. The first one was without a key. */
export const HASH_VERSION = 2;

/** Bodies hold personal data: without the key nobody can try some against what is kept. */
export const hashOfInput = (lookupKey: KeyObject, { operation, body }: Received): string =>
  keyedHash128(lookupKey, canonicalJson({ operation, body }));

/** The same body with a hash in place of each of its short secrets: of what is kept nobody could try them all. */
export function concealed({ operation, body }: Received, fields: readonly string[], secret: string): Received {
  if (fields.length === 0 || typeof body !== "object" || body === null) return { operation, body };
  const hidden = Object.entries(body)
    .filter(([name]) => fields.includes(name))
    .map(([name, value]) => [name, createHmac("sha256", secret).update(canonicalJson(value)).digest("hex")]);
  return { operation, body: { ...body, ...Object.fromEntries(hidden) } };
}

/** The hash under which a client's key stands among all that may happen only once. */
export const hashOfKey = (lookupKey: KeyObject, clientId: string | null, key: string): string =>
  keyedHash128(lookupKey, `idempotency|${clientId ?? ""}|${key}`);

interface Terms<I> {
  readonly operation: AnyJudgeable;
  readonly input: I;
  readonly actor: Actor;
  readonly brand?: string | undefined;
  readonly facts?: Facts | undefined;
  /** As the client sent it. */
  readonly idempotencyKey: string | null;
  readonly received: Received;
  readonly policies: PolicyTimeline;
  /** Behind the hashes of what was received. */
  readonly lookupKey: KeyObject;
}

/** Gives a request its place, its keys and its hash. */
export function submissionOf<I>(terms: Terms<I>): Submission {
  const { operation, input, actor, brand = null, facts = {}, idempotencyKey, received, policies, lookupKey } = terms;
  const bucket = operation.bucket?.(input) ?? bucketOfFirst(operation, input, policies);
  const naturalKeys = operation.naturalKeys?.(input) ?? [];
  const isThing = naturalKeys.some(({ role }) => role === "own");
  assert(!isThing || operation.conflict !== undefined, "what is a thing says how a conflict about it is told");
  return {
    operation,
    input,
    operationId: `opn_${newUuid(bucket)}`,
    bucket,
    actor,
    brand,
    facts,
    idempotencyKey: idempotencyKey === null ? null : hashOfKey(lookupKey, actor.clientId, idempotencyKey),
    inputHash: hashOfInput(lookupKey, received),
    naturalKeys,
  };
}

function bucketOfFirst(operation: AnyJudgeable, input: unknown, policies: PolicyTimeline): Bucket {
  const [first] = operation.needs(input, policies).wallets ?? [];
  assert(first !== undefined, "an operation without a member says in which bucket it is kept");
  return bucketOf(first);
}

/** All keys that a submission claims. */
export function keysOf(submission: Submission): string[] {
  const keys = submission.naturalKeys.map(({ key }) => key);
  if (submission.idempotencyKey !== null) keys.push(submission.idempotencyKey);
  return keys;
}

/** A submission that waits for its outcome. */
export interface Waiting {
  readonly submission: Submission;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}
