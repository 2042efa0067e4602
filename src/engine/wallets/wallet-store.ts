/**
 * The one place where wallets are loaded: locked for a group, plain for a read, whole or as far as is
 * needed. Lock order: bucket, then member. Lots are read after the lock, so that what its former owner has committed is
 * seen. Every statement names the buckets, so that it concerns one shard where there are many.
 */
import { arrayOf, bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { TableRows } from "../../db/table-rows.ts";
import type { Instant } from "../../kernel/clock.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { bucketOf, type HoldId, type LotId, type MemberId, uuidOf } from "../../kernel/ids.ts";
import type { LotKind } from "../../ledger/account.ts";
import type { Hold } from "../../ledger/hold.ts";
import type { Lot } from "../../ledger/lot.ts";
import { holds, lots, wallets } from "../../ledger/tables.ts";
import { Wallet } from "../../ledger/wallet.ts";
import { lockable, type LockMode } from "../connection/locking.ts";
import type { Transaction } from "../connection/session.ts";

const byMember = { computed: { bucket: ({ memberId }: { memberId: MemberId }) => bucketOf(memberId) } };
export const lotRows = new TableRows<typeof lots, "bucket">(lots, byMember);
export const holdRows = new TableRows<typeof holds, "bucket">(holds, byMember);
export const walletRows = new TableRows<typeof wallets, "bucket">(wallets, byMember);

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
  readonly holds: readonly HoldId[];
}

/** Also whether a transaction with a later number has written it last; see `LoadedWallets`. */
const SELECT = lockable(`select ${walletRows.list("w")}, age(w.xmin) < 0 from wallets w
  where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[]) order by w.bucket, w.member_id`);

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
const LOTS_NAMED = `select ${lotRows.list("l")} from unnest($2::smallint[], $3::uuid[], $4::uuid[]) as n(bucket, member_id, lot_id)
  join lots l on l.bucket = n.bucket and l.member_id = n.member_id and l.lot_id = n.lot_id where l.bucket = any($1::smallint[])`;
const HOLDS_OPEN = `select ${holdRows.list("h")} from unnest($2::smallint[], $3::uuid[]) as n(bucket, member_id)
  join holds h on h.bucket = n.bucket and h.member_id = n.member_id and h.status = 'open' where h.bucket = any($1::smallint[])`;
const HOLDS_NAMED = `select ${holdRows.list("h")} from holds h
  where h.bucket = any($1::smallint[]) and h.member_id = any($2::uuid[]) and h.hold_id = any($3::uuid[])`;

export interface LoadedWallets {
  readonly wallets: Map<MemberId, Wallet>;
  /**
   * Whoever has a later number than this transaction was there first, and has committed. Numbers are given out before locks
   * are: what would be posted now would stand in the journal before what it follows.
   */
  readonly isOvertaken: boolean;
}

/** What is read of wallets is what was committed; whoever wants to change them locks. Sends everything at once. */
export async function loadWallets(
  tx: Transaction,
  needs: WalletNeeds,
  now: Instant,
  lock: LockMode,
): Promise<LoadedWallets> {
  const ids = [...needs.wallets.keys()].sort();
  if (ids.length === 0) return { wallets: new Map(), isOvertaken: false };
  const whole = ids.filter((id) => needs.wallets.get(id)?.endingBefore === WHOLE_WALLET.endingBefore);
  const [found, ending, burnable, named, open, ended] = await Promise.all([
    tx.values(SELECT[lock], [bucketsOf(ids), uuidsOf(ids)]),
    lotsEnding(tx, needs, now),
    lotsBurnable(tx, needs.wallets),
    lotsNamed(tx, needs.lots),
    whole.length === 0 ? [] : tx.values(HOLDS_OPEN, [bucketsOf(whole), ...membersOf(whole)]),
    needs.holds.length === 0 ? [] : tx.values(HOLDS_NAMED, [bucketsOf(ids), uuidsOf(ids), uuidsOf(needs.holds)]),
  ]);
  const burnableLots = burnable.map(lotOf);
  const namedLots = named.map(lotOf);
  const lotsOf = groupBy([...ending.map(lotOf), ...burnableLots, ...namedLots], ownerOf);
  const templatesOf = groupBy(templates(needs.lots, namedLots), ownerOf);
  const burnableOf = groupBy(burnableLots, ownerOf);
  const holdsOf = groupBy(
    [...open, ...ended].map((values) => holdOf(holdRows.decode(values))),
    ownerOf,
  );
  const isOvertaken = lock !== "none" && found.some((values) => values.at(-1) === true);
  const loadedWallets = new Map(
    found.map((values) => {
      const row = walletRows.decode(values);
      const id = row.memberId;
      const need = needs.wallets.get(id) ?? WHOLE_WALLET;
      const loaded = {
        lots: lotsOf.get(id) ?? [],
        burnable: burnableOf.get(id) ?? [],
        templates: templatesOf.get(id) ?? [],
        holds: holdsOf.get(id) ?? [],
      };
      return [id, walletOf(row, need, needs.endingKinds, loaded, now)];
    }),
  );
  return { wallets: loadedWallets, isOvertaken };
}

/** Rows of wallets alone, as they were posted last, with none of their lots and holds; by their members. */
export const walletsWithoutLots = {
  async load(tx: Transaction, members: readonly string[]): Promise<Map<string, Wallet>> {
    const found = await tx.values(SELECT.none, [bucketsOf(members), uuidsOf(members)]);
    const none = { endingBefore: 0, burnable: 0 };
    return new Map(
      found.map((values) => {
        const row = walletRows.decode(values);
        return [row.memberId, walletOf(row, none, new Set(), { lots: [], burnable: [], templates: [], holds: [] }, 0)];
      }),
    );
  },
};

interface LoadedParts {
  readonly lots: readonly Lot[];
  readonly burnable: readonly Lot[];
  readonly templates: readonly Lot[];
  readonly holds: readonly Hold[];
}

/** What a wallet that has none of a lot would have of it, by the terms that the lot has where it was. */
function templates(wanted: WalletNeeds["lots"], rows: readonly Lot[]): Lot[] {
  if (wanted.every(({ from }) => from.length === 0)) return [];
  const known = new Map(rows.map((lot) => [`${lot.memberId}|${lot.id}`, lot]));
  return wanted.flatMap(({ memberId, lotId, from }) => {
    const there = from.map((other) => known.get(`${other}|${lotId}`)).find((lot) => lot !== undefined);
    if (there === undefined || known.has(`${memberId}|${lotId}`)) return [];
    return [{ ...there, memberId, pending: 0n, available: 0n, held: 0n, closed: true }];
  });
}

function walletOf(
  row: (typeof wallets)["$inferSelect"],
  need: WalletNeed,
  endingKinds: ReadonlySet<LotKind>,
  loaded: LoadedParts,
  now: Instant,
): Wallet {
  const whole = need.endingBefore === WHOLE_WALLET.endingBefore;
  const due = row.nextTurnAt !== null && row.nextTurnAt <= now;
  const last = loaded.burnable.at(-1);
  const more = loaded.burnable.length === need.burnable;
  return new Wallet({
    memberId: row.memberId,
    status: row.status,
    survivorId: row.survivorId,
    parted: row.parted,
    version: row.version,
    postedAt: row.postedAt,
    createdAt: row.createdAt,
    byIssuer: row.byIssuer,
    soonestEnds: row.soonestEnds,
    nextMoveAt: row.nextMoveAt,
    nextTurnAt: row.nextTurnAt,
    lots: loaded.lots,
    templates: loaded.templates,
    holds: loaded.holds,
    coverage: {
      endingBefore: whole || due ? Number.POSITIVE_INFINITY : need.endingBefore,
      endingKinds: whole || due ? undefined : endingKinds,
      burnableTo: need.burnable === 0 ? "none" : more ? (last ?? "none") : "all",
      holds: whole || row.held === 0n,
    },
  });
}

function lotsEnding(
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

function lotsBurnable(tx: Transaction, needs: WalletNeeds["wallets"]): Promise<unknown[][]> | [] {
  const burning = [...needs].filter(([, { burnable }]) => burnable > 0);
  if (burning.length === 0) return [];
  const ids = burning.map(([id]) => id);
  const most = burning.map(([, { burnable }]) => burnable);
  return tx.values(LOTS_BURNABLE, [bucketsOf(ids), ...membersOf(ids), arrayOf(most, "int")]);
}

function lotsNamed(tx: Transaction, named: WalletNeeds["lots"]): Promise<unknown[][]> | [] {
  if (named.length === 0) return [];
  const pairs = named.flatMap(({ memberId, lotId, from }) => [memberId, ...from].map((id) => ({ id, lotId })));
  const ids = pairs.map(({ id }) => id);
  const lotIds = pairs.map(({ lotId }) => uuidOf(lotId));
  return tx.values(LOTS_NAMED, [bucketsOf(ids), ...membersOf(ids), arrayOf(lotIds, "uuid")]);
}

const membersOf = (ids: readonly MemberId[]): [string, string] => [
  arrayOf(ids.map(bucketOf), "smallint"),
  uuidsOf(ids),
];
const ownerOf = ({ memberId }: { readonly memberId: MemberId }): MemberId => memberId;
const lotOf = (values: readonly unknown[]): Lot => lotRows.decode(values);

type HoldRow = (typeof holds)["$inferSelect"];

/** A row of holds as the state that it is in. */
export function holdOf({ bucket: _, captured: __, status, endedAt, ...terms }: HoldRow): Hold {
  return status === "open" ? { ...terms, status } : { ...terms, status, endedAt: endedAt ?? 0 };
}
