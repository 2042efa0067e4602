/** Undoes a return that was made, or takes back one that still waits for its sale. */
import { nth } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, save, stale } from "../../engine/definition/decision.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { applyDue } from "../../ledger/posting/due.ts";
import { undoClawBack, undoGiveBack } from "../../ledger/posting/giveback.ts";
import { grantMore } from "../../ledger/posting/grant.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { balanceFor } from "../../members/representing/acting.ts";
import { takenAgain } from "../../members/representing/given-back.ts";
import { graceOf } from "../../policy/policy.ts";
import { parkedStore } from "../documents/parked-store.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { purchaseStore } from "../documents/purchase-store.ts";
import type { ReturnDocument } from "../documents/return-document.ts";
import { returnStore } from "../documents/return-store.ts";
import { earnLot } from "../earned-lot.ts";
import { receiptReversed } from "../events.ts";
import { backTo, isAsFound } from "../documents/found-purchase.ts";
import { takeOut } from "../return/distribution.ts";
import { suspend } from "../suspense.ts";
import type { ReversalDecision, Reversed } from "./reverse-purchase.ts";

export function reverseReturn(context: CommandContext, found: Extract<Reversed, { kind: "return" }>): ReversalDecision {
  const { memberId, purchaseId, returnId, key, brand } = found;
  const { operationId, policy } = context;
  const purchase = context.document(purchaseStore, purchaseId);
  const returned = context.document(returnStore, returnId);
  if (purchase === undefined || returned === undefined || !isAsFound(purchase, found)) return stale;
  const member = memberId === null ? undefined : context.wallet(memberId);
  // When the whole purchase was reversed since, its return has gone with it.
  const gone = returned.status === "reversed" || purchase.status === "reversed";
  const lotId = gone ? purchase.lotId : undoReturn(context, member, purchase, returned, found);
  const balance = member === undefined ? null : balanceFor(found.begunBy, balanceAfter(member, [brand], policy.burn));
  const after = { ...purchase, lotId, returned: takeOut(purchase.returned, returned.lines) };
  return accept({
    memberId,
    subjectHash: key,
    documents: gone
      ? []
      : [
          save(purchaseStore, purchaseId, after),
          save(returnStore, returnId, { ...returned, status: "reversed" as const }),
          ...takenAgain(context, found.cameBack, member?.version ?? 0n),
        ],
    answer: { outcome: gone ? "already_reversed" : "reversed", operationId, memberId, balance },
    events: gone ? [] : [receiptReversed({ kind: "return", purchaseId, returnId, memberId })],
  });
}

/** Of the store where the return is reversed; and whose lots were given back. */
type Zones = Pick<Extract<Reversed, { kind: "return" }>, "storeZone" | "elsewhere">;

/** Moves everything back. Answers the lot of what the purchase earns. */
function undoReturn(
  context: CommandContext,
  member: WalletDraft | undefined,
  purchase: Purchase,
  returned: ReturnDocument,
  zones: Zones,
): Purchase["lotId"] {
  const { policy, now } = context;
  const { lotId, brand } = purchase;
  if (member === undefined) {
    if (returned.fromSuspense > 0n) suspend(context, brand, returned.fromSuspense, now);
    return lotId;
  }
  const grace = graceOf(policy, now, zones.storeZone);
  if (lotId !== null) undoClawBack(member, lotId, { parts: returned.cover, debt: returned.debtAdded }, grace, now);
  const earnedIn = returned.fromSuspense > 0n ? earnAgain(context, member, purchase, returned, zones) : lotId;
  const back = backTo(context, member, zones);
  for (const part of returned.parts) undoGiveBack(back(part.lotId) ?? member, [part], brand, now);
  applyDue(member, now);
  return earnedIn;
}

/**
 * What was taken off suspense before the receipt found its member is the member's now: into the lot of the purchase,
 * or, where everything had come back and none was made, into one that is made as the receipt's day has it.
 */
function earnAgain(
  context: CommandContext,
  member: WalletDraft,
  { lotId, profileId, brand: issuer, occurredAt, storeZone: saleZone }: Purchase,
  { fromSuspense: amount }: ReturnDocument,
  { storeZone }: Zones,
): Purchase["lotId"] {
  const { now, operationId, policy } = context;
  const graceUntil = graceOf(policy, now, storeZone);
  if (lotId !== null) {
    grantMore(member, { lotId, amount, graceUntil }, occurredAt, now);
    return lotId;
  }
  const id = nth("lot", operationId, 1);
  earnLot(context, member, { id, issuer, profileId, amount, occurredAt, storeZone: saleZone, graceUntil });
  return id;
}

/** Takes a return back that still waits for its sale. */
export function withdrawReturn(
  { operationId, document }: CommandContext,
  { originalKey, parkedBy, key }: Extract<Reversed, { kind: "parked" }>,
): ReversalDecision {
  const waiting = document(parkedStore, originalKey) ?? [];
  const parked = waiting.find((entry) => entry.operationId === parkedBy);
  // Applied meanwhile: then there is a return, and it is that which is to be reversed.
  if (parked === undefined || parked.status === "applied") return stale;
  const first = parked.status === "parked";
  const after = waiting.map((entry) => (entry === parked ? { ...entry, status: "withdrawn" as const } : entry));
  return accept({
    memberId: null,
    subjectHash: key,
    documents: first ? [save(parkedStore, originalKey, after)] : [],
    answer: { outcome: first ? "reversed" : "already_reversed", operationId, memberId: null, balance: null },
    events: first ? [receiptReversed({ kind: "return", purchaseId: null, returnId: null, memberId: null })] : [],
  });
}
