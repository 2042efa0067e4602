/** The same where the till knows only the old receipt. A return that comes before its sale is parked until the sale comes. */
import { z } from "@hono/zod-openapi";
import { as, bucketOfHash } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, type Decision, refuse, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { findTaken } from "../../engine/journal/keys.ts";
import { requireStore } from "../../programme/lookup.ts";
import { MOST_KEPT, MOST_PARKED, type ParkedReturn, parkedStore, termsHash } from "../documents/parked-store.ts";
import { returnParked } from "../events.ts";
import { makesPurchase, RETURN_BY_RECEIPT } from "../operation-names.ts";
import { wrongAge } from "../receipt/age.ts";
import { receiptExample, receiptKey } from "../receipt/receipt.ts";
import type { ReturnTerms } from "../return-terms.ts";
import { ParkedAnswer, ReturnAnswer } from "./return-answer.ts";
import { ReturnByReceiptBody } from "./return-body.ts";
import {
  bucketOfFound,
  common,
  decideFound,
  example,
  found,
  needsOfFound,
  ownKey,
  PROBLEMS,
  termsOf,
} from "./return-request.ts";

export const returnByReceipt = defineOperation({
  ...common,
  name: RETURN_BY_RECEIPT,
  ofErased: "goes_on",
  http: {
    method: "post",
    path: "/v1/returns",
    tag: "Sales",
    summary: "Take goods back where the till knows only the old receipt",
    description:
      "A return that comes before its sale is parked (202), and settled when the sale comes: `GET /v1/returns/{returnId}` tells what became of it, and the sale's answer names it. The old receipt's store must be known as well.",
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
  concerns: ({ body }) => [receiptKey(body.original.receipt, "purchase"), receiptKey(body.receipt, "return")],
  async prepare(look, { body: { original, ...body } }) {
    const terms = await termsOf(look, body);
    const { brand, storeId } = original.receipt;
    const originalKey = receiptKey(original.receipt, "purchase");
    const sale = await findTaken(look.reader, originalKey);
    if (sale === undefined) {
      // Of a store that is not known no sale can come: what waited for it would wait for ever.
      await requireStore(look, storeId, brand);
      return { kind: "early", terms, originalKey } as const;
    }
    // Under a tombstone nothing was sold, and nothing ever will be.
    if (!makesPurchase(sale.name)) return { kind: "never", terms, originalKey } as const;
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
  presented: (input) => (input.kind === "found" ? input.profileId : null),
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
    subjectHash: termsHash(originalKey, terms),
    documents: [save(parkedStore, originalKey, [...waiting, parked])],
    answer: { status: "parked", returnId, operationId },
    events: [returnParked({ returnId, brand, storeId })],
  });
}
