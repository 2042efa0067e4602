/** A member's transfers as they were posted, newest first. What is due and not posted is no transfer yet: see explain. */
import { formatAmount } from "../kernel/amount.ts";
import { formatInstant } from "../kernel/clock.ts";
import { bucketOf, fromUuid, isId, uuidOf } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import type { ReadDesk } from "./balance.ts";
import { keyIn, type Page, type PageQuery, pageOf } from "./page.ts";

export interface TransferView {
  /** `trn_`, the operation's 32 hexadecimal digits, and its place in the operation as four more. */
  readonly transferId: string;
  readonly entity: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: string;
  readonly lotId: string | null;
  readonly event: string;
  readonly occurredAt: string;
  readonly postedAt: string;
  readonly operationId: string;
}

export interface TransferRow {
  readonly operation_id: string;
  readonly ordinal: number;
  readonly entity: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: bigint;
  readonly lot_id: string | null;
  readonly event: string;
  readonly occurred_at: Date;
  readonly posted_at: Date;
}

export const TRANSFER_COLUMNS =
  "t.operation_id, t.ordinal, t.entity, t.debit, t.credit, t.amount, t.lot_id, t.event, t.occurred_at, t.posted_at";
/** Served by the primary key, backwards. The member's own row tells an empty list from a member who is not there. */
const PAGE = `select ${TRANSFER_COLUMNS} from transfers t where t.bucket = $1::smallint and t.member_id = $2::uuid
  and (t.operation_id, t.ordinal) < (coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), $4::int)
  order by t.bucket desc, t.member_id desc, t.operation_id desc, t.ordinal desc limit $5::int`;
const MEMBER = "select 1 as known from wallets where bucket = $1::smallint and member_id = $2::uuid";
const KEY = /^[0-9a-f]{36}$/;

/** A page of a member's transfers; `member_not_found` where there is no such member. */
export async function readTransfers(
  desk: ReadDesk,
  memberId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<TransferView>> {
  const after = keyIn(cursor, KEY);
  if (!isId("mbr", memberId)) throw new Problem("member_not_found");
  const member = [bucketOf(memberId), uuidOf(memberId)];
  const place = after === null ? [null, 0] : [after.slice(0, 32), ordinalOf(after)];
  const [known, rows] = await Promise.all([
    desk.reader.run(MEMBER, member),
    desk.reader.run<TransferRow>(PAGE, [...member, ...place, limit + 1]),
  ]);
  if (known.length === 0) throw new Problem("member_not_found");
  return pageOf(rows, limit, (row) => transferIdOf(row).slice(4), transferView);
}

const ordinalOf = (digits: string): number => Number.parseInt(digits.slice(32), 16);

const transferIdOf = ({ operation_id, ordinal }: Pick<TransferRow, "operation_id" | "ordinal">): string =>
  `trn_${operation_id.replaceAll("-", "")}${ordinal.toString(16).padStart(4, "0")}`;

/** The operation and the place in it that a transfer's identifier names; undefined where the text is none. */
export function placeOfTransfer(transferId: string): { operation: string; ordinal: number } | undefined {
  const digits = transferId.slice(4);
  if (!transferId.startsWith("trn_") || !KEY.test(digits)) return undefined;
  const ordinal = ordinalOf(digits);
  return ordinal <= 0x7fff ? { operation: digits.slice(0, 32), ordinal } : undefined;
}

export function transferView(row: TransferRow): TransferView {
  return {
    transferId: transferIdOf(row),
    entity: row.entity,
    debit: row.debit,
    credit: row.credit,
    amount: formatAmount(row.amount),
    lotId: row.lot_id === null ? null : fromUuid("lot", row.lot_id),
    event: row.event,
    occurredAt: formatInstant(row.occurred_at.getTime()),
    postedAt: formatInstant(row.posted_at.getTime()),
    operationId: fromUuid("opn", row.operation_id),
  };
}
