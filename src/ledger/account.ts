/**
 * The chart of accounts, per legal entity. An account is named inside one entity's books;
 * a member's accounts also belong to that member.
 */

/** A retail chain, which is a legal entity with books of its own: `mvideo`, `eldorado`. */
export type Brand = string;

/** Liabilities to the member, and what the member owes (`debt`). One set per member and issuer. */
type MemberAccount = "pending" | "available" | "held" | "debt";

/** Accounts of the entity itself. They have no balance row: they are folded from transfers. */
export type EntityAccount =
  | `issuance:${LotKind}`
  | "redemption"
  | "breakage"
  | "opening"
  | "suspense"
  /** Between two wallets; zero after every operation. */
  | "moved"
  | `due_to:${Brand}`
  | `due_from:${Brand}`;

export type Account = MemberAccount | EntityAccount;

/** Why bonuses were granted. */
export type LotKind = (typeof LOT_KINDS)[number];
export const LOT_KINDS = ["ordinary", "promo", "offer", "compensation", "opening"] as const;

/** The account that a grant of this kind is charged to. */
export function sourceOf(kind: LotKind): EntityAccount {
  return kind === "opening" ? "opening" : `issuance:${kind}`;
}
