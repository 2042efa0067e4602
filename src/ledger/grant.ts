/** Granting bonuses, and moving the end of a lot. */
import type { Bonus } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { LotId, OperationId, ProfileId } from "../kernel/ids.ts";
import { type Brand, type EntityAccount, type LotKind, sourceOf } from "./account.ts";
import type { Draft } from "./draft.ts";
import { applyDue } from "./due.ts";
import type { Lot } from "./lot.ts";

export interface Grant {
  readonly id: LotId;
  readonly issuer: Brand;
  readonly profileId: ProfileId | null;
  readonly kind: LotKind;
  readonly amount: Bonus;
  readonly activeAt: Instant;
  readonly expiresAt: Instant;
  readonly operationId: OperationId;
  readonly policyVersion: number;
  /** Where it is taken from: by default the account that grants of the kind are charged to. */
  readonly source?: EntityAccount;
}

/**
 * Makes a lot. It waits until `activeAt`; where that has passed already (a late receipt, a gift that is active at once)
 * it becomes available, and expires, in the same breath.
 */
export function grant(draft: Draft, terms: Grant, at: Instant, now: Instant): void {
  const { id, issuer, profileId, kind, amount, activeAt, expiresAt, operationId, policyVersion } = terms;
  const source = terms.source ?? sourceOf(kind);
  const lot: Lot = {
    id,
    memberId: draft.memberId,
    issuer,
    profileId,
    kind,
    granted: amount,
    pending: amount,
    available: 0n,
    held: 0n,
    activeAt,
    expiresAt,
    closed: false,
    operationId,
    policyVersion,
  };
  draft.post(lot, { debit: source, credit: "pending", amount, event: source === "suspense" ? "claim" : "grant", at });
  applyDue(draft, now);
}

/**
 * A purchase moves the end of lots of these kinds that have not expired to at least `until`.
 * All that is due must have been applied. Answers how many ends were moved.
 */
export function extend(draft: Draft, kinds: ReadonlySet<LotKind>, until: Instant, now: Instant): number {
  let moved = 0;
  // Mostly nothing ends that soon; wallets of thousands of lots are not gone through to find that out.
  if ([...kinds].every((kind) => draft.soonestEndOf(kind) >= until)) return moved;
  for (const lot of draft.lots()) {
    if (!kinds.has(lot.kind) || lot.expiresAt >= until || lot.expiresAt <= now) continue;
    draft.put({ ...lot, expiresAt: until });
    moved += 1;
  }
  return moved;
}
