/** A lot: bonuses granted together. Immutable; every change makes a new value. */
import { type Bonus, maxOf } from "../kernel/amount.ts";
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import type { LotId, MemberId, OperationId, ProfileId } from "../kernel/ids.ts";
import type { Brand, LotKind } from "./account.ts";

export interface Lot {
  readonly id: LotId;
  readonly memberId: MemberId;
  /** The entity whose liability it is. */
  readonly issuer: Brand;
  /** The brand profile that earned it; where a merge is undone, the lot goes back by it. */
  readonly profileId: ProfileId | null;
  readonly kind: LotKind;
  readonly granted: Bonus;
  /** Where the remaining bonuses stand: waiting, free to spend, or pinned by holds. */
  readonly pending: Bonus;
  readonly available: Bonus;
  readonly held: Bonus;
  readonly activeAt: Instant;
  readonly expiresAt: Instant;
  /** Its end has passed and nothing is left in it: it need not be loaded, unless a return names it. */
  readonly closed: boolean;
  /** What made it. */
  readonly operationId: OperationId;
  readonly policyVersion: number;
}

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
