/** What becomes of a hold: spent, given back, or put back into it; at once or in parts. Each is written down in the hold. */
import type { Bonus } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { LotId, OperationId } from "../../kernel/ids.ts";
import type { Brand } from "../account.ts";
import {
  amountOf,
  capturedOf,
  type Hold,
  type HoldMove,
  leftIn,
  type LotPart,
  type OpenHold,
  without,
} from "../hold.ts";
import { withChange } from "../lot.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { payIn, payOut } from "./between.ts";
import { releasePart } from "./due.ts";

/** Who does it, and when: nothing of a hold moves by a command without its number. */
export interface By {
  readonly operationId: OperationId;
  readonly now: Instant;
}

/** Pins a part of a lot. */
export function pinPart(draft: WalletDraft, lotId: LotId, amount: Bonus, at: Instant): void {
  const lot = draft.lot(lotId);
  const after = withChange(lot, { available: lot.available - amount, held: lot.held + amount });
  draft.post(after, { debit: "available", credit: "held", amount, event: "hold", at });
}

/** Spends parts of a hold at its seller's till. Ends it where nothing is left. */
export function captureFrom(draft: WalletDraft, hold: OpenHold, parts: readonly LotPart[], by: By, at = by.now): Hold {
  for (const { lotId, amount } of parts) {
    payOut(draft, draft.lot(lotId), "held", { entity: hold.brand, account: "redemption", amount, event: "spend", at });
  }
  return moved(draft, hold, "capture", parts, by);
}

/** Gives parts of a hold back. Ends it where nothing is left. */
export function releaseFrom(draft: WalletDraft, hold: OpenHold, parts: readonly LotPart[], by: By): Hold {
  const changed = moved(draft, hold, "release", parts, by);
  for (const { lotId, amount } of parts) releasePart(draft, lotId, amount, by.now);
  return changed;
}

/** Puts back what a capture had spent at a seller's, since the sale was undone: the mirror of it. Opens the hold again. */
export function restoreTo(draft: WalletDraft, hold: Hold, parts: readonly LotPart[], entity: Brand, by: By): Hold {
  for (const { lotId, amount } of parts) {
    payIn(draft, draft.lot(lotId), "held", { entity, account: "redemption", amount, event: "unspend", at: by.now });
  }
  return moved(draft, opened(hold), "restore", parts, by);
}

/** Pins again what a hold had given back, as far as it is free still. Opens the hold again. */
export function holdAgain(draft: WalletDraft, hold: Hold, parts: readonly LotPart[], by: By): Hold {
  for (const { lotId, amount } of parts) pinPart(draft, lotId, amount, by.now);
  return moved(draft, opened(hold), "hold", parts, by);
}

function opened({ id, memberId, orderId, brand, amount, parts, moves, reference, expiresAt }: Hold): OpenHold {
  return { id, memberId, orderId, brand, amount, parts, moves, reference, expiresAt, status: "open" };
}

function moved(
  draft: WalletDraft,
  hold: OpenHold,
  event: Exclude<HoldMove["event"], "move">,
  parts: readonly LotPart[],
  { operationId, now }: By,
): Hold {
  // Nothing moves: a hold that has ended stays so.
  if (parts.length === 0) return hold;
  const leaves = event === "capture" || event === "release";
  if (leaves) assert(without(parts, leftIn(hold)).length === 0, "no more leaves a hold than is in it");
  const moves = [...hold.moves, { event, operationId, at: now, parts }];
  const after = { ...hold, moves };
  const left = amountOf(leftIn(after));
  assert(left <= hold.amount, "no more comes back into a hold than has left it");
  // By what became of it: captured where any of it was spent, and stays so.
  const status = capturedOf(after) > 0n ? "captured" : "released";
  const changed: Hold = left === 0n ? { ...after, status, endedAt: now } : { ...after, status: "open" };
  draft.putHold(changed);
  return changed;
}
