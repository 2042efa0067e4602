/** Reads what was posted in the wallets in which some were one with others, stay by stay, and what was there before and was left. */
import { bucketOf, type LotId, uuidOf } from "../../../kernel/ids.ts";
import { uuidsOf } from "../../../db/arrays.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { bucketIn, IN_LOTS, OWED } from "../../../engine/transfer-sql.ts";
import type { Account, Brand } from "../../../ledger/account.ts";
import type { TransferEvent } from "../../../ledger/transfer.ts";
import { recordedFor } from "../../recorded-sql.ts";
import { isBefore, type Place, type Span } from "./past-spans.ts";

/** More than this of one member is not told apart. */
export const MOST_TRANSFERS = 50_000;

/** Of operations before a place, and with it. */
const BEFORE = (
  place: string,
) => `(t.position < ${place}::bigint or (t.position = ${place}::bigint and t.operation_id in
  (select b.operation_id from operations b where b.position = ${place}::bigint and b.place <= $4::int)))`;
const transfersOf = (
  which: string,
): string => `select t.entity, t.debit, t.credit, t.amount, t.lot_id, t.event, t.operation_id, o.profile_id,
    coalesce(s.member_id, o.member_id) as member_id, coalesce(f.position, o.position)::text as recorded_position,
    coalesce(f.place, o.place) as recorded_place, o.position::text as position, o.place, t.ordinal,
    l.profile_id as lot_profile, coalesce(e.member_id, g.member_id) as lot_member
  from transfers t join operations o on o.bucket = ${bucketIn("t.operation_id")} and o.operation_id = t.operation_id
    left join lateral (select k.profile_id, k.operation_id from lots k
      where k.bucket = t.bucket and k.member_id = t.member_id and k.lot_id = t.lot_id limit 1) l on true
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
    left join lateral ${recordedFor("g")} e on l.profile_id is null
    left join lateral ${recordedFor("o")} s on true
    left join operations f on f.bucket = ${bucketIn("s.operation_id")} and f.operation_id = s.operation_id
  where t.bucket = $1::smallint and t.member_id = $2::uuid
    and t.position >= $3::bigint and (o.position, o.place) >= ($3::bigint, $4::int)
    and ($5::bigint is null or (t.position <= $5::bigint and (o.position, o.place) <= ($5::bigint, $6::int)))
    and ${which}
  order by o.position, o.place, t.ordinal limit ${MOST_TRANSFERS + 1}`;
const TRANSFERS = transfersOf("t.event not in ('grant', 'claim', 'activation', 'expiry', 'hold', 'release')");
/** Only of lots of both it matters how they came, what holds pin of them, and what time took of them. */
const OF_LOTS = transfersOf(
  "t.event in ('grant', 'claim', 'expiry', 'hold', 'release') and t.lot_id = any($7::uuid[])",
);
/** What a wallet had at a place: by lot, and what it owed. */
const HAD = `select h.entity, h.lot_id, h.amount, l.profile_id as lot_profile, coalesce(e.member_id, g.member_id) as lot_member from (
    select t.entity, t.lot_id, ${IN_LOTS}::bigint as amount from transfers t
      where t.bucket = $1::smallint and t.member_id = $2::uuid and t.lot_id is not null and ${BEFORE("$3")}
      group by t.entity, t.lot_id
    union all
    select t.entity, null, ${OWED}::bigint from transfers t
      where t.bucket = $1::smallint and t.member_id = $2::uuid and (t.debit = 'debt' or t.credit = 'debt') and ${BEFORE("$3")}
      group by t.entity
  ) h
    left join lateral (select k.profile_id, k.operation_id from lots k
      where k.bucket = $1::smallint and k.member_id = $2::uuid and k.lot_id = h.lot_id limit 1) l on true
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
    left join lateral ${recordedFor("g")} e on l.profile_id is null
  where h.amount > 0`;

/** As the tables have it. */
export interface LotOrigin {
  readonly lot_id: string | null;
  readonly lot_profile: string | null;
  readonly lot_member: string | null;
}

export interface TransferRow extends LotOrigin {
  readonly entity: Brand;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: bigint;
  readonly event: TransferEvent;
  readonly operation_id: string;
  readonly profile_id: string | null;
  /** Whom it was recorded for, and where that stands: a return's sale, a pickup's order. */
  readonly member_id: string | null;
  readonly recorded_position: string;
  readonly recorded_place: number;
  readonly position: string;
  readonly place: number;
  readonly ordinal: number;
}

export interface HadRow extends LotOrigin {
  readonly entity: Brand;
  readonly amount: bigint;
}

export interface ReadSpan {
  readonly span: Span;
  /** What was in the wallet before. */
  readonly had: readonly HadRow[];
  readonly rows: readonly TransferRow[];
  readonly left: readonly HadRow[];
}

export async function readSpan(tx: Transaction, span: Span): Promise<ReadSpan> {
  const { from, to, before, isLeft } = span;
  const hadAt = (place: Place, last: number) => tx.run<HadRow>(HAD, [...walletOf(span), place.position, last]);
  const [had, rows, left] = await Promise.all([
    before === "nothing" ? [] : hadAt(from, from.place - 1),
    tx.run<TransferRow>(TRANSFERS, [...walletOf(span), ...placesOf(span)]),
    to !== null && isLeft ? hadAt(to, to.place) : [],
  ]);
  return { span, had, rows, left };
}

/** The same, and of some lots also how they were granted, and what has ended. */
export async function withHistory(tx: Transaction, read: ReadSpan, lots: readonly LotId[]): Promise<ReadSpan> {
  const { span, rows } = read;
  const more = await tx.run<TransferRow>(OF_LOTS, [...walletOf(span), ...placesOf(span), uuidsOf(lots)]);
  return { ...read, rows: [...rows, ...more].sort(asPosted) };
}

const walletOf = ({ wallet }: Span) => [bucketOf(wallet), uuidOf(wallet)] as const;
const placesOf = ({ from, to }: Span) => [from.position, from.place, to?.position ?? null, to?.place ?? null] as const;

const asPosted = (one: TransferRow, other: TransferRow): number =>
  isBefore(one, other) ? -1 : isBefore(other, one) ? 1 : one.ordinal - other.ordinal;
