/** A submission: a command with its input and its keys, on its way through a lane. */
import { canonicalJson, hash128 } from "../kernel/hash.ts";
import type { Bucket, OperationId } from "../kernel/ids.ts";
import type { Command } from "./command.ts";
import type { Outcome } from "./outcome.ts";

/** A key that stands for a thing in the world, such as a receipt of a kind, and what its being taken means. */
export interface NaturalKey {
  /** 32 hexadecimal digits. */
  readonly key: string;
  /**
   * `own`: the command is this thing. Taken with the same input, its outcome is the answer; else a conflict.
   * `tombstone`: the command takes it so that nothing else can come; if it is taken, the command is to be prepared again.
   * `probe`: the command only makes sure that nothing is there, or on its way; never kept.
   * `mark`: the command takes it where it is free, for a probe to find; taken, it is as good.
   */
  readonly role: "own" | "tombstone" | "probe" | "mark";
}

export interface Submission {
  readonly command: Command<unknown, unknown>;
  readonly input: unknown;
  readonly operationId: OperationId;
  /** Which lane, by the member where there is one. */
  readonly bucket: Bucket;
  readonly clientId: string | null;
  /** Absent for the ledger's own visits. */
  readonly idempotencyKey: string | null;
  readonly inputHash: string;
  readonly naturalKeys: readonly NaturalKey[];
}

export interface Request<I, A> {
  readonly command: Command<I, A>;
  readonly input: I;
  readonly operationId: OperationId;
  readonly bucket: Bucket;
  readonly clientId: string | null;
  /** As the client sent it. */
  readonly idempotencyKey: string | null;
  /** What the client asked, under the contract's name for it: two requests with one key must agree in both. */
  readonly asked: { readonly operation: string; readonly body: unknown };
  readonly naturalKeys?: readonly NaturalKey[];
}

/** Hashes the keys and the input of a request. */
export function submissionOf<I, A>(request: Request<I, A>): Submission {
  const { command, input, operationId, bucket, clientId, idempotencyKey, asked, naturalKeys = [] } = request;
  return {
    command,
    input,
    operationId,
    bucket,
    clientId,
    idempotencyKey: idempotencyKey === null ? null : hash128(`idempotency|${clientId ?? ""}|${idempotencyKey}`),
    inputHash: hash128(canonicalJson(asked)),
    naturalKeys,
  };
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
