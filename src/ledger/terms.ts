/** Changes of a lot's terms: facts with a reason, kept for ever beside the transfers. */
import type { Instant } from "../kernel/clock.ts";
import type { LotId } from "../kernel/ids.ts";

/** A later purchase extends; a return gives a grace to what it brings back; a lot comes back from another wallet with the end that it got there, or with its own again. */
export type TermsReason = (typeof TERMS_REASONS)[number];
export const TERMS_REASONS = ["extension", "grace", "move"] as const;

export interface TermsChange {
  readonly lotId: LotId;
  readonly reason: TermsReason;
  readonly formerEnd: Instant;
  readonly newEnd: Instant;
}
