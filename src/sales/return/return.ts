/** A return of goods: by lines and quantity, once or many times, at any store of any brand. Parked where its sale has not come yet. */
import { z } from "@hono/zod-openapi";
import { idInPath } from "../../kernel/fields.ts";
import { as, bucketOf, bucketOfHash } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, type Decision, refuse, reject, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { requireStore } from "../../programme/lookup.ts";
import { wrongAge } from "../receipt/age.ts";
import { ParkedAnswer, ReturnAnswer } from "./return-answer.ts";
import { ReturnBody, ReturnByReceiptBody } from "./return-body.ts";
import { returnParked } from "../events.ts";
import { findTaken } from "../../engine/journal/keys.ts";
import { type FoundPurchase, isAsFound, makeReturn } from "./make-return.ts";
import { MOST_KEPT, MOST_PARKED, type ParkedReturn, parkedStore } from "../documents/parked-store.ts";
import { lotsOf } from "../documents/purchase-document.ts";
import { purchaseStore, requirePurchase } from "../documents/purchase-store.ts";
import { receiptExample, receiptKey } from "../receipt/receipt.ts";
import type { ReturnTerms } from "../return-terms.ts";

const example = {
  receipt: { brand: "eldorado", storeId: "E-1", terminalId: "2", shift: "9", number: "7" },
  lines: [{ lineId: "1", quantity: "1" }],
  occurredAt: "2026-03-09T18:30:00+03:00",
};

const common = {
  permission: "purchases.return",
  actsFor: ({ receipt }: { receipt: { brand: string } }) => receipt.brand,
  conflict: (takenBy: string) => (takenBy === "reversal" ? "receipt_reversed" : "receipt_conflict"),
} as const;

const PROBLEMS = [
  ...(["purchase_reversed", "return_exceeds_sold", "receipt_conflict", "receipt_reversed", "unknown_store"] as const),
  ...(["unknown_line", "not_divisible", "occurred_in_future", "receipt_too_old", "returned_before_sale"] as const),
];

type Body = z.output<typeof ReturnBody>;
const factsOf = ({ receipt: { storeId, terminalId }, reason }: Body) => ({ storeId, terminalId, reason });

/** Of a purchase that is known. */
interface Found extends FoundPurchase {
  readonly kind: "found";
  readonly terms: ReturnTerms;
}

export const returnById = defineOperation({
  ...common,
  name: "return",
  http: {
    method: "post",
    path: "/v1/purchases/{purchaseId}/returns",
    tag: "Sales",
    summary: "Take goods back, or show what that would do",
    description:
      "By lines and quantity, at any store of any brand, once or many times. What comes back is what was distributed to the returned units. " +
      "With `dryRun=true` nothing is changed, the answer is 200, and no Idempotency-Key is needed.",
    idempotencyKey: "required",
    dryRun: true,
    batchItem: "return",
    example,
  },
  params: idInPath("purchaseId", "pur"),
  body: ReturnBody,
  answers: { 201: { description: "Taken back.", schema: ReturnAnswer } },
  problems: ["purchase_not_found", ...PROBLEMS],
  facts: factsOf,
  concerns: ({ params, body }) => [params.purchaseId, receiptKey(body.receipt, "return")],
  async prepare(look, { params, body }) {
    const terms = await termsOf(look, body);
    return found(look, params.purchaseId, terms);
  },
  bucket: (input) => bucketOfFound(input),
  naturalKeys: ({ terms }) => [ownKey(terms)],
  needs: (input) => needsOfFound(input),
  decide: (context, input) => decideFound(context, input),
});

export const returnByReceipt = defineOperation({
  ...common,
  name: "return-by-receipt",
  http: {
    method: "post",
    path: "/v1/returns",
    tag: "Sales",
    summary: "Take goods back where the till knows only the old receipt",
    description:
      "A return that comes before its sale is parked (202), and settled when the sale comes: `GET /v1/returns/{returnId}` tells what became of it, and the sale's answer names it.",
    idempotencyKey: "required",
    batchItem: "return",
    example: { original: { receipt: receiptExample }, ...example },
  },
  body: ReturnByReceiptBody,
  answers: {
    201: { description: "Taken back.", schema: z.union([ReturnAnswer, ParkedAnswer]) },
    202: { description: "Parked until the sale comes.", schema: z.union([ReturnAnswer, ParkedAnswer]) },
  },
  problems: [...PROBLEMS, "too_many_parked"],
  facts: factsOf,
  concerns: ({ body }) => [receiptKey(body.original.receipt, "purchase"), receiptKey(body.receipt, "return")],
  async prepare(look, { body: { original, ...body } }) {
    const terms = await termsOf(look, body);
    const originalKey = receiptKey(original.receipt, "purchase");
    const sale = await findTaken(look.reader, originalKey);
    if (sale === undefined) return { kind: "early", terms, originalKey } as const;
    // Under a tombstone nothing was sold, and nothing ever will be.
    if (sale.name !== "purchase") return { kind: "never", terms, originalKey } as const;
    return found(look, as("pur", sale.operationId), terms);
  },
  bucket: (input) => (input.kind === "found" ? bucketOfFound(input) : bucketOfHash(input.originalKey)),
  naturalKeys(input): NaturalKey[] {
    // The sale may be coming at this very moment.
    return [
      ownKey(input.terms),
      ...(input.kind === "early" ? [{ key: input.originalKey, role: "probe" as const }] : []),
    ];
  },
  needs(input) {
    if (input.kind === "found") return needsOfFound(input);
    return input.kind === "early" ? { documents: [need(parkedStore, input.originalKey)] } : {};
  },
  decide(context, input) {
    if (input.kind === "found") return decideFound(context, input);
    const tooEarlyOrLate = wrongAge(context, input.terms.occurredAt);
    if (tooEarlyOrLate !== undefined) return tooEarlyOrLate;
    return input.kind === "never" ? refuse("purchase_reversed") : park(context, input);
  },
});

/** Keeps a return whose sale is not known yet. */
function park(
  { operationId, now, document }: CommandContext,
  { originalKey, terms }: { originalKey: string; terms: ReturnTerms },
): Decision<z.input<typeof ParkedAnswer>> {
  const waiting = document(parkedStore, originalKey) ?? [];
  const stillParked = waiting.filter(({ status }) => status === "parked").length;
  if (stillParked >= MOST_PARKED || waiting.length >= MOST_KEPT) {
    return refuse("too_many_parked", { most: MOST_PARKED });
  }
  const parked: ParkedReturn = {
    receiptKey: originalKey,
    ordinal: waiting.length + 1,
    operationId,
    terms,
    status: "parked",
    refusal: null,
    parkedAt: now,
  };
  const returnId = as("ret", operationId);
  const { brand, storeId } = terms.receipt;
  return accept({
    status: 202,
    occurredAt: terms.occurredAt,
    memberId: null,
    documents: [save(parkedStore, originalKey, [...waiting, parked])],
    answer: { status: "parked", returnId, operationId },
    events: [returnParked({ returnId, brand, storeId })],
  });
}

async function termsOf(look: Lookup, { receipt, lines, occurredAt, reason }: Body): Promise<ReturnTerms> {
  const { timeZone } = await requireStore(look, receipt.storeId, receipt.brand);
  return { receipt, storeZone: timeZone, lines, occurredAt, reason: reason ?? null };
}

async function found({ reader }: Lookup, purchaseId: string, terms: ReturnTerms): Promise<Found> {
  const purchase = await requirePurchase(reader, purchaseId);
  return { kind: "found", purchaseId: purchase.id, memberId: purchase.memberId, lots: lotsOf(purchase), terms };
}

const ownKey = ({ receipt }: ReturnTerms): NaturalKey => ({ key: receiptKey(receipt, "return"), role: "own" });

function bucketOfFound({ memberId, purchaseId }: FoundPurchase) {
  return bucketOf(memberId ?? purchaseId);
}

function needsOfFound({ memberId, lots, purchaseId }: FoundPurchase) {
  return {
    wallets: memberId === null ? [] : [memberId],
    lots,
    documents: [need(purchaseStore, purchaseId)],
  };
}

function decideFound(context: CommandContext, input: Found): Decision<ReturnAnswer> {
  const { terms, memberId, purchaseId } = input;
  const tooEarlyOrLate = wrongAge(context, terms.occurredAt);
  if (tooEarlyOrLate !== undefined) return tooEarlyOrLate;
  const purchase = context.document(purchaseStore, purchaseId);
  if (purchase === undefined) return reject("purchase_not_found");
  if (!isAsFound(purchase, input)) return stale;
  const member = memberId === null ? undefined : context.wallet(memberId);
  const made = makeReturn(context, as("ret", context.operationId), purchase, member, terms);
  if ("code" in made) return made.kept ? refuse(made.code, made.data) : reject(made.code, made.data);
  const { documents, answer, event } = made;
  const policyVersion = context.policies.at(terms.occurredAt).version;
  return accept({
    occurredAt: terms.occurredAt,
    policyVersion,
    memberId,
    status: 201,
    documents,
    answer,
    events: [event],
  });
}
