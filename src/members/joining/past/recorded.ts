/**
 * Whom it was recorded for what operations go on with: a return's sale, a pickup's order. Few do, so it is read by itself, and only
 * where some do.
 */
import { bucketsOf, uuidsOf } from "../../../db/arrays.ts";
import { fromUuid } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { bucketIn } from "../../../engine/transfer-sql.ts";
import { goesOn, recordedFor } from "../../recorded-sql.ts";

/** A member, and where the operation stands that has recorded it for him; as the tables have it. */
export interface Recorded {
  readonly member_id: string | null;
  readonly position: string;
  readonly place: number;
}

const RECORDED = `select o.operation_id, s.member_id, f.position::text as position, f.place
  from operations o
    join lateral ${recordedFor("o")} s on true
    join operations f on f.bucket = ${bucketIn("s.operation_id")} and f.operation_id = s.operation_id
  where o.bucket = any($1::smallint[]) and o.operation_id = any($2::uuid[])`;

/** SQL: an operation `o` that goes on with what was recorded before; null for any other. */
export const goingOn = (o: string): string => `case when ${goesOn(o)} then ${o}.operation_id end`;

/** Of the operations that go on (uuids; null for any other), by their uuid. */
export async function readRecorded(
  tx: Transaction,
  operations: readonly (string | null)[],
): Promise<ReadonlyMap<string | null, Recorded>> {
  const ids = new Set(operations.filter((id) => id !== null));
  if (ids.size === 0) return new Map();
  const named = [...ids].map((id) => fromUuid("opn", id));
  const rows = await tx.run<Recorded & { operation_id: string }>(RECORDED, [bucketsOf(named), uuidsOf(named)]);
  return new Map(rows.map((row) => [row.operation_id, row]));
}
