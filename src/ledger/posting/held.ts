/** What becomes of a hold: spent, given back, or put back into it; at once or in parts. Each is written down in the hold. */
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { OperationId } from "../../kernel/ids.ts";
import type { Brand } from "../account.ts";
import { amountOf, capturedOf, type Hold, leftIn, type LotPart, type OpenHold, without } from "../hold.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { payIn, payOut } from "./between.ts";
import { releasePart } from "./due.ts";

/** Who does it, and when: nothing of a hold moves by a command without its number. */
export interface By {
  readonly operationId: OperationId;
  readonly now: Instant;
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
  const { id, memberId, orderId, brand, amount, parts: pinned, moves, reference, expiresAt } = hold;
  const terms = { id, memberId, orderId, brand, amount, parts: pinned, moves, reference, expiresAt };
  return moved(draft, { ...terms, status: "open" }, "restore", parts, by);
}

function moved(
  draft: WalletDraft,
  hold: OpenHold,
  event: "capture" | "release" | "restore",
  parts: readonly LotPart[],
  { operationId, now }: By,
): Hold {
  if (parts.length === 0) return hold;
  if (event !== "restore") assert(without(parts, leftIn(hold)).length === 0, "no more leaves a hold than is in it");
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
