/** Reads what was posted in the wallets in which those have been who leave, stay by stay, and what was there before. */
import { bucketOf, uuidOf } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { oneOf } from "../../../engine/definition/invariant.ts";
import { bucketIn, IN_LOTS, OWED } from "../../../engine/transfer-sql.ts";
import type { Account, Brand } from "../../../ledger/account.ts";
import { TRANSFER_EVENTS, type TransferEvent } from "../../../ledger/transfer.ts";
import { DOES } from "./does.ts";
import type { Stay } from "./stays.ts";
import type { Place } from "./timeline.ts";
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
/** What moves within a lot is nothing to anybody. */
const WITHIN_LOTS = oneOf(TRANSFER_EVENTS.filter((event) => DOES[event] === "stays"));
const TRANSFERS = `select t.entity, t.debit, t.credit, t.amount, t.lot_id, t.event, t.operation_id, o.profile_id,
    o.member_id, ${goingOn("o")} as going_on, o.position::text as position, o.place, t.ordinal, ${LOT_OF}
  from transfers t join operations o on o.bucket = ${bucketIn("t.operation_id")} and o.operation_id = t.operation_id
    left join lateral (select k.profile_id, k.operation_id from lots k
      where k.bucket = t.bucket and k.member_id = t.member_id and k.lot_id = t.lot_id limit 1) l on true
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
  where t.bucket = $1::smallint and t.member_id = $2::uuid
    and t.position >= $3::bigint and (o.position, o.place) >= ($3::bigint, $4::int)
    and ($5::bigint is null or (t.position <= $5::bigint and (o.position, o.place) <= ($5::bigint, $6::int)))
    and t.event not in (${WITHIN_LOTS})
  order by o.position, o.place, t.ordinal limit ${MOST_TRANSFERS + 1}`;
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

interface HadRow extends LotOrigin {
  readonly entity: Brand;
  readonly amount: bigint;
}

export interface ReadStay {
  readonly stay: Stay;
  /** What was in the wallet before. */
  readonly had: readonly HadRow[];
  readonly rows: readonly TransferRow[];
}

export async function readStay(tx: Transaction, stay: Stay): Promise<ReadStay> {
  const { wallet, from, to } = stay;
  const of = [bucketOf(wallet), uuidOf(wallet), from.position] as const;
  const [had, rows] = await Promise.all([
    tx.run<HadRow>(HAD, [...of, from.place - 1]),
    tx.run<TransferRow>(TRANSFERS, [...of, from.place, to?.position ?? null, to?.place ?? null]),
  ]);
  return asRecorded(tx, { stay, had, rows });
}

/** What goes on with a sale, an order or a hold of before is whoever's that was recorded for. */
async function asRecorded(tx: Transaction, { stay, had, rows }: ReadStay): Promise<ReadStay> {
  const lots = [...had, ...rows].map(({ lot_going_on }) => lot_going_on);
  const recorded = await readRecorded(tx, [...lots, ...rows.map(({ going_on }) => going_on)]);
  if (recorded.size === 0) return { stay, had, rows };
  const lotOf = <R extends LotOrigin>(row: R): R => ({
    ...row,
    lot_member: recorded.get(row.lot_going_on)?.member_id ?? row.lot_member,
  });
  const transferOf = (row: TransferRow): TransferRow => {
    const before = recorded.get(row.going_on);
    return { ...lotOf(row), member_id: before?.member_id ?? row.member_id, recorded: before ?? row };
  };
  return { stay, had: had.map(lotOf), rows: rows.map(transferOf) };
}
