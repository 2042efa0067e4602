/** A return as it is kept: what came back, to which lots, and how the clawback was covered. */
import type { Bonus, Kopecks } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { LotId, MemberId, PurchaseId, ReturnId } from "../kernel/ids.ts";
import type { Clawback } from "../ledger/giveback.ts";
import type { LotPart } from "../ledger/hold.ts";
import type { ReturnedLine } from "./distribution.ts";
import type { Receipt } from "./receipt.ts";

export interface ReturnDocument {
  readonly id: ReturnId;
  readonly purchaseId: PurchaseId;
  readonly memberId: MemberId | null;
  readonly receipt: Receipt;
  readonly reason: string | null;
  readonly lines: readonly ReturnedLine[];
  readonly parts: readonly LotPart[];
  readonly clawback: Clawback;
  readonly moneyBack: Kopecks;
  readonly bonusesBack: Bonus;
  readonly clawedBack: Bonus;
  readonly debtAdded: Bonus;
  readonly status: "returned" | "reversed";
  readonly occurredAt: Instant;
  readonly postedAt: Instant;
}

/** All lots that undoing this return may touch by name. */
export function lotsOfReturn(document: Pick<ReturnDocument, "parts" | "clawback">): LotId[] {
  return [...new Set([...document.parts, ...document.clawback.parts].map((part) => part.lotId))];
}
