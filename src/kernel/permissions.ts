/** Who may do what: the whole matrix, in one place. `admin` may do everything, and is therefore not listed. */

export type Scope = (typeof SCOPES)[number];
export const SCOPES = ["pos", "checkout", "crm", "support", "security", "finance", "admin"] as const;

const TILLS = ["pos", "checkout"] as const;
const READERS = ["pos", "checkout", "crm", "support", "security", "finance"] as const;

export const permissions = {
  "profiles.register": [...TILLS, "crm"],
  "members.lookup": [...TILLS, "crm", "support", "security"],
  "members.read": READERS,
  "identifiers.change": ["crm", "support"],
  /** Who is blocked, and why, is shown to nobody else. */
  "members.block": ["security"],
  /** Who was shown whose personal data. */
  "accesses.read": ["security"],
  "consents.read": [...TILLS, "crm", "support"],
  "consents.change": [...TILLS, "crm", "support"],
  "members.merge": ["support"],
  "members.erase": ["support"],
  /** Who may act for whom is agreed with people, not at a till. */
  "representatives.manage": ["crm", "support"],
  "matches.review": ["support"],
  /** For whoever has the customer signed in: a site, an app. */
  "links.start": ["checkout"],
  "purchases.sell": TILLS,
  "purchases.read": [...TILLS, "support", "finance"],
  "purchases.return": TILLS,
  "purchases.reverse": TILLS,
  /** Support gives by adjustments, which have limits. */
  "accruals.grant": ["crm"],
  /** Whoever places an order is told its code, and sends it to the customer. */
  "orders.place": ["checkout", "crm"],
  "orders.fulfil": TILLS,
  "orders.read": [...TILLS, "crm", "support"],
  "redemptions.spend": TILLS,
  "holds.keep": TILLS,
  /** Each item of a batch is checked again, by its own permission. */
  "batches.send": [...TILLS, "crm"],
  "proof.read": ["finance"],
  "books.read": ["finance"],
  "books.close": ["finance"],
  "books.settle": ["finance"],
  "adjustments.make": ["support", "finance"],
  "adjustments.read": ["support", "finance"],
  "adjustments.approve": ["finance"],
  "receipts.reconcile": ["finance"],
  administer: [],
} as const satisfies Record<string, readonly Scope[]>;

export type Permission = keyof typeof permissions;

/** Whether any of these scopes gives a permission. */
export function mayDo(scopes: ReadonlySet<Scope>, permission: Permission): boolean {
  const sufficient: readonly Scope[] = permissions[permission];
  return scopes.has("admin") || sufficient.some((scope) => scopes.has(scope));
}
