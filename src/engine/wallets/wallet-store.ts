/**
 * The one place where wallets are loaded: locked for a group, plain for a read, whole or as far as is
 * needed. Lock order: bucket, then member. Lots are read after the lock, so that what its former owner has committed is
 * seen. Every statement names the buckets, so that it concerns one shard where there are many.
 */
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import type { Instant } from "../../kernel/clock.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { fromUuid, type MemberId } from "../../kernel/ids.ts";
import type { LotKind } from "../../ledger/account.ts";
import type { Hold } from "../../ledger/hold.ts";
import type { Lot } from "../../ledger/lot.ts";
import type { wallets } from "../../ledger/tables.ts";
import { Wallet } from "../../ledger/wallet.ts";
import { lockable, type LockMode } from "../connection/locking.ts";
import type { Transaction } from "../connection/session.ts";
import { holdsNamed } from "./named-holds.ts";
import {
  lotsBurnable,
  lotsEnding,
  lotsNamed,
  lotsShared,
  membersOf,
  type WalletNeed,
  type WalletNeeds,
  WHOLE_WALLET,
} from "./wallet-lots.ts";
import { holdOf, holdRows, lotOf, walletRows } from "./wallet-rows.ts";

/** Also whether a transaction with a later number has written it last; see `LoadedWallets`. */
const SELECT = lockable(`select ${walletRows.list("w")}, age(w.xmin) < 0 from wallets w
  where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[]) order by w.bucket, w.member_id`);

const HOLDS_OPEN = `select ${holdRows.list("h")} from unnest($2::smallint[], $3::uuid[]) as n(bucket, member_id)
  join holds h on h.bucket = n.bucket and h.member_id = n.member_id and h.status = 'open' where h.bucket = any($1::smallint[])`;

export interface LoadedWallets {
  readonly wallets: Map<MemberId, Wallet>;
  /**
   * Those at which somebody was first who has a later number than this transaction, and has committed. Numbers are given out
   * before locks are: what would be posted now would stand in the journal before what it follows. One that nothing has written for
   * two thousand million transactions looks the same: see `overtaken`.
   */
  readonly overtaken: readonly MemberId[];
}

/** What is read of wallets is what was committed; whoever wants to change them locks. Sends everything at once. */
export async function loadWallets(
  tx: Transaction,
  needs: WalletNeeds,
  now: Instant,
  lock: LockMode,
): Promise<LoadedWallets> {
  const ids = [...needs.wallets.keys()].sort();
  if (ids.length === 0) return { wallets: new Map(), overtaken: [] };
  const whole = ids.filter((id) => needs.wallets.get(id)?.endingBefore === WHOLE_WALLET.endingBefore);
  const [found, ending, burnable, named, shared, open, namedHolds] = await Promise.all([
    tx.values(SELECT[lock], [bucketsOf(ids), uuidsOf(ids)]),
    lotsEnding(tx, needs, now),
    lotsBurnable(tx, needs.wallets),
    lotsNamed(tx, needs.lots),
    lotsShared(tx, needs.shared),
    whole.length === 0 ? [] : tx.values(HOLDS_OPEN, [bucketsOf(whole), ...membersOf(whole)]),
    holdsNamed(tx, needs.holds),
  ]);
  const burnableLots = burnable.map(lotOf);
  const namedLots = named.map(lotOf);
  const lotsOf = groupBy([...ending.map(lotOf), ...burnableLots, ...namedLots, ...shared.map(lotOf)], memberIn);
  const templatesOf = groupBy(templates(needs.lots, namedLots), memberIn);
  const burnableOf = groupBy(burnableLots, memberIn);
  const holdsOf = groupBy(open.map(holdOf), memberIn);
  const later = lock === "none" ? [] : found.filter((values) => values.at(-1) === true).map(memberOf);
  const loadedWallets = new Map(
    found.map((values) => {
      const row = walletRows.decode(values);
      const id = row.memberId;
      const need = needs.wallets.get(id) ?? WHOLE_WALLET;
      const loaded = {
        lots: lotsOf.get(id) ?? [],
        burnable: burnableOf.get(id) ?? [],
        templates: templatesOf.get(id) ?? [],
        holds: [...(holdsOf.get(id) ?? []), ...(namedHolds.get(id) ?? [])],
      };
      return [id, walletOf(row, need, needs.endingKinds, loaded, now)];
    }),
  );
  return { wallets: loadedWallets, overtaken: later };
}

const memberOf = (values: readonly unknown[]): MemberId => walletRows.decode(values).memberId;

const OVERTAKEN = `select w.member_id from wallets w where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[])
  and (exists (select from operations o where o.position > pg_current_xact_id()::text::bigint and o.member_id = w.member_id)
    or exists (select from transfers t where t.bucket = w.bucket and t.member_id = w.member_id and t.position > pg_current_xact_id()::text::bigint))`;

/** Those of some wallets that look overtaken of which the journal says so: something stands in it that this transaction would come before. */
export async function overtaken(tx: Transaction, members: readonly MemberId[]): Promise<Set<MemberId>> {
  if (members.length === 0) return new Set();
  const found = await tx.run<{ member_id: string }>(OVERTAKEN, [bucketsOf(members), uuidsOf(members)]);
  return new Set(found.map(({ member_id }) => fromUuid("mbr", member_id)));
}

/** Rows of wallets alone, as they were posted last, with none of their lots and holds; by their members. */
export const walletsWithoutLots = {
  async load(tx: Transaction, members: readonly string[]): Promise<Map<string, Wallet>> {
    const found = await tx.values(SELECT.none, [bucketsOf(members), uuidsOf(members)]);
    const none = { endingBefore: 0, burnable: 0 };
    return new Map(
      found.map((values) => {
        const row = walletRows.decode(values);
        return [row.memberId, walletOf(row, none, new Set(), NO_PARTS, 0)];
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

const NO_PARTS: LoadedParts = { lots: [], burnable: [], templates: [], holds: [] };

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
    coolingUntil: row.coolingUntil,
    erasure: row.erasure,
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

const memberIn = ({ memberId }: { readonly memberId: MemberId }): MemberId => memberId;
