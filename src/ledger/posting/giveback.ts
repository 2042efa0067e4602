/**
 * Undoing: spent bonuses come back to the lots they came from, earned bonuses are clawed back,
 * and either of the two can itself be undone when a return is reversed.
 */
import { type Bonus, minOf } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { LotId } from "../../kernel/ids.ts";
import { type Account, type Brand, sourceOf } from "../account.ts";
import type { LotPart } from "../hold.ts";
import type { Lot } from "../lot.ts";
import type { TransferEvent } from "../transfer.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { payIn, payOut } from "./between.ts";
import { repayDebt } from "./due.ts";

/**
 * Gives spent bonuses back to their lots: the mirror of the transfers that spent them.
 * A lot that has ended, or would before `graceUntil`, lives until then. What comes back pays debt first.
 */
export function giveBack(
  draft: WalletDraft,
  parts: readonly LotPart[],
  seller: Brand,
  graceUntil: Instant,
  at: Instant,
): void {
  for (const { lotId, amount } of parts) {
    if (amount === 0n) continue;
    comeBack(draft, lotId, "available", graceUntil, {
      entity: seller,
      account: "redemption",
      amount,
      event: "unspend",
      at,
    });
  }
}

/** How a clawback was covered. What nothing covered is debt to the issuer. */
export interface Clawback {
  readonly parts: readonly (LotPart & { readonly from: "pending" | "available" })[];
  readonly debt: Bonus;
}

/** Takes back what a lot's goods had earned: out of that lot, then out of other lots in burn order, then as debt. */
export function clawBack(draft: WalletDraft, earnedLotId: LotId, amount: Bonus, at: Instant): Clawback {
  const { issuer, kind } = draft.lot(earnedLotId);
  const cover = take(draft, earnedLotId, amount);
  payFor(draft, cover, { entity: issuer, account: sourceOf(kind), event: "clawback", at });
  return cover;
}

/** What could cover an amount: first the lot itself, then whatever else is available. Moves nothing. */
export function take(draft: WalletDraft, first: LotId, amount: Bonus): Clawback {
  const parts: (LotPart & { from: "pending" | "available" })[] = [];
  let left = amount;
  const from = (
    lot: { id: LotId; issuer: Brand; pending: Bonus; available: Bonus },
    account: "pending" | "available",
  ) => {
    const taken = minOf(left, lot[account]);
    if (taken === 0n) return;
    parts.push({ lotId: lot.id, issuer: lot.issuer, amount: taken, from: account });
    left -= taken;
  };
  from(draft.lot(first), "pending");
  from(draft.lot(first), "available");
  const rest = left === 0n || draft.totals().available === 0n ? [] : draft.burnable();
  for (const lot of rest) {
    if (lot.id !== first) from(lot, "available");
    if (left === 0n) break;
  }
  return { parts, debt: left };
}

interface Owed {
  readonly entity: Brand;
  readonly account: Account;
  readonly event: TransferEvent;
  readonly at: Instant;
}

/** Pays an entity out of what covers it; the member owes what nothing covered. */
export function payFor(draft: WalletDraft, cover: Clawback, owed: Owed): void {
  for (const { lotId, from, amount } of cover.parts) payOut(draft, draft.lot(lotId), from, { ...owed, amount });
  if (cover.debt === 0n) return;
  const { entity, account: credit, event, at } = owed;
  draft.postElsewhere(entity, null, { debit: "debt", credit, amount: cover.debt, event, at });
  draft.setDebt(entity, draft.debtTo(entity) + cover.debt);
}

/** A lot that something comes back into: where it has ended, or would before `graceUntil`, it lives until then. */
export function keepAlive(draft: WalletDraft, id: LotId, graceUntil: Instant): Lot {
  const lot = draft.lot(id);
  return lot.expiresAt < graceUntil ? draft.moveEnd(lot, graceUntil, "grace") : lot;
}

/** Puts an amount into a lot that may have ended: it lives until `graceUntil` at least. What becomes available pays debt first. */
export function comeBack(
  draft: WalletDraft,
  lotId: LotId,
  to: "pending" | "available",
  graceUntil: Instant,
  terms: Parameters<typeof payIn>[3],
): void {
  payIn(draft, keepAlive(draft, lotId, graceUntil), to, terms);
  if (to === "available") repayDebt(draft, lotId, terms.amount, terms.at);
}

/**
 * Undoes a clawback when its return is reversed: what lots had covered goes back to them
 * (one that has ended lives until `graceUntil`); debt is struck out as far as it still stands,
 * and what was repaid since goes to the lot that had earned it.
 */
export function undoClawBack(
  draft: WalletDraft,
  earnedLotId: LotId,
  cover: Clawback,
  graceUntil: Instant,
  at: Instant,
): void {
  const { issuer: entity, kind } = draft.lot(earnedLotId);
  const account = sourceOf(kind);
  const event = "clawback_reversal" as const;
  const owed = minOf(cover.debt, draft.debtTo(entity));
  if (owed > 0n) {
    draft.postElsewhere(entity, null, { debit: account, credit: "debt", amount: owed, event, at });
    draft.setDebt(entity, draft.debtTo(entity) - owed);
  }
  const repaidSince = cover.debt - owed;
  const earned = { lotId: earnedLotId, issuer: entity, amount: repaidSince, from: "available" as const };
  for (const part of repaidSince > 0n ? [...cover.parts, earned] : cover.parts) {
    // A lot that was still waiting then may have begun since: what comes back follows the lot.
    const to = part.from === "pending" && draft.lot(part.lotId).activeAt > at ? "pending" : "available";
    comeBack(draft, part.lotId, to, graceUntil, { entity, account, amount: part.amount, event, at });
  }
}

/**
 * Spends again what a return had given back, when that return is reversed: from the same lots as far as it is still there,
 * then from other lots, then as debt to the seller.
 */
export function undoGiveBack(draft: WalletDraft, parts: readonly LotPart[], seller: Brand, at: Instant): void {
  for (const part of parts) {
    const cover = take(draft, part.lotId, part.amount);
    payFor(draft, cover, { entity: seller, account: "redemption", event: "spend_reversal", at });
  }
}
