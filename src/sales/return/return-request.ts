/** What both ways of asking for a return have in common, and a return of a purchase that is known. */
import type { z } from "@hono/zod-openapi";
import { as, bucketOf } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, type Decision, reject, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { balanceFor } from "../../members/representing/acting.ts";
import { givenBack, needsOfUse } from "../../members/representing/given-back.ts";
import { requireStore } from "../../programme/lookup.ts";
import { purchaseStore, requirePurchase } from "../documents/purchase-store.ts";
import { backTo, findPurchase, type FoundPurchase, isAsFound, walletsOf } from "../documents/found-purchase.ts";
import { receiptTaken } from "../operation-names.ts";
import { wrongAge } from "../receipt/age.ts";
import { receiptKey } from "../receipt/receipt.ts";
import type { ReturnTerms } from "../return-terms.ts";
import { makeReturn } from "./make-return.ts";
import type { ReturnAnswer } from "./return-answer.ts";
import type { ReturnBody } from "./return-body.ts";

export const example = {
  receipt: { brand: "eldorado", storeId: "E-1", terminalId: "2", shift: "9", number: "7" },
  lines: [{ lineId: "1", quantity: "1" }],
  occurredAt: "2026-03-09T18:30:00+03:00",
};

type Body = z.output<typeof ReturnBody>;

export const common = {
  permission: "purchases.return",
  actsFor: ({ receipt }: { receipt: { brand: string } }) => receipt.brand,
  conflict: receiptTaken,
  facts: ({ receipt: { storeId, terminalId }, reason }: Body) => ({ storeId, terminalId, reason }),
} as const;

export const PROBLEMS = [
  ...(["purchase_reversed", "return_exceeds_sold", "receipt_conflict", "receipt_reversed", "unknown_store"] as const),
  ...(["unknown_line", "not_divisible", "occurred_in_future", "receipt_too_old", "returned_before_sale"] as const),
];

/** A return of a purchase that is known. */
export interface Found extends FoundPurchase {
  readonly kind: "found";
  readonly terms: ReturnTerms;
}

export async function termsOf(look: Lookup, { receipt, lines, occurredAt, reason }: Body): Promise<ReturnTerms> {
  const { timeZone } = await requireStore(look, receipt.storeId, receipt.brand);
  return { receipt, storeZone: timeZone, lines, occurredAt, reason: reason ?? null };
}

export async function found({ reader }: Lookup, purchaseId: string, terms: ReturnTerms): Promise<Found> {
  const purchase = await requirePurchase(reader, purchaseId);
  return { kind: "found", ...(await findPurchase(reader, purchase)), terms };
}

/** The return's own receipt. */
export const ownKey = ({ receipt }: ReturnTerms): NaturalKey => ({ key: receiptKey(receipt, "return"), role: "own" });

export function bucketOfFound({ memberId, purchaseId }: FoundPurchase) {
  return bucketOf(memberId ?? purchaseId);
}

export const needsOfFound = (purchase: FoundPurchase) => ({
  ...walletsOf(purchase),
  documents: [need(purchaseStore, purchase.purchaseId), ...needsOfUse(purchase.actedBy)],
});

export function decideFound(context: CommandContext, input: Found): Decision<ReturnAnswer> {
  const { terms, memberId, purchaseId } = input;
  const tooEarlyOrLate = wrongAge(context, terms.occurredAt);
  if (tooEarlyOrLate !== undefined) return tooEarlyOrLate;
  const purchase = context.document(purchaseStore, purchaseId);
  if (purchase === undefined) return reject("purchase_not_found");
  if (!isAsFound(purchase, input)) return stale;
  const member = memberId === null ? undefined : context.wallet(memberId);
  const made = makeReturn(
    context,
    as("ret", context.operationId),
    purchase,
    member,
    terms,
    backTo(context, member, input),
  );
  if ("kind" in made) return made;
  const { documents, answer, event } = made;
  const counted = givenBack(context, input.actedBy, made.bonuses, member?.version ?? 0n);
  const policyVersion = context.policies.at(terms.occurredAt).version;
  return accept({
    occurredAt: terms.occurredAt,
    policyVersion,
    memberId,
    status: 201,
    documents: [...documents, ...counted],
    answer: { ...answer, balance: balanceFor(input.begunBy, answer.balance) },
    events: [event],
  });
}
