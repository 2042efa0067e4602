/** A lot: bonuses granted together. Immutable; every change makes a new value. */
import type { RowOf } from "../db/table-rows.ts";
import { type Bonus, maxOf } from "../kernel/amount.ts";
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import type { LotAccount } from "./account.ts";
import type { lots } from "./tables.ts";

/** As the table describes it; its bucket follows from its owner. */
export type Lot = Readonly<RowOf<typeof lots, "bucket">>;

/** What of a lot may change. */
export type LotChange = Partial<
  Pick<Lot, LotAccount | "memberId" | "granted" | "expiresAt" | "spendableFrom" | "closed">
>;

/** The lot with some of it changed. Written out, so that all lots have their fields in one order: a spread costs ten times as much. */
export function withChange(lot: Lot, change: LotChange): Lot {
  return {
    memberId: change.memberId ?? lot.memberId,
    id: lot.id,
    issuer: lot.issuer,
    profileId: lot.profileId,
    kind: lot.kind,
    granted: change.granted ?? lot.granted,
    pending: change.pending ?? lot.pending,
    available: change.available ?? lot.available,
    held: change.held ?? lot.held,
    activeAt: lot.activeAt,
    expiresAt: change.expiresAt ?? lot.expiresAt,
    spendableFrom: change.spendableFrom ?? lot.spendableFrom,
    closed: change.closed ?? lot.closed,
    operationId: lot.operationId,
    policyVersion: lot.policyVersion,
  };
}

/** The lot with so much in one of its accounts. */
export function withAmount(lot: Lot, account: LotAccount, amount: Bonus): Lot {
  if (account === "available") return withChange(lot, { available: amount });
  return withChange(lot, account === "pending" ? { pending: amount } : { held: amount });
}

/** Whether nothing of it is spent, or put aside, at this instant; all else goes on. */
export const isCooling = ({ spendableFrom }: Pick<Lot, "spendableFrom">, at: Instant): boolean =>
  spendableFrom !== null && spendableFrom > at;

/** Burn order by default: soonest expiry, then activation, then id. */
export function compareLots(a: Lot, b: Lot): number {
  if (a.expiresAt !== b.expiresAt) return a.expiresAt - b.expiresAt;
  if (a.activeAt !== b.activeAt) return a.activeAt - b.activeAt;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The next instant at which time moves bonuses of this lot; holds keep a lot alive, and end by themselves. */
export function nextMoveAt(lot: Lot): Instant {
  if (lot.pending > 0n) return lot.activeAt;
  return lot.available > 0n ? lot.expiresAt : Number.POSITIVE_INFINITY;
}

/** The next instant at which time changes anything about this lot, be it only that an empty one closes. */
export function nextTurnAt(lot: Lot): Instant {
  if (lot.closed) return Number.POSITIVE_INFINITY;
  if (lot.pending > 0n) return lot.activeAt;
  return lot.held > 0n && lot.available === 0n ? Number.POSITIVE_INFINITY : lot.expiresAt;
}

/** States what must hold of any lot. */
export function checkLot(lot: Lot): Lot {
  assert(lot.pending >= 0n && lot.available >= 0n && lot.held >= 0n, "no lot below zero");
  assert(lot.expiresAt > lot.activeAt, "a lot ends after it begins");
  assert(!lot.closed || maxOf(lot.pending, maxOf(lot.available, lot.held)) === 0n, "a closed lot is empty");
  return lot;
}
