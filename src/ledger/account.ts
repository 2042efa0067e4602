/**
 * The chart of accounts, per legal entity. An account is named inside one entity's books;
 * a member's accounts also belong to that member.
 */

/** A retail chain, which is a legal entity with books of its own: `mvideo`, `eldorado`. */
export type Brand = string;

/** What is in a lot: liabilities to the member. */
export type LotAccount = (typeof LOT_ACCOUNTS)[number];
export const LOT_ACCOUNTS = ["pending", "available", "held"] as const;

/** One set per member and issuer: what is in lots, and what the member owes (`debt`). */
type MemberAccount = (typeof MEMBER_ACCOUNTS)[number];
export const MEMBER_ACCOUNTS = [...LOT_ACCOUNTS, "debt"] as const;

/** Why bonuses were granted. */
export type LotKind = (typeof LOT_KINDS)[number];
export const LOT_KINDS = ["ordinary", "promo", "offer", "compensation", "opening"] as const;

const PLAIN_ENTITY_ACCOUNTS = [
  "redemption",
  "breakage",
  /** What nobody will pay any more. */
  "write_off",
  "opening",
  "suspense",
  /** Between two wallets; zero after every operation. */
  "moved",
] as const;

/** Accounts of the entity itself. They have no balance row: they are folded from transfers. */
export type EntityAccount =
  | (typeof PLAIN_ENTITY_ACCOUNTS)[number]
  | `issuance:${LotKind}`
  /** By the code of a reason; which there are is data: see `adjustments.reasons` of the rules. */
  | `adjustment:${string}`
  | `due_to:${Brand}`
  | `due_from:${Brand}`;

export type Account = MemberAccount | EntityAccount;

/** The name of an account up to its colon: `issuance`, `due_to`. */
export type AccountFamily<A extends Account = Account> = A extends `${infer F}:${string}` ? F : A;

/** Every account but those between two entities, which are as many as there are brands. */
export const ACCOUNTS_WITHIN: readonly Account[] = [
  ...MEMBER_ACCOUNTS,
  ...PLAIN_ENTITY_ACCOUNTS,
  ...LOT_KINDS.map((kind) => `issuance:${kind}` as const),
];

/** The account that a grant of this kind is charged to. */
export function sourceOf(kind: LotKind): EntityAccount {
  return kind === "opening" ? "opening" : `issuance:${kind}`;
}
