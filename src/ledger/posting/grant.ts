/** Granting bonuses, and moving the end of lots. */
import type { Bonus } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { LotId } from "../../kernel/ids.ts";
import { type EntityAccount, type LotKind, sourceOf } from "../account.ts";
import { type Lot, withChange } from "../lot.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { applyDue } from "./due.ts";
import { keepAlive } from "./giveback.ts";

export interface Grant
  extends Pick<
    Lot,
    "id" | "issuer" | "profileId" | "kind" | "activeAt" | "expiresAt" | "operationId" | "policyVersion"
  > {
  readonly amount: Bonus;
  /** Where it is taken from: by default the account that grants of the kind are charged to. */
  readonly source?: EntityAccount | undefined;
}

/**
 * Makes a lot. It waits until `activeAt`; where that has passed already (a late receipt, a gift that is active at once)
 * it becomes available, and expires, in the same breath.
 */
export function grant(draft: WalletDraft, terms: Grant, at: Instant, now: Instant): void {
  const { amount, source = sourceOf(terms.kind) } = terms;
  const lot: Lot = {
    memberId: draft.memberId,
    id: terms.id,
    issuer: terms.issuer,
    profileId: terms.profileId,
    kind: terms.kind,
    granted: amount,
    pending: amount,
    available: 0n,
    held: 0n,
    activeAt: terms.activeAt,
    expiresAt: terms.expiresAt,
    spendableFrom: null,
    closed: false,
    operationId: terms.operationId,
    policyVersion: terms.policyVersion,
  };
  draft.post(lot, { debit: source, credit: "pending", amount, event: source === "suspense" ? "claim" : "grant", at });
  applyDue(draft, now);
}

/**
 * Grants more into a lot that is there, and that lives until `graceUntil` at least: what its goods earn again. It waits for
 * the lot to begin, or becomes available in the same breath, as what was granted first.
 */
export function grantMore(
  draft: WalletDraft,
  { lotId, amount, graceUntil }: { readonly lotId: LotId; readonly amount: Bonus; readonly graceUntil: Instant },
  at: Instant,
  now: Instant,
): void {
  const lot = keepAlive(draft, lotId, graceUntil);
  const grown = withChange(lot, { granted: lot.granted + amount, pending: lot.pending + amount, closed: false });
  draft.post(grown, { debit: sourceOf(lot.kind), credit: "pending", amount, event: "grant", at });
  applyDue(draft, now);
}

/** A purchase moves the end of lots of these kinds that have not expired to at least `until`. All that is due must have been applied. */
export function extend(draft: WalletDraft, kinds: ReadonlySet<LotKind>, until: Instant, now: Instant): void {
  // Mostly the member has bought something today already, and nothing ends that soon.
  if ([...kinds].every((kind) => draft.soonestEndOf(kind) >= until)) return;
  const soonest = new Map<LotKind, Instant>();
  for (const lot of draft.lotsEndingBefore(until, kinds)) {
    // What has ended and is kept alive by a hold stays as it is.
    if (lot.expiresAt > now) draft.moveEnd(lot, until, "extension");
    else soonest.set(lot.kind, Math.min(soonest.get(lot.kind) ?? until, lot.expiresAt));
  }
  for (const kind of kinds) {
    const end = soonest.get(kind) ?? until;
    if (draft.soonestEndOf(kind) < end) draft.noSoonerEndOf(kind, end);
  }
}
