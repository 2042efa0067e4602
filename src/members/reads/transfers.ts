/** A member's transfers as they were posted, newest first. What is due and not posted is no transfer yet: see explain. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText } from "../../kernel/answers.ts";
import { assert } from "../../kernel/assert.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { arrayOf, uuidsOf } from "../../db/arrays.ts";
import { bucketOf, uuidOf } from "../../kernel/ids.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { keyIn, type Page, type PageQuery, pageOf } from "../../engine/definition/page.ts";
import { transferRows } from "../../engine/journal/journal.ts";
import { TRANSFER_EVENTS } from "../../ledger/transfer.ts";
import { partsIn, standingIn } from "../owner.ts";
import { factsFor, OperationFacts, readFacts, type StoredFacts } from "./operation-facts.ts";

export const TransferItem = z
  .strictObject({
    transferId: z
      .string()
      .regex(/^trn_[0-9a-f]{40}$/)
      .openapi({
        example: "trn_0195560d2a0070008a30f1c2d3e4f00000000001",
        description: "The operation's 32 hexadecimal digits, and its place in the operation as eight more.",
      }),
    memberId: idText("mbr").openapi({
      description: "In whose wallet: the member's, or that of one who has become part of it.",
    }),
    entity: z.string().openapi({ description: "Whose books." }),
    debit: z.string(),
    credit: z.string(),
    amount: AmountText,
    lotId: idText("lot").nullable(),
    event: z.enum(TRANSFER_EVENTS),
    occurredAt: InstantText,
    postedAt: InstantText,
    operationId: idText("opn"),
    operation: OperationFacts,
  })
  .openapi("Transfer");
export type TransferItem = z.input<typeof TransferItem>;

export type StoredTransfer = ReturnType<typeof transferRows.decode>;

/** Served by the primary key, backwards, for each of those who are one member. No row of theirs tells a member who is not there. */
const PAGE = `select ${transferRows.list("t")} from unnest($1::smallint[], $2::uuid[]) as m(bucket, member_id)
  cross join lateral (select * from transfers f where f.bucket = m.bucket and f.member_id = m.member_id
    and (f.operation_id, f.ordinal) < (coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), $4::int)
    order by f.bucket desc, f.member_id desc, f.operation_id desc, f.ordinal desc limit $5::int) t
  order by t.operation_id desc, t.ordinal desc limit $5::int`;
const KEY = /^[0-9a-f]{40}$/;

/** A page of transfers of a member and of all who are part of it; `member_not_found` where there is no such member. */
export async function transfersOf(
  { reader }: Lookup,
  actor: Actor,
  named: string,
  { limit, cursor }: PageQuery,
): Promise<Page<TransferItem>> {
  const after = keyIn(cursor, KEY);
  const place = after === null ? [null, 0] : [after.slice(0, 32), ordinalIn(after)];
  const found = await reader.snapshot(async (tx) => {
    const members = await partsIn(tx, await standingIn(tx, named));
    const buckets = arrayOf(members.map(bucketOf), "smallint");
    return tx.values(PAGE, [buckets, uuidsOf(members), ...place, limit + 1]);
  });
  const rows = found.map((values) => transferRows.decode(values));
  const facts = await readFacts(
    reader,
    rows.map(({ operationId }) => operationId),
  );
  const view = (row: StoredTransfer) => transferItem(actor, row, facts);
  return pageOf(rows, limit, (row) => transferIdOf(row).slice(4), view);
}

/** The database takes no greater ordinal, and answers nothing for it. */
const ordinalIn = (digits: string): number => Math.min(Number.parseInt(digits.slice(32), 16), 0x7fff_ffff);

export const transferIdOf = ({ operationId, ordinal }: Pick<StoredTransfer, "operationId" | "ordinal">): string =>
  `trn_${uuidOf(operationId)}${ordinal.toString(16).padStart(8, "0")}`;

/** The operation and the place in it that a transfer's identifier names; undefined where the text is none. */
export function placeOfTransfer(transferId: string): { operation: string; ordinal: number } | undefined {
  const digits = transferId.slice(4);
  if (!transferId.startsWith("trn_") || !KEY.test(digits)) return undefined;
  return { operation: digits.slice(0, 32), ordinal: ordinalIn(digits) };
}

export function transferItem(
  actor: Actor,
  row: StoredTransfer,
  operations: ReadonlyMap<StoredTransfer["operationId"], StoredFacts>,
): TransferItem {
  const { memberId, operationId, entity, debit, credit, lotId, event } = row;
  const operation = operations.get(operationId);
  assert(operation !== undefined, "a transfer has an operation");
  return {
    transferId: transferIdOf(row),
    memberId,
    entity,
    debit,
    credit,
    lotId,
    event,
    operationId,
    amount: formatAmount(row.amount),
    occurredAt: formatInstant(row.occurredAt),
    postedAt: formatInstant(row.postedAt),
    operation: factsFor(actor, operation),
  };
}
