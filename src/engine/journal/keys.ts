/**
 * Keys: what may happen only once. A group claims all of its keys first and in order, so that two groups that want
 * the same key wait for each other and never in a circle. A key whose command does not happen is given back
 * within the same transaction.
 */
import { arrayOf, bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { TableRows, type Writing } from "../../db/table-rows.ts";
import { bucketOf, fromUuid, type MemberId, type OperationId } from "../../kernel/ids.ts";
import type { ProblemCode, ProblemData } from "../../kernel/problems.ts";
import type { Reader } from "../connection/reader.ts";
import type { Transaction } from "../connection/session.ts";
import type { Judged } from "../outcome.ts";
import { commandKeys } from "../tables.ts";
import { keysOf, type Submission } from "./submission.ts";

const rows = new TableRows<typeof commandKeys, "bucket">(commandKeys, {
  computed: { bucket: ({ operationId }) => bucketOf(operationId) },
});
const claim = rows.inserting("on conflict (key) do nothing returning key");
const point = rows.updating(["key"]);
/** Waits 1 ms for the first key of each command that somebody else is claiming. */
const IN_THE_MAKING = "select keys_in_the_making($1::uuid[], $2::int[]) as key";
const RELEASE = "delete from command_keys where key = any($1::uuid[])";
const LEADS_TO = "select key, operation_id from command_keys where key = any($1::uuid[])";
/** By a statement of its own, not a join: operations are distributed by bucket, keys by themselves. */
const OPERATIONS = `select operation_id, name, member_id, input_hash, status, refusal, answer::text as answer from operations
  where bucket = any($1::smallint[]) and operation_id = any($2::uuid[])`;

/** Claims the keys of a group. Answers those that were free. A key in the making by another group is waited for. */
export async function claimKeys(tx: Transaction, group: readonly Submission[]): Promise<Set<string>> {
  const claims = group.flatMap((submission) => {
    const { operationId } = submission;
    return keysOf(submission).map((key) => ({ key, operationId }));
  });
  if (claims.length === 0) return new Set();
  claims.sort((a, b) => (a.key < b.key ? -1 : 1));
  const { text, parameters } = claim(claims);
  const claimed = await tx.values(text, parameters);
  return new Set(claimed.map(([key]) => plain(key)));
}

/**
 * The keys that somebody else is claiming, of each command the first: whose they are is not known yet. In a transaction of its own,
 * which is to be rolled back: it claims the other keys in order to find out, and takes as long as 256 short waits.
 */
export async function keysInTheMaking(tx: Transaction, group: readonly Submission[]): Promise<Set<string>> {
  const asked = group.flatMap((submission, index) => keysOf(submission).map((key) => [key, index + 1] as const));
  const found = await tx.values(IN_THE_MAKING, [
    arrayOf(
      asked.map(([key]) => key),
      "uuid",
    ),
    arrayOf(
      asked.map(([, command]) => command),
      "int",
    ),
  ]);
  return new Set(found.map(([key]) => plain(key)));
}

/** A key as a submission has it, of one as the database writes it. */
const plain = (key: unknown): string => String(key).replaceAll("-", "");

/** What stands under a key that was taken before. */
export interface Taken {
  /** The name of the operation that has it. */
  readonly name: string;
  readonly inputHash: string;
  readonly operationId: OperationId;
  /** Whom it concerns first. */
  readonly memberId: MemberId | null;
  readonly outcome: Judged;
}

interface OperationRow {
  readonly operation_id: string;
  readonly name: string;
  readonly member_id: string | null;
  readonly input_hash: string;
  readonly status: number;
  readonly refusal: ProblemCode | null;
  readonly answer: string;
}

/** Reads the operations behind keys that were taken. */
export async function readTaken(tx: Transaction, keys: readonly string[]): Promise<Map<string, Taken>> {
  if (keys.length === 0) return new Map();
  const leading = await tx.run<{ key: string; operation_id: string }>(LEADS_TO, [arrayOf(keys, "uuid")]);
  if (leading.length === 0) return new Map();
  const ids = leading.map(({ operation_id }) => fromUuid("opn", operation_id));
  const found = await tx.run<OperationRow>(OPERATIONS, [bucketsOf(ids), uuidsOf(ids)]);
  const byId = new Map(found.map((row) => [row.operation_id, takenOf(row)]));
  return new Map(
    leading.flatMap(({ key, operation_id }) => {
      const taken = byId.get(operation_id);
      return taken === undefined ? [] : [[plain(key), taken] as const];
    }),
  );
}

/** Reads the operation behind one key: of a client, or of a receipt; undefined where nobody has taken it. */
export const findTaken = (reader: Reader, key: string): Promise<Taken | undefined> => reader.one(TAKEN, key);

const TAKEN = { load: readTaken };

function takenOf({ operation_id, name, member_id, input_hash, status, refusal, answer }: OperationRow): Taken {
  const operationId = fromUuid("opn", operation_id);
  const outcome: Judged =
    refusal === null
      ? { kind: "accepted", operationId, status, answer, replayed: true }
      : { kind: "refused", operationId, code: refusal, data: JSON.parse(answer) as ProblemData, replayed: true };
  const memberId = member_id === null ? null : fromUuid("mbr", member_id);
  return { name, inputHash: input_hash.replaceAll("-", ""), operationId, memberId, outcome };
}

/** Gives keys back. */
export function releasing(keys: readonly string[]): Writing[] {
  return keys.length === 0 ? [] : [{ text: RELEASE, parameters: [arrayOf(keys, "uuid")] }];
}

export interface Pointed {
  readonly key: string;
  readonly operationId: OperationId;
}

/** Lets a newly claimed idempotency key lead to the operation that had its receipt first. */
export function pointing(points: readonly Pointed[]): Writing[] {
  return points.length === 0 ? [] : [point(points)];
}
