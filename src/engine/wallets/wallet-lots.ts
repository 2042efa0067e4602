/** Which lots of a wallet are loaded: those that end soon, those that would burn, those that are named, and those of another. */
import { arrayOf, bucketsOf, uuidsOf } from "../../db/arrays.ts";
import type { Instant } from "../../kernel/clock.ts";
import { bucketOf, type LotId, type MemberId, uuidOf } from "../../kernel/ids.ts";
import type { LotKind } from "../../ledger/account.ts";
import type { Transaction } from "../connection/session.ts";
import type { NamedHold } from "./named-holds.ts";
import { lotRows } from "./wallet-rows.ts";

/** How much of one wallet is wanted. */
export interface WalletNeed {
  readonly endingBefore: Instant;
  /** So many lots that have something available, soonest end first. */
  readonly burnable: number;
}

/** Later than any lot ends: the whole wallet is wanted. */
export const WHOLE_WALLET: WalletNeed = { endingBefore: Date.UTC(9000, 0), burnable: 0 };

export interface WalletNeeds {
  readonly wallets: ReadonlyMap<MemberId, WalletNeed>;
  /** Of which lots that end soon are wanted; of a whole wallet, and where time has moved it, all are. */
  readonly endingKinds: ReadonlySet<LotKind>;
  /** Lots that documents name, with the wallets that may have them, and others that had them then. */
  readonly lots: readonly {
    readonly memberId: MemberId;
    readonly lotId: LotId;
    readonly from: readonly MemberId[];
  }[];
  /** Wallets of which just those lots are wanted, be they closed, that are open in another. */
  readonly shared: readonly { readonly memberId: MemberId; readonly openIn: MemberId }[];
  readonly holds: readonly NamedHold[];
}

const IS_DUE = "w.next_turn_at <= $5::timestamptz";
/**
 * Open lots that end soon enough; all of them where time has moved the wallet. Mostly the wallet says that there are
 * none, and none is looked for; else the order leads through the index of ends, past what ends later.
 */
const LOTS_ENDING = `select ${lotRows.list("l")}
  from unnest($2::smallint[], $3::uuid[], $4::bigint[]) as n(bucket, member_id, until)
  join wallets w on w.bucket = n.bucket and w.member_id = n.member_id
  cross join lateral (select * from lots e where e.bucket = any($1::smallint[]) and e.bucket = n.bucket
    and e.member_id = n.member_id and not e.closed and (${IS_DUE} or n.until = ${WHOLE_WALLET.endingBefore} or e.kind = any($6::text[]))
    and e.expires_at < case when ${IS_DUE} then 'infinity' else to_timestamp(n.until / 1000.0) end
    order by e.expires_at, e.active_at, e.lot_id) l
  where w.bucket = any($1::smallint[]) and (${IS_DUE} or n.until = ${WHOLE_WALLET.endingBefore}
    or exists (select from unnest($6::text[]) as k(kind) where (w.soonest_ends ->> k.kind)::bigint < n.until))`;
const LOTS_BURNABLE = `select ${lotRows.list("l")}
  from unnest($2::smallint[], $3::uuid[], $4::int[]) as n(bucket, member_id, most)
  cross join lateral (select * from lots b where b.bucket = any($1::smallint[]) and b.bucket = n.bucket
    and b.member_id = n.member_id and not b.closed and b.available > 0
    order by b.expires_at, b.active_at, b.lot_id limit n.most) l`;
/** Each by its key, whatever the planner takes the wallets for: of thousands, a join may look through a wallet for each. */
const LOTS_NAMED = `select ${lotRows.list("l")} from unnest($2::smallint[], $3::uuid[], $4::uuid[]) as n(bucket, member_id, lot_id)
  cross join lateral (select * from lots k where k.bucket = any($1::smallint[]) and k.bucket = n.bucket
    and k.member_id = n.member_id and k.lot_id = n.lot_id limit 1) l`;
const LOTS_SHARED = `select ${lotRows.list("l")}
  from unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::uuid[]) as n(bucket, member_id, open_bucket, open_in)
  join lots o on o.bucket = any($1::smallint[]) and o.bucket = n.open_bucket and o.member_id = n.open_in and not o.closed
  cross join lateral (select * from lots k where k.bucket = any($1::smallint[]) and k.bucket = n.bucket
    and k.member_id = n.member_id and k.lot_id = o.lot_id limit 1) l`;

export function lotsEnding(
  tx: Transaction,
  { wallets: needed, endingKinds }: WalletNeeds,
  now: Instant,
): Promise<unknown[][]> {
  const ids = [...needed.keys()];
  const untils = arrayOf(
    [...needed.values()].map(({ endingBefore }) => endingBefore),
    "bigint",
  );
  const kinds = arrayOf([...endingKinds], "text");
  return tx.values(LOTS_ENDING, [bucketsOf(ids), ...membersOf(ids), untils, new Date(now).toISOString(), kinds]);
}

export function lotsBurnable(tx: Transaction, needs: WalletNeeds["wallets"]): Promise<unknown[][]> | [] {
  const burning = [...needs].filter(([, { burnable }]) => burnable > 0);
  if (burning.length === 0) return [];
  const ids = burning.map(([id]) => id);
  const most = burning.map(([, { burnable }]) => burnable);
  return tx.values(LOTS_BURNABLE, [bucketsOf(ids), ...membersOf(ids), arrayOf(most, "int")]);
}

export function lotsNamed(tx: Transaction, named: WalletNeeds["lots"]): Promise<unknown[][]> | [] {
  if (named.length === 0) return [];
  const pairs = named.flatMap(({ memberId, lotId, from }) => [memberId, ...from].map((id) => ({ id, lotId })));
  const ids = pairs.map(({ id }) => id);
  const lotIds = pairs.map(({ lotId }) => uuidOf(lotId));
  return tx.values(LOTS_NAMED, [bucketsOf(ids), ...membersOf(ids), arrayOf(lotIds, "uuid")]);
}

export function lotsShared(tx: Transaction, shared: WalletNeeds["shared"]): Promise<unknown[][]> | [] {
  if (shared.length === 0) return [];
  const [ids, others] = [shared.map(({ memberId }) => memberId), shared.map(({ openIn }) => openIn)];
  return tx.values(LOTS_SHARED, [bucketsOf([...ids, ...others]), ...membersOf(ids), ...membersOf(others)]);
}

/** Buckets and ids, as columns. */
export const membersOf = (ids: readonly MemberId[]): [string, string] => [
  arrayOf(ids.map(bucketOf), "smallint"),
  uuidsOf(ids),
];
