/** Wallets and lots as rows: locked in the order of their ids, loaded and saved for a whole group at once. */
import type { Instant } from "../kernel/clock.ts";
import { bucketOf, fromUuid, type LotId, type MemberId, uuidOf } from "../kernel/ids.ts";
import type { LotKind } from "../ledger/account.ts";
import type { OpenHold } from "../ledger/hold.ts";
import type { Lot } from "../ledger/lot.ts";
import { type MemberStatus, Wallet } from "../ledger/wallet.ts";
import { loadOpenHolds } from "./hold-rows.ts";
import { arrayOf, insertInto, Rows, table } from "./rows.ts";
import type { Transaction } from "./session.ts";

const member = { bucket: "smallint", member_id: "uuid" } as const;
const cached = { ...member, version: "bigint" } as const;

const WALLETS = `select w.member_id, w.status, w.version, w.debts, w.posted_at from ${table(member, "n")}
  join wallets w on w.bucket = n.bucket and w.member_id = n.member_id order by w.bucket, w.member_id`;
/** Lock order: bucket, then member. Missing members are simply not there. */
const LOCK_WALLETS = `${WALLETS} for no key update of w`;
const LOT_COLUMNS = `l.lot_id, l.member_id, l.issuer, l.profile_id, l.kind, l.granted, l.pending, l.available, l.held,
  l.active_at, l.expires_at, l.closed, l.operation_id, l.policy_version`;
/**
 * Sent after the lock, so that it sees what the former owner of the lock has committed. Skips wallets that are cached.
 * `offset 0` keeps the planner from going through all lots first, which costs a look at the wallet for each.
 */
const LOTS = `select ${LOT_COLUMNS} from (
    select w.bucket, w.member_id from ${table(cached, "n")}
    join wallets w on w.bucket = n.bucket and w.member_id = n.member_id where w.version <> n.version offset 0) as s
  join lots l on l.bucket = s.bucket and l.member_id = s.member_id where not l.closed`;
const NAMED_LOTS = `select ${LOT_COLUMNS} from ${table(member, "n")}
  join lots l on l.bucket = n.bucket and l.member_id = n.member_id and l.lot_id = any($3::uuid[])`;

/** Wallets that a lane has seen last; reused while their version is unchanged under the lock. */
export type WalletCache = Map<MemberId, Wallet>;

interface WalletRow {
  readonly member_id: string;
  readonly status: string;
  readonly version: bigint;
  readonly debts: Readonly<Record<string, string>>;
  readonly posted_at: Date;
}

/** Loads wallets with their open lots and holds, and the lots that are named. */
export async function loadWallets(
  tx: Transaction,
  ids: readonly MemberId[],
  lotIds: readonly LotId[],
  cache: WalletCache,
  lock: boolean,
): Promise<Map<MemberId, Wallet>> {
  if (ids.length === 0) return new Map();
  const members = new Rows(cached);
  for (const id of ids) {
    members.add({ bucket: bucketOf(id), member_id: uuidOf(id), version: cache.get(id)?.version ?? -1n });
  }
  const [buckets = "", uuids = "", versions = ""] = members.parameters();
  const [walletRows, openLots, namedLots, openHolds] = await Promise.all([
    tx.run<WalletRow>(lock ? LOCK_WALLETS : WALLETS, [buckets, uuids]),
    tx.run<LotRow>(LOTS, [buckets, uuids, versions]),
    lotIds.length === 0 ? [] : tx.run<LotRow>(NAMED_LOTS, [buckets, uuids, arrayOf(lotIds.map(uuidOf), "uuid")]),
    loadOpenHolds(tx, buckets, uuids),
  ]);
  const lots = groupBy([...openLots, ...namedLots].map(lotOf));
  const holds = groupBy(openHolds);
  const wallets = new Map<MemberId, Wallet>();
  for (const row of walletRows) {
    const id = fromUuid("mbr", row.member_id);
    const known = cache.get(id);
    if (known?.version === row.version) {
      known.replace((lots.get(id) ?? []).filter((lot) => known.lot(lot.id) === undefined));
      wallets.set(id, known);
    } else wallets.set(id, walletOf(id, row, lots.get(id) ?? [], holds.get(id) ?? []));
  }
  return wallets;
}

function walletOf(memberId: MemberId, row: WalletRow, lots: Lot[], holds: OpenHold[]): Wallet {
  const debts = new Map(Object.entries(row.debts).map(([entity, debt]) => [entity, BigInt(debt)]));
  const { status, version, posted_at } = row;
  return new Wallet({
    memberId,
    status: status as MemberStatus,
    version,
    postedAt: posted_at.getTime(),
    debts,
    holds,
    lots,
  });
}

function groupBy<T extends { readonly memberId: MemberId }>(items: readonly T[]): Map<MemberId, T[]> {
  const groups = new Map<MemberId, T[]>();
  for (const item of items) {
    const group = groups.get(item.memberId);
    if (group === undefined) groups.set(item.memberId, [item]);
    else group.push(item);
  }
  return groups;
}

/** A row of `lots`, as PostgreSQL gives it. */
export interface LotRow {
  readonly lot_id: string;
  readonly member_id: string;
  readonly issuer: string;
  readonly profile_id: string | null;
  readonly kind: string;
  readonly granted: bigint;
  readonly pending: bigint;
  readonly available: bigint;
  readonly held: bigint;
  readonly active_at: Date;
  readonly expires_at: Date;
  readonly closed: boolean;
  readonly operation_id: string;
  readonly policy_version: number;
}

export function lotOf(row: LotRow): Lot {
  return {
    id: fromUuid("lot", row.lot_id),
    memberId: fromUuid("mbr", row.member_id),
    issuer: row.issuer,
    profileId: row.profile_id === null ? null : fromUuid("prf", row.profile_id),
    kind: row.kind as LotKind,
    granted: row.granted,
    pending: row.pending,
    available: row.available,
    held: row.held,
    activeAt: row.active_at.getTime(),
    expiresAt: row.expires_at.getTime(),
    closed: row.closed,
    operationId: fromUuid("opn", row.operation_id),
    policyVersion: row.policy_version,
  };
}

const walletShape = {
  ...member,
  status: "text",
  version: "bigint",
  pending: "bigint",
  available: "bigint",
  held: "bigint",
  debt: "bigint",
  debts: "jsonb",
  next_move_at: "timestamptz",
  posted_at: "timestamptz",
} as const;
const INSERT_WALLETS = `insert into wallets (${Object.keys(walletShape).join(", ")}, created_at)
  select ${Object.keys(walletShape).join(", ")}, posted_at from ${table(walletShape, "n")}`;
const UPDATE_WALLETS = `update wallets w set version = n.version, pending = n.pending, available = n.available, held = n.held,
  debt = n.debt, debts = n.debts, next_move_at = n.next_move_at, posted_at = n.posted_at from ${table(walletShape, "n")}
  where w.bucket = n.bucket and w.member_id = n.member_id`;

/** Writes wallets that changed, and those that were born. Sends without waiting. */
export function saveWallets(tx: Transaction, wallets: Iterable<Wallet>, born: ReadonlySet<Wallet>): Promise<unknown>[] {
  const inserts = new Rows(walletShape);
  const updates = new Rows(walletShape);
  for (const wallet of wallets) (born.has(wallet) ? inserts : updates).add(walletRow(wallet));
  const sent: Promise<unknown>[] = [];
  if (inserts.size > 0) sent.push(tx.run(INSERT_WALLETS, inserts.parameters()));
  if (updates.size > 0) sent.push(tx.run(UPDATE_WALLETS, updates.parameters()));
  return sent;
}

function walletRow(wallet: Wallet) {
  const debts = JSON.stringify(
    Object.fromEntries([...wallet.debts].map(([entity, debt]) => [entity, debt.toString()])),
  );
  return {
    bucket: bucketOf(wallet.memberId),
    member_id: uuidOf(wallet.memberId),
    status: wallet.status,
    version: wallet.version,
    ...wallet.totals(),
    debts,
    next_move_at: finite(wallet.nextMoveAt),
    posted_at: wallet.postedAt,
  };
}

const finite = (instant: Instant): Instant | null => (Number.isFinite(instant) ? instant : null);

const lotShape = {
  ...member,
  lot_id: "uuid",
  issuer: "text",
  profile_id: "uuid",
  kind: "text",
  granted: "bigint",
  pending: "bigint",
  available: "bigint",
  held: "bigint",
  active_at: "timestamptz",
  expires_at: "timestamptz",
  closed: "boolean",
  operation_id: "uuid",
  policy_version: "int",
} as const;
const lotChange = {
  ...member,
  lot_id: "uuid",
  pending: "bigint",
  available: "bigint",
  held: "bigint",
  expires_at: "timestamptz",
  closed: "boolean",
} as const;
const INSERT_LOTS = insertInto("lots", lotShape);
const UPDATE_LOTS = `update lots l set pending = n.pending, available = n.available, held = n.held,
  expires_at = n.expires_at, closed = n.closed from ${table(lotChange, "n")}
  where l.bucket = n.bucket and l.member_id = n.member_id and l.lot_id = n.lot_id`;

/** Writes lots that were born in this group, and those that changed. Sends without waiting. */
export function saveLots(tx: Transaction, lots: Iterable<Lot>, born: ReadonlySet<LotId>): Promise<unknown>[] {
  const inserts = new Rows(lotShape);
  const updates = new Rows(lotChange);
  for (const lot of lots) (born.has(lot.id) ? inserts : updates).add(lotRow(lot));
  const sent: Promise<unknown>[] = [];
  if (inserts.size > 0) sent.push(tx.run(INSERT_LOTS, inserts.parameters()));
  if (updates.size > 0) sent.push(tx.run(UPDATE_LOTS, updates.parameters()));
  return sent;
}

function lotRow(lot: Lot) {
  return {
    bucket: bucketOf(lot.memberId),
    member_id: uuidOf(lot.memberId),
    lot_id: uuidOf(lot.id),
    issuer: lot.issuer,
    profile_id: lot.profileId === null ? null : uuidOf(lot.profileId),
    kind: lot.kind,
    granted: lot.granted,
    pending: lot.pending,
    available: lot.available,
    held: lot.held,
    active_at: lot.activeAt,
    expires_at: lot.expiresAt,
    closed: lot.closed,
    operation_id: uuidOf(lot.operationId),
    policy_version: lot.policyVersion,
  };
}
