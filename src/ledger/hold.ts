/** A hold: bonuses pinned to their lots until it is captured, released or expires; one terminal state, for ever. */
import type { Bonus } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { HoldId, LotId, MemberId } from "../kernel/ids.ts";
import type { Brand } from "./account.ts";

/** An amount out of one lot. */
export interface LotPart {
  readonly lotId: LotId;
  readonly issuer: Brand;
  readonly amount: Bonus;
}

interface HoldTerms {
  readonly id: HoldId;
  readonly memberId: MemberId;
  /** The seller at whose tills it may be captured. */
  readonly brand: Brand;
  readonly amount: Bonus;
  readonly parts: readonly LotPart[];
  readonly reference: string;
  readonly expiresAt: Instant;
}

export type Hold = HoldTerms &
  (
    | { readonly status: "open" }
    | { readonly status: "captured"; readonly captured: Bonus; readonly endedAt: Instant }
    | { readonly status: "released"; readonly endedAt: Instant }
    | { readonly status: "expired"; readonly endedAt: Instant }
  );

export type OpenHold = HoldTerms & { readonly status: "open" };
