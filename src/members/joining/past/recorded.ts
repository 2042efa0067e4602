/**
 * Whom it was recorded for what operations go on with: a return's sale, a pickup's order, a capture's hold. Few do, so it is read by itself, and only
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

/** SQL: the hold that a capture is of: the operation that has placed it. */
const HOLD = "replace(substr(o.answer->>'holdId', 5), '-', '')::uuid";

const RECORDED = `select o.operation_id, s.member_id, f.position::text as position, f.place
  from operations o
    join lateral ${recordedFor("o")} s on true
    join operations f on f.bucket = ${bucketIn("s.operation_id")} and f.operation_id = s.operation_id
  where o.bucket = any($1::smallint[]) and o.operation_id = any($2::uuid[])
  union all select o.operation_id, h.member_id, h.position::text, h.place
  from operations o
    join operations h on h.bucket = ${bucketIn(HOLD)} and h.operation_id = ${HOLD}
  where o.bucket = any($1::smallint[]) and o.operation_id = any($2::uuid[]) and o.name = 'hold-capture'`;

/** SQL: an operation `o` that goes on with what was recorded before; null for any other. */
export const goingOn = (o: string): string =>
  `case when ${goesOn(o)} or (${o}.profile_id is null and ${o}.name = 'hold-capture') then ${o}.operation_id end`;

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
