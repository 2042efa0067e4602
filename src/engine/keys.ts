/**
 * Keys: what may happen only once. A group claims all of its keys first and in order, so that two groups that want
 * the same key wait for each other and never in a circle. A key whose command does not happen is given back
 * within the same transaction.
 */
import { bucketOf, fromUuid, type OperationId, uuidOf } from "../kernel/ids.ts";
import type { ProblemCode, ProblemData } from "../kernel/problems.ts";
import type { Outcome } from "./outcome.ts";
import { arrayOf, insertInto, Rows } from "./rows.ts";
import type { Transaction } from "./session.ts";
import { keysOf, type Submission } from "./submission.ts";

const shape = { key: "uuid", bucket: "smallint", operation_id: "uuid" } as const;
const CLAIM = insertInto("command_keys", shape, "on conflict (key) do nothing returning key");
const RELEASE = "delete from command_keys where key = any($1::uuid[])";
const POINT = `update command_keys k set bucket = n.bucket, operation_id = n.operation_id
  from unnest($1::uuid[], $2::smallint[], $3::uuid[]) as n(key, bucket, operation_id) where k.key = n.key`;
const TAKEN = `select k.key, o.operation_id, o.command, o.input_hash, o.status, o.refusal, o.answer::text as answer
  from command_keys k join operations o on o.bucket = k.bucket and o.operation_id = k.operation_id
  where k.key = any($1::uuid[])`;

/** Claims the keys of a group. Answers those that were free. A key in the making by another group is waited for. */
export async function claimKeys(tx: Transaction, group: readonly Submission[]): Promise<Set<string>> {
  const claims = group.flatMap((submission) => keysOf(submission).map((key) => ({ key, submission })));
  if (claims.length === 0) return new Set();
  claims.sort((a, b) => (a.key < b.key ? -1 : 1));
  const rows = new Rows(shape);
  for (const { key, submission } of claims) {
    rows.add({ key, bucket: bucketOf(submission.operationId), operation_id: uuidOf(submission.operationId) });
  }
  const claimed = await tx.run<{ key: string }>(CLAIM, rows.parameters());
  return new Set(claimed.map(({ key }) => key.replaceAll("-", "")));
}

/** What stands under a key that was taken before. */
export interface Taken {
  readonly command: string;
  readonly inputHash: string;
  readonly operationId: OperationId;
  readonly outcome: Outcome;
}

interface TakenRow {
  readonly key: string;
  readonly operation_id: string;
  readonly command: string;
  readonly input_hash: string;
  readonly status: number;
  readonly refusal: string | null;
  readonly answer: string;
}

/** Reads the operations behind keys that were taken. */
export async function readTaken(tx: Transaction, keys: readonly string[]): Promise<Map<string, Taken>> {
  const rows = keys.length === 0 ? [] : await tx.run<TakenRow>(TAKEN, [arrayOf(keys, "uuid")]);
  return new Map(rows.map((row) => [row.key.replaceAll("-", ""), takenOf(row)]));
}

function takenOf(row: TakenRow): Taken {
  const operationId = fromUuid("opn", row.operation_id);
  const outcome: Outcome =
    row.refusal === null
      ? { kind: "accepted", operationId, status: row.status, answer: row.answer, replayed: true }
      : {
          kind: "refused",
          operationId,
          code: row.refusal as ProblemCode,
          data: JSON.parse(row.answer) as ProblemData,
          replayed: true,
        };
  return { command: row.command, inputHash: row.input_hash.replaceAll("-", ""), operationId, outcome };
}

/** Gives keys back. Sends without waiting. */
export function releaseKeys(tx: Transaction, keys: readonly string[]): Promise<unknown>[] {
  return keys.length === 0 ? [] : [tx.run(RELEASE, [arrayOf(keys, "uuid")])];
}

/** Lets a newly claimed idempotency key lead to the operation that had its receipt first. */
export function pointKeys(
  tx: Transaction,
  points: readonly { key: string; operationId: OperationId }[],
): Promise<unknown>[] {
  if (points.length === 0) return [];
  const rows = new Rows(shape);
  for (const { key, operationId } of points) {
    rows.add({ key, bucket: bucketOf(operationId), operation_id: uuidOf(operationId) });
  }
  return [tx.run(POINT, rows.parameters())];
}
