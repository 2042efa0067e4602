/** A purchase as it is kept: what was sold, and what was distributed to each line. Only what came back of it changes. */
import type { Bonus, Kopecks } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { LotId, MemberId, PurchaseId } from "../kernel/ids.ts";
import type { LotPart } from "../ledger/hold.ts";
import type { SoldLine } from "./pricing.ts";
import type { Receipt } from "./receipt.ts";

export type Channel = (typeof CHANNELS)[number];
export const CHANNELS = ["pos", "web", "app", "call"] as const;

/** A sold line with the lots that its bonuses came from, in the order in which its units used them. */
export interface PurchaseLine extends SoldLine {
  readonly parts: readonly LotPart[];
}

/** Units from (inclusive) to (exclusive), counted from zero. */
export type UnitRange = readonly [from: bigint, to: bigint];

export interface Purchase {
  readonly id: PurchaseId;
  /** Absent: a receipt without a card. */
  readonly memberId: MemberId | null;
  readonly receipt: Receipt;
  readonly channel: Channel;
  readonly lines: readonly PurchaseLine[];
  readonly total: Kopecks;
  readonly spent: Bonus;
  readonly earned: Bonus;
  /** The lot that it made, if it earned. */
  readonly lotId: LotId | null;
  /** The hash of an identifier that led to nobody: on suspense until somebody brings it. */
  readonly awaits: string | null;
  /** Units that have come back, by line. */
  readonly returned: ReadonlyMap<string, readonly UnitRange[]>;
  readonly status: "sold" | "reversed";
  readonly occurredAt: Instant;
  readonly postedAt: Instant;
}

/** All lots that undoing this purchase may touch by name. */
export function lotsOf(purchase: Pick<Purchase, "lines" | "lotId">): LotId[] {
  const lots = new Set<LotId>(purchase.lines.flatMap((line) => line.parts.map((part) => part.lotId)));
  if (purchase.lotId !== null) lots.add(purchase.lotId);
  return [...lots];
}
