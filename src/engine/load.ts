/** Locks and loads what a group needs: wallets in the order of their ids, then documents, store by store. */
import type { LotId, MemberId } from "../kernel/ids.ts";
import type { Wallet } from "../ledger/wallet.ts";
import type { Shelves } from "./books.ts";
import type { Needs } from "./command.ts";
import type { Transaction } from "./session.ts";
import type { DocumentStore } from "./store.ts";
import { loadWallets, type WalletCache } from "./wallet-rows.ts";

export interface Loaded {
  readonly wallets: Map<MemberId, Wallet>;
  readonly shelves: Shelves;
}

/** Sends everything at once; the number of statements does not depend on how much is asked. */
export async function load(
  tx: Transaction,
  needs: readonly Needs[],
  cache: WalletCache,
  lock: boolean,
): Promise<Loaded> {
  const members = new Set<MemberId>();
  const lots = new Set<LotId>();
  const wanted = new Map<DocumentStore<never>, Set<string>>();
  for (const need of needs) {
    for (const id of need.wallets ?? []) members.add(id);
    for (const id of need.lots ?? []) lots.add(id);
    for (const { store, id } of need.documents ?? []) {
      const ids = wanted.get(store);
      if (ids === undefined) wanted.set(store, new Set([id]));
      else ids.add(id);
    }
  }
  // Stores are locked in the order of their names, whichever command came first.
  const stores = [...wanted].sort(([a], [b]) => (a.name < b.name ? -1 : 1));
  const [wallets, ...documents] = await Promise.all([
    loadWallets(tx, [...members].sort(), [...lots], cache, lock),
    ...stores.map(([store, ids]) => store.load(tx, [...ids].sort(), lock) as Promise<Map<string, unknown>>),
  ]);
  const shelves: Shelves = new Map();
  for (const [index, [store]] of stores.entries()) {
    shelves.set(store, { loaded: documents[index] ?? new Map<string, unknown>(), changed: new Map() });
  }
  return { wallets, shelves };
}
