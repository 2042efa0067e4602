/** What a request must name rightly: a store of its brand. */
import { Problem } from "../kernel/problems.ts";
import type { Actor } from "../engine/actor.ts";
import type { Lookup, Store } from "../engine/definition/lookup.ts";
import { seesOwnOf } from "../engine/definition/visibility.ts";

/** A store of a brand; `unknown_store` where it is not registered, or belongs to another brand. */
export async function requireStore({ directory }: Lookup, storeId: string, brand: string): Promise<Store> {
  const store = await directory.store(storeId);
  if (store === undefined || store.brand !== brand) throw new Problem("unknown_store", { storeId, brand });
  return store;
}

/** Where a request names a store: one that is registered and, of a client of one brand, that brand's; else `unknown_store`. */
export async function requireOwnStore({ directory }: Lookup, actor: Actor, storeId: string | undefined): Promise<void> {
  if (storeId === undefined) return;
  const store = await directory.store(storeId);
  if (store === undefined || !seesOwnOf(actor, store.brand)) throw new Problem("unknown_store", { storeId });
}
