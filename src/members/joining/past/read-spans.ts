/** Reads what was posted in the wallets in which some were one with others, stay by stay, and what was there before and was left. */
import { bucketOf, fromUuid, type LotId, uuidOf } from "../../../kernel/ids.ts";
import { uuidsOf } from "../../../db/arrays.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { oneOf } from "../../../engine/definition/invariant.ts";
import { bucketIn, IN_LOTS, OWED } from "../../../engine/transfer-sql.ts";
import type { Account, Brand } from "../../../ledger/account.ts";
import { TRANSFER_EVENTS, type TransferEvent } from "../../../ledger/transfer.ts";
import { DOES } from "./does.ts";
import { isBefore, type Place, type Span } from "./past-spans.ts";
import { goingOn, readRecorded } from "./recorded.ts";

/** More than this of one member is not told apart. */
export const MOST_TRANSFERS = 50_000;

/** Of operations before a place, and with it. */
const BEFORE = (
  place: string,
) => `(t.position < ${place}::bigint or (t.position = ${place}::bigint and t.operation_id in
  (select b.operation_id from operations b where b.position = ${place}::bigint and b.place <= $4::int)))`;
/** Whose a lot `l` is: of its profile, else of whom the operation `g` that has granted it was for. */
const LOT_OF = `l.profile_id as lot_profile, g.member_id as lot_member,
    case when l.profile_id is null then ${goingOn("g")} end as lot_going_on`;
const transfersOf = (
  which: string,
): string => `select t.entity, t.debit, t.credit, t.amount, t.lot_id, t.event, t.operation_id, o.profile_id,
    o.member_id, ${goingOn("o")} as going_on, o.position::text as position, o.place, t.ordinal, ${LOT_OF}
  from transfers t join operations o on o.bucket = ${bucketIn("t.operation_id")} and o.operation_id = t.operation_id
    left join lateral (select k.profile_id, k.operation_id from lots k
      where k.bucket = t.bucket and k.member_id = t.member_id and k.lot_id = t.lot_id limit 1) l on true
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
  where t.bucket = $1::smallint and t.member_id = $2::uuid
    and t.position >= $3::bigint and (o.position, o.place) >= ($3::bigint, $4::int)
    and ($5::bigint is null or (t.position <= $5::bigint and (o.position, o.place) <= ($5::bigint, $6::int)))
    and ${which}
  order by o.position, o.place, t.ordinal limit ${MOST_TRANSFERS + 1}`;
const WITHIN_LOTS = oneOf(TRANSFER_EVENTS.filter((event) => ["grants", "stays"].includes(DOES[event])));
const MOVES = `t.event not in (${WITHIN_LOTS})`;
const TRANSFERS = transfersOf(MOVES);
/** The lots that those are of, with some that moved in the same commit just before or after. */
const LOTS = `select distinct t.lot_id from transfers t
  where t.bucket = $1::smallint and t.member_id = $2::uuid and t.lot_id is not null and t.position >= $3::bigint
    and ($4::bigint is null or t.position <= $4::bigint) and ${MOVES} limit ${MOST_TRANSFERS + 1}`;
/** Only of lots of both it matters how they came, what holds pin of them, and what time took of them. */
const OF_LOTS = transfersOf(`t.event in (${WITHIN_LOTS}) and t.lot_id = any($7::uuid[])`);
/** What a wallet had at a place: by lot, and what it owed. */
const HAD = `select h.entity, h.lot_id, h.amount, ${LOT_OF} from (
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
  where h.amount > 0`;

/** As the tables have it. */
export interface LotOrigin {
  readonly lot_id: string | null;
  readonly lot_profile: string | null;
  /** Whom it was granted to, which may have been recorded before: then what has granted it goes on with that. */
  readonly lot_member: string | null;
  readonly lot_going_on: string | null;
}

export interface TransferRow extends LotOrigin, Place {
  readonly entity: Brand;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: bigint;
  readonly event: TransferEvent;
  readonly operation_id: string;
  readonly profile_id: string | null;
  /** Whom it was recorded for, and where that stands, if not here. */
  readonly member_id: string | null;
  readonly recorded?: Place;
  readonly going_on: string | null;
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
  const [[had, left], rows] = await Promise.all([
    readEnds(tx, span),
    tx.run<TransferRow>(TRANSFERS, [...walletOf(span), ...placesOf(span)]),
  ]);
  return asRecorded(tx, { span, had, rows, left });
}

/** The same without what was posted; and the lots that this was of. */
export async function readLots(tx: Transaction, span: Span): Promise<{ read: ReadSpan; lots: readonly LotId[] }> {
  const { from, to } = span;
  const [[had, left], lots] = await Promise.all([
    readEnds(tx, span),
    tx.run<{ lot_id: string }>(LOTS, [...walletOf(span), from.position, to?.position ?? null]),
  ]);
  const read = await asRecorded(tx, { span, had, rows: [], left });
  return { read, lots: lots.map(({ lot_id }) => fromUuid("lot", lot_id)) };
}

/** What was in the wallet before, and what was left there. */
async function readEnds(tx: Transaction, span: Span): Promise<[had: HadRow[], left: HadRow[]]> {
  const { from, to, before, isLeft } = span;
  const hadAt = (place: Place, last: number) => tx.run<HadRow>(HAD, [...walletOf(span), place.position, last]);
  return Promise.all([
    before === "nothing" ? [] : hadAt(from, from.place - 1),
    to !== null && isLeft ? hadAt(to, to.place) : [],
  ]);
}

/** The same, and of some lots also how they were granted, and what has ended. */
export async function withHistory(tx: Transaction, read: ReadSpan, lots: readonly LotId[]): Promise<ReadSpan> {
  const { span } = read;
  const more = await tx.run<TransferRow>(OF_LOTS, [...walletOf(span), ...placesOf(span), uuidsOf(lots)]);
  const { rows } = await asRecorded(tx, { span, had: [], rows: more, left: [] });
  return { ...read, rows: [...read.rows, ...rows].sort(asPosted) };
}

/** What goes on with a sale or an order of before is whoever's that was recorded for. */
async function asRecorded(tx: Transaction, { span, had, rows, left }: ReadSpan): Promise<ReadSpan> {
  const lots = [...had, ...rows, ...left].map(({ lot_going_on }) => lot_going_on);
  const recorded = await readRecorded(tx, [...lots, ...rows.map(({ going_on }) => going_on)]);
  if (recorded.size === 0) return { span, had, rows, left };
  const lotOf = <R extends LotOrigin>(row: R): R => ({
    ...row,
    lot_member: recorded.get(row.lot_going_on)?.member_id ?? row.lot_member,
  });
  const transferOf = (row: TransferRow): TransferRow => {
    const before = recorded.get(row.going_on);
    return { ...lotOf(row), member_id: before?.member_id ?? row.member_id, recorded: before ?? row };
  };
  return { span, had: had.map(lotOf), rows: rows.map(transferOf), left: left.map(lotOf) };
}

const walletOf = ({ wallet }: Span) => [bucketOf(wallet), uuidOf(wallet)] as const;
const placesOf = ({ from, to }: Span) => [from.position, from.place, to?.position ?? null, to?.place ?? null] as const;

const asPosted = (one: TransferRow, other: TransferRow): number =>
  isBefore(one, other) ? -1 : isBefore(other, one) ? 1 : one.ordinal - other.ordinal;
