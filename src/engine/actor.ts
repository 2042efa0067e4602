/** Who acts: a client (a system with a key), or a member of staff behind one; the ledger itself for what time does. */
import { Problem } from "../kernel/problems.ts";
import { mayDo, type Permission, permissions, type Scope } from "../kernel/permissions.ts";
import type { Id } from "../kernel/ids.ts";

export type ClientId = Id<"cli">;

export interface Actor {
  /** Absent: the ledger itself. */
  readonly clientId: ClientId | null;
  readonly staffId: string | null;
  readonly scopes: ReadonlySet<Scope>;
  /** The only brand that it may act for; absent for systems of both. */
  readonly brand: string | null;
}

/** The ledger itself: posts what time has made due, claims what waits. It may do what nobody may ask for. */
export const LEDGER_ITSELF: Actor = { clientId: null, staffId: null, scopes: new Set(["admin"]), brand: null };

/** Refuses an actor that has none of a permission's scopes with `forbidden`. */
export function requirePermission({ scopes }: Actor, permission: Permission): void {
  if (!mayDo(scopes, permission)) throw new Problem("forbidden", { scopes: [...permissions[permission], "admin"] });
}

/** Refuses an actor that belongs to another brand with `brand_forbidden`. */
export function requireOwnBrand({ brand: own }: Actor, brand: string): void {
  if (own !== null && own !== brand) throw new Problem("brand_forbidden", { brand: own });
}
