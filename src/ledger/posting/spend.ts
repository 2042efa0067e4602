/** Spending: what a seller may burn, from which lots, and what it moves between the entities. */
import { type Bonus, minOf } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { Brand } from "../account.ts";
import type { LotPart } from "../hold.ts";
import { isCooling, type Lot } from "../lot.ts";
import type { Totals } from "../totals.ts";
import type { WalletOwner } from "../wallet.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { payOut } from "./between.ts";
import { pinPart } from "./held.ts";

/** What the policy says about burning, as far as the ledger needs to know. */
export interface BurnRules {
  /** Whether bonuses of this issuer may be spent at this seller in the stage of the rollout that is in force; at its own tills, always. */
  mayUse(issuer: Brand, seller: Brand): boolean;
  /** The order in which lots burn; absent, the order that wallets keep: soonest expiry, activation, id. */
  order?: ((seller: Brand) => (a: Lot, b: Lot) => number) | undefined;
}

/** What a member has, as far as spending goes by it: in a draft, or in what a read has found. */
export interface Spender {
  readonly byIssuer: Iterable<readonly [issuer: Brand, totals: Pick<Totals, "available">]>;
  readonly owner: Pick<WalletOwner, "status" | "erasure">;
  /** What of it may not be spent yet, by issuer. */
  readonly cooling: ReadonlyMap<Brand, Bonus>;
}

/** Whether security lets nothing be spent or put aside, whatever there is. */
export const isBlocked = ({ owner }: { readonly owner: Pick<WalletOwner, "status"> }): boolean =>
  owner.status === "blocked";

/** Nor is anything of whoever is erased: what comes back to him is nobody's. */
export const maySpend = ({ owner }: Pick<Spender, "owner">): boolean =>
  !isBlocked({ owner }) && owner.erasure !== "erased";

const NOTHING_COOLS: ReadonlyMap<Brand, Bonus> = new Map();

/** Of each issuer, what is there and may not be spent yet. Mostly nothing, which the wallet says without its lots. */
export function coolingIn(draft: WalletDraft): ReadonlyMap<Brand, Bonus> {
  const { coolingUntil } = draft.owner;
  if (coolingUntil === null || coolingUntil <= draft.at) return NOTHING_COOLS;
  const amounts = new Map<Brand, Bonus>();
  for (const lot of draft.lots()) {
    if (isCooling(lot, draft.at)) amounts.set(lot.issuer, (amounts.get(lot.issuer) ?? 0n) + lot.available);
  }
  return amounts;
}

/** What a member could spend at a seller now. All that is due must have been applied. */
export const spendable = (draft: WalletDraft, seller: Brand, rules: BurnRules): Bonus =>
  spendableOf({ byIssuer: draft.byIssuer, owner: draft.owner, cooling: coolingIn(draft) }, seller, rules);

/** The same of what a read has found: of one who is blocked or erased, nothing; nor of what cools off. */
export function spendableOf({ byIssuer, owner, cooling }: Spender, seller: Brand, rules: BurnRules): Bonus {
  if (!maySpend({ owner })) return 0n;
  let total = 0n;
  for (const [issuer, { available }] of byIssuer) {
    if (rules.mayUse(issuer, seller)) total += available - (cooling.get(issuer) ?? 0n);
  }
  return total;
}

/** Chooses the lots that an amount burns from; the amount must be spendable. Moves nothing. */
function choose(draft: WalletDraft, amount: Bonus, seller: Brand, rules: BurnRules): LotPart[] {
  const order = rules.order?.(seller);
  const lots = order === undefined ? draft.burnable() : [...draft.lots()].sort(order);
  const parts: LotPart[] = [];
  let left = amount;
  for (const lot of lots) {
    if (lot.available === 0n || isCooling(lot, draft.at) || !rules.mayUse(lot.issuer, seller)) continue;
    const taken = minOf(left, lot.available);
    parts.push({ lotId: lot.id, issuer: lot.issuer, amount: taken });
    left -= taken;
    if (left === 0n) break;
  }
  assert(left === 0n, "only what is spendable is burnt");
  return parts;
}

/** Spends an amount at a seller's till, whole. Answers the parts in burn order. */
export function spend(draft: WalletDraft, amount: Bonus, seller: Brand, rules: BurnRules, at: Instant): LotPart[] {
  const parts = choose(draft, amount, seller, rules);
  for (const part of parts) {
    const lot = draft.lot(part.lotId);
    payOut(draft, lot, "available", spent(seller, part.amount, at));
  }
  return parts;
}

/** Pins an amount to lots, to be captured or given back later. */
export function hold(draft: WalletDraft, amount: Bonus, seller: Brand, rules: BurnRules, at: Instant): LotPart[] {
  const parts = choose(draft, amount, seller, rules);
  for (const part of parts) pinPart(draft, part.lotId, part.amount, at);
  return parts;
}

const spent = (entity: Brand, amount: Bonus, at: Instant) =>
  ({ entity, account: "redemption", amount, event: "spend", at }) as const;
