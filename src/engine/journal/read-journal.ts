/**
 * Reading the journal: operations in the order of their commits. Whoever folds, exports, tells others or seals reads
 * here, from where it has stopped. Nothing can appear later before what was read, whatever commits late.
 *
 * An operation bears the number of the transaction that wrote it, and its place within that transaction. What is read lies
 * below the number of the oldest transaction that is still under way: all those have ended, and what they have written is
 * seen. So a transaction that takes long holds up whoever reads, and never hides anything from it.
 *
 * Nobody in the service reads it yet: exports, seals and the feed of events will.
 */
import { HORIZON } from "../../db/horizon.ts";
import { arrayOf } from "../../db/arrays.ts";
import { uuidOf } from "../../kernel/ids.ts";
import type { Transaction } from "../connection/session.ts";
import { operationRows, transferRows } from "./journal.ts";

/** Where a reader of the journal has stopped. Keep both. */
export interface JournalPosition {
  readonly position: bigint;
  readonly place: number;
}

/** Before everything. */
export const JOURNAL_START: JournalPosition = { position: 0n, place: -1 };

export type JournalOperation = ReturnType<typeof operationRows.decode>;
export type JournalTransfer = ReturnType<typeof transferRows.decode>;

export interface JournalPage {
  readonly items: readonly JournalOperation[];
  /** Where to go on: after the last item; where there is none, where it began. */
  readonly next: JournalPosition;
}

const SELECT = `select ${operationRows.list("o")} from operations o
  where o.position >= $1::bigint and (o.position, o.place) > ($1::bigint, $2::int)
    and o.position < ${HORIZON}
  order by o.position, o.place limit $3::int`;

/** The next operations after a position, at most `limit`, refusals included. One statement, which sees one state. */
export async function readJournal(tx: Transaction, after: JournalPosition, limit: number): Promise<JournalPage> {
  const found = await tx.values(SELECT, [after.position.toString(), after.place, limit]);
  const items = found.map((values) => operationRows.decode(values));
  const last = items.at(-1);
  return { items, next: last === undefined ? after : { position: last.position, place: last.place } };
}

/** By ranges of positions, whose pages a summary finds. */
const TRANSFERS = `select ${transferRows.list("t")} from transfers t
  where t.position between $1::bigint and $2::bigint and t.operation_id = any($3::uuid[])
  order by t.operation_id, t.ordinal`;

/** The transfers of operations that were read, each operation's in their order. They never change. */
export async function transfersOfPage(
  tx: Transaction,
  { items }: JournalPage,
): Promise<Map<JournalOperation["id"], JournalTransfer[]>> {
  const byOperation = new Map(items.map(({ id }) => [id, [] as JournalTransfer[]]));
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return byOperation;
  const ids = arrayOf(
    items.map(({ id }) => uuidOf(id)),
    "uuid",
  );
  const found = await tx.values(TRANSFERS, [first.position.toString(), last.position.toString(), ids]);
  for (const values of found) {
    const transfer = transferRows.decode(values);
    byOperation.get(transfer.operationId)?.push(transfer);
  }
  return byOperation;
}
