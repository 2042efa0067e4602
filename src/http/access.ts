/**
 * Who may do what: the whole matrix, in one place. `admin` may do everything, and is therefore not listed.
 * Beyond this table: a client of one brand acts for that brand only (`brand_forbidden`), and does not see the other
 * brand's holds; support may grant bonuses of kind `compensation` only (see the route of accruals).
 */
import { Problem } from "../kernel/problems.ts";
import type { Client, Scope } from "../directory/directory.ts";

const TILLS = ["pos", "checkout"] as const;
const READERS = ["pos", "checkout", "crm", "support", "finance"] as const;

export const access = {
  /** Needs no key. */
  public: null,
  "profiles.register": [...TILLS, "crm"],
  "members.lookup": [...TILLS, "crm", "support"],
  "members.read": READERS,
  "purchases.sell": TILLS,
  "purchases.read": [...TILLS, "support", "finance"],
  "purchases.return": TILLS,
  "purchases.reverse": TILLS,
  "accruals.grant": ["crm", "support"],
  "redemptions.spend": TILLS,
  "holds.keep": TILLS,
  /** Each item of a batch is checked again, by its own permission. */
  "batches.send": [...TILLS, "crm"],
  "proof.read": ["finance"],
  administer: [],
} as const satisfies Record<string, readonly Scope[] | null>;

export type Permission = keyof typeof access;

/** Refuses a client that has none of a permission's scopes with `forbidden`. */
export function requirePermission(client: Client, permission: Permission): void {
  const scopes: readonly Scope[] | null = access[permission];
  if (scopes === null || client.scopes.has("admin") || scopes.some((scope) => client.scopes.has(scope))) return;
  throw new Problem("forbidden", { scopes: [...scopes, "admin"] });
}

/** Refuses a client that belongs to another brand. */
export function requireOwnBrand(client: Client, brand: string): void {
  if (client.brand !== null && client.brand !== brand) throw new Problem("brand_forbidden", { brand: client.brand });
}
