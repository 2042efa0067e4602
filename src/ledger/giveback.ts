/**
 * Undoing: spent bonuses come back to the lots they came from, earned bonuses are clawed back,
 * and either of the two can itself be undone when a return is reversed.
 */
import { type Bonus, minOf } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { LotId } from "../kernel/ids.ts";
import { type Brand, sourceOf } from "./account.ts";
import type { Draft } from "./draft.ts";
import { repayDebt } from "./due.ts";
import type { LotPart } from "./hold.ts";
import type { Lot } from "./lot.ts";

/**
 * Gives spent bonuses back to their lots: the mirror of the transfers that spent them.
 * A lot that has ended, or would before `graceUntil`, lives until then. What comes back pays debt first.
 */
export function giveBack(
  draft: Draft,
  parts: readonly LotPart[],
  seller: Brand,
  graceUntil: Instant,
  at: Instant,
): void {
  const event = "unspend" as const;
  for (const { lotId, amount } of parts) {
    if (amount === 0n) continue;
    const lot = draft.lot(lotId);
    const back: Lot = {
      ...lot,
      available: lot.available + amount,
      expiresAt: Math.max(lot.expiresAt, graceUntil),
      closed: false,
    };
    if (lot.issuer === seller) draft.post(back, { debit: "redemption", credit: "available", amount, event, at });
    else {
      draft.postElsewhere(seller, lotId, { debit: "redemption", credit: `due_from:${lot.issuer}`, amount, event, at });
      draft.post(back, { debit: `due_to:${seller}`, credit: "available", amount, event, at });
    }
    repayDebt(draft, lotId, amount, at);
  }
}

/** How a clawback was covered. What nothing covered is debt to the issuer. */
export interface Clawback {
  readonly parts: readonly (LotPart & { readonly from: "pending" | "available" })[];
  readonly debt: Bonus;
}

/** Takes back what a lot's goods had earned: out of that lot, then out of other lots in burn order, then as debt. */
export function clawBack(draft: Draft, earnedLotId: LotId, amount: Bonus, at: Instant): Clawback {
  const earned = draft.lot(earnedLotId);
  const credit = sourceOf(earned.kind);
  const cover = take(draft, earnedLotId, amount);
  const event = "clawback" as const;
  for (const part of cover.parts) {
    const lot = draft.lot(part.lotId);
    const after: Lot = { ...lot, [part.from]: lot[part.from] - part.amount };
    if (part.issuer === earned.issuer) draft.post(after, { debit: part.from, credit, amount: part.amount, event, at });
    else {
      draft.post(after, { debit: part.from, credit: `due_to:${earned.issuer}`, amount: part.amount, event, at });
      draft.postElsewhere(earned.issuer, part.lotId, {
        debit: `due_from:${part.issuer}`,
        credit,
        amount: part.amount,
        event,
        at,
      });
    }
  }
  if (cover.debt > 0n) addDebt(draft, earned.issuer, cover.debt, { credit, event, at });
  return cover;
}

/** What could cover an amount: first the lot itself, then whatever else is available. Moves nothing. */
function take(draft: Draft, first: LotId, amount: Bonus): Clawback {
  const parts: (LotPart & { from: "pending" | "available" })[] = [];
  let left = amount;
  const from = (lot: Lot, account: "pending" | "available") => {
    const taken = minOf(left, lot[account]);
    if (taken === 0n) return;
    parts.push({ lotId: lot.id, issuer: lot.issuer, amount: taken, from: account });
    left -= taken;
  };
  from(draft.lot(first), "pending");
  from(draft.lot(first), "available");
  if (left > 0n) for (const lot of draft.lots()) if (lot.id !== first) from(lot, "available");
  return { parts, debt: left };
}

/** The member owes an entity what nothing covered. */
function addDebt(
  draft: Draft,
  entity: Brand,
  amount: Bonus,
  posting: {
    credit: Parameters<Draft["postElsewhere"]>[2]["credit"];
    event: Parameters<Draft["postElsewhere"]>[2]["event"];
    at: Instant;
  },
): void {
  draft.postElsewhere(entity, null, { debit: "debt", amount, ...posting });
  draft.setDebt(entity, draft.debtTo(entity) + amount);
}

/**
 * Undoes a clawback when its return is reversed: what lots had covered goes back to them
 * (one that has ended lives until `graceUntil`); debt is struck out as far as it still stands,
 * and what was repaid since goes to the lot that had earned it.
 */
export function undoClawBack(
  draft: Draft,
  earnedLotId: LotId,
  cover: Clawback,
  graceUntil: Instant,
  at: Instant,
): void {
  const earned = draft.lot(earnedLotId);
  const debit = sourceOf(earned.kind);
  const event = "clawback_reversal" as const;
  const owed = minOf(cover.debt, draft.debtTo(earned.issuer));
  if (owed > 0n) {
    draft.postElsewhere(earned.issuer, null, { debit, credit: "debt", amount: owed, event, at });
    draft.setDebt(earned.issuer, draft.debtTo(earned.issuer) - owed);
  }
  const repaidSince = cover.debt - owed;
  const parts =
    repaidSince > 0n
      ? [...cover.parts, { lotId: earnedLotId, issuer: earned.issuer, amount: repaidSince, from: "available" as const }]
      : cover.parts;
  for (const part of parts) {
    const lot = draft.lot(part.lotId);
    // A lot that was still waiting then may have begun since: what comes back follows the lot.
    const to = part.from === "pending" && lot.activeAt > at ? "pending" : "available";
    const back: Lot = {
      ...lot,
      [to]: lot[to] + part.amount,
      expiresAt: Math.max(lot.expiresAt, graceUntil),
      closed: false,
    };
    if (part.issuer === earned.issuer) draft.post(back, { debit, credit: to, amount: part.amount, event, at });
    else {
      draft.postElsewhere(earned.issuer, part.lotId, {
        debit,
        credit: `due_from:${part.issuer}`,
        amount: part.amount,
        event,
        at,
      });
      draft.post(back, { debit: `due_to:${earned.issuer}`, credit: to, amount: part.amount, event, at });
    }
    if (to === "available") repayDebt(draft, part.lotId, part.amount, at);
  }
}

/**
 * Spends again what a return had given back, when that return is reversed: from the same lots as far as it is still there,
 * then from other lots, then as debt to the seller.
 */
export function undoGiveBack(draft: Draft, parts: readonly LotPart[], seller: Brand, at: Instant): Bonus {
  const event = "spend_reversal" as const;
  let debt = 0n;
  for (const part of parts) {
    const cover = take(draft, part.lotId, part.amount);
    for (const source of cover.parts) {
      const lot = draft.lot(source.lotId);
      const after: Lot = { ...lot, [source.from]: lot[source.from] - source.amount };
      if (source.issuer === seller) {
        draft.post(after, { debit: source.from, credit: "redemption", amount: source.amount, event, at });
      } else {
        draft.post(after, { debit: source.from, credit: `due_to:${seller}`, amount: source.amount, event, at });
        draft.postElsewhere(seller, source.lotId, {
          debit: `due_from:${source.issuer}`,
          credit: "redemption",
          amount: source.amount,
          event,
          at,
        });
      }
    }
    if (cover.debt > 0n) {
      debt += cover.debt;
      addDebt(draft, seller, cover.debt, { credit: "redemption", event, at });
    }
  }
  return debt;
}
