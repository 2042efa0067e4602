/** Locks and loads what a group needs: wallets in the order of their ids, then documents, store by store. */
import type { Instant } from "../../kernel/clock.ts";
import type { MemberId } from "../../kernel/ids.ts";
import type { LotKind } from "../../ledger/account.ts";
import type { LockMode } from "../connection/locking.ts";
import type { Transaction } from "../connection/session.ts";
import type { Needs } from "../definition/context.ts";
import type { DocumentStore } from "../definition/document-store.ts";
import { type WalletNeed, type WalletNeeds, WHOLE_WALLET } from "../wallets/wallet-lots.ts";
import { loadWallets } from "../wallets/wallet-store.ts";
import type { Documents, Loaded } from "./group-state.ts";

/** Enough for what one command burns, mostly; a command that wants more has the rest loaded. */
const BURNABLE_LOTS = 8;
const NO_LOTS: WalletNeed = { endingBefore: 0, burnable: 0 };

/** What is asked of the database for a group, whatever its size. */
function gather(needs: readonly Needs[], whole: ReadonlySet<MemberId>): WalletNeeds {
  const wallets = new Map<MemberId, WalletNeed>();
  const lots: WalletNeeds["lots"][number][] = [];
  const shared: WalletNeeds["shared"][number][] = [];
  const holds: WalletNeeds["holds"][number][] = [];
  const endingKinds = new Set<LotKind>();
  for (const need of needs) {
    for (const kind of need.ending?.kinds ?? []) endingKinds.add(kind);
    for (const memberId of need.wallets ?? []) {
      const known = wallets.get(memberId) ?? NO_LOTS;
      const endingBefore = Math.max(known.endingBefore, need.ending?.before ?? 0);
      const burnable = known.burnable + (need.burns === true ? BURNABLE_LOTS : 0);
      const all =
        whole.has(memberId) ||
        need.whole?.includes(memberId) === true ||
        known.endingBefore === WHOLE_WALLET.endingBefore;
      wallets.set(memberId, all ? WHOLE_WALLET : { endingBefore, burnable });
      for (const lotId of need.lots ?? []) lots.push({ memberId, lotId, from: need.lotsFrom ?? [] });
      for (const openIn of need.openIn ?? []) if (openIn !== memberId) shared.push({ memberId, openIn });
      for (const holdId of need.holds ?? []) holds.push({ memberId, holdId, from: need.holdsFrom ?? [] });
    }
  }
  return { wallets, endingKinds, lots, shared, holds };
}

/** The documents that a group needs, store by store in the order in which they are locked: of their names, and of their ids. */
export function documentsOf(needs: readonly Needs[]): [store: DocumentStore<never>, ids: readonly string[]][] {
  const wanted = new Map<DocumentStore<never>, Set<string>>();
  for (const { store, id } of needs.flatMap((need) => need.documents ?? [])) {
    const ids = wanted.get(store);
    if (ids === undefined) wanted.set(store, new Set([id]));
    else ids.add(id);
  }
  const stores = [...wanted].sort(([a], [b]) => (a.name < b.name ? -1 : 1));
  return stores.map(([store, ids]) => [store, [...ids].sort()]);
}

/** Sends everything at once; the number of statements does not depend on how much is asked. */
export async function load(
  tx: Transaction,
  needs: readonly Needs[],
  { now, lock, whole = new Set() }: { now: Instant; lock: LockMode; whole?: ReadonlySet<MemberId> },
): Promise<Loaded> {
  const stores = documentsOf(needs);
  const [{ wallets, overtaken }, ...found] = await Promise.all([
    loadWallets(tx, gather(needs, whole), now, lock),
    ...stores.map(([store, ids]) => store.load(tx, ids, lock) as Promise<Map<string, unknown>>),
  ]);
  const documents: Documents = new Map();
  for (const [index, [store]] of stores.entries()) {
    documents.set(store, { loaded: found[index] ?? new Map<string, unknown>(), changed: new Map() });
  }
  return { wallets, documents, overtaken };
}
