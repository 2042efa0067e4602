/** What a request must name rightly: a store of its brand. */
import { Problem } from "../kernel/problems.ts";
import type { Lookup, Store } from "../engine/definition/lookup.ts";

/** A store of a brand; `unknown_store` where it is not registered, or belongs to another brand. */
export async function requireStore({ directory }: Lookup, storeId: string, brand: string): Promise<Store> {
  const store = await directory.store(storeId);
  if (store === undefined || store.brand !== brand) throw new Problem("unknown_store", { storeId, brand });
  return store;
}
