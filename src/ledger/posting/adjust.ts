/**
 * Adjustments by hand: bonuses given, or taken, for a reason that names the account; and the same undone. All in the books of
 * the entity that adjusts: a debit takes that entity's bonuses only. Undoing a credit takes back what was given as a clawback
 * does, so what is spent meanwhile is owed; undoing a debit gives back to the lots that it came from.
 */
import { type Bonus, minOf } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { Brand, EntityAccount } from "../account.ts";
import type { LotPart } from "../hold.ts";
import type { Lot } from "../lot.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { payOut } from "./between.ts";
import { repayDebt } from "./due.ts";
import { comeBack, payFor, take } from "./giveback.ts";
import type { Grant } from "./grant.ts";
import type { BurnRules } from "./spend.ts";

/** The account of a reason. */
const accountOf = (reason: string): EntityAccount => `adjustment:${reason}`;

/** Makes a lot that is there at once; it pays what is owed first. All that is due must have been applied. */
export function creditBy(draft: WalletDraft, { amount, ...terms }: Grant, reason: string): LotPart[] {
  const lot: Lot = {
    memberId: draft.memberId,
    id: terms.id,
    issuer: terms.issuer,
    profileId: terms.profileId,
    kind: terms.kind,
    granted: amount,
    pending: 0n,
    available: amount,
    held: 0n,
    activeAt: terms.activeAt,
    expiresAt: terms.expiresAt,
    spendableFrom: null,
    closed: false,
    operationId: terms.operationId,
    policyVersion: terms.policyVersion,
  };
  const at = terms.activeAt;
  draft.post(lot, { debit: accountOf(reason), credit: "available", amount, event: "credit_adjustment", at });
  repayDebt(draft, lot.id, amount, at);
  return [{ lotId: lot.id, issuer: lot.issuer, amount }];
}

/** What of a member's an entity can take: its own bonuses that are available, be they cooling off or blocked. */
export const takeable = (draft: WalletDraft, entity: Brand): Bonus => draft.byIssuer.get(entity)?.available ?? 0n;

interface Debit {
  readonly entity: Brand;
  /** No more than `takeable` says. */
  readonly amount: Bonus;
  readonly reason: string;
  readonly at: Instant;
}

/** Takes an amount out of the entity's own lots in burn order, whole. Answers the parts. */
export function debitBy(draft: WalletDraft, { entity, amount, reason, at }: Debit, rules: BurnRules): LotPart[] {
  const order = rules.order?.(entity);
  const lots = order === undefined ? draft.burnable() : [...draft.lots()].sort(order);
  const parts: LotPart[] = [];
  let left = amount;
  for (const lot of lots) {
    if (lot.issuer !== entity || lot.available === 0n) continue;
    const taken = minOf(left, lot.available);
    parts.push({ lotId: lot.id, issuer: entity, amount: taken });
    left -= taken;
    if (left === 0n) break;
  }
  assert(left === 0n, "only what is there is taken");
  for (const part of parts) {
    const terms = { entity, account: accountOf(reason), amount: part.amount, event: "debit_adjustment", at } as const;
    payOut(draft, draft.lot(part.lotId), "available", terms);
  }
  return parts;
}

interface Undone {
  readonly entity: Brand;
  readonly reason: string;
  /** What the adjustment had made or taken. */
  readonly parts: readonly LotPart[];
  readonly at: Instant;
}

/** Takes back what a credit has given: out of its lot, then out of other lots in burn order; what nothing covers is owed. */
export function undoCredit(draft: WalletDraft, { entity, reason, parts, at }: Undone) {
  const [made] = parts;
  assert(made !== undefined, "a credit has made a lot");
  const cover = take(draft, made.lotId, made.amount);
  payFor(draft, cover, { entity, account: accountOf(reason), event: "credit_reversal", at });
  return {
    parts: cover.parts.map(({ lotId, issuer, amount }): LotPart => ({ lotId, issuer, amount })),
    debt: cover.debt,
  };
}

/** Gives back what a debit has taken, lot by lot; a lot that has ended, or would before `graceUntil`, lives until then. */
export function undoDebit(
  draft: WalletDraft,
  { entity, reason, parts, at }: Undone,
  graceUntil: Instant,
): readonly LotPart[] {
  for (const { lotId, amount } of parts) {
    const terms = { entity, account: accountOf(reason), amount, event: "debit_reversal", at } as const;
    comeBack(draft, lotId, "available", graceUntil, terms);
  }
  return parts;
}
