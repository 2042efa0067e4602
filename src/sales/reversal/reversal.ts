/** Reversal by natural key: what a till does that got no answer. Seen, it is undone as a whole; not seen, a tombstone stays. */
import { z } from "@hono/zod-openapi";
import { assert, unreachable } from "../../kernel/assert.ts";
import { as, bucketOf, bucketOfHash, type OperationId } from "../../kernel/ids.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { findTaken } from "../../engine/journal/keys.ts";
import { needsOfUse, useOf } from "../../members/representing/given-back.ts";
import { requireStore } from "../../programme/lookup.ts";
import { orderStore, storedOrder } from "../documents/order-store.ts";
import { parkedStore, readParked } from "../documents/parked-store.ts";
import { purchaseStore, requirePurchase } from "../documents/purchase-store.ts";
import { lotsOfReturn } from "../documents/return-document.ts";
import { returnStore, storedReturn } from "../documents/return-store.ts";
import { findPurchase, walletsOf } from "../documents/found-purchase.ts";
import { makesPurchase, REVERSAL } from "../operation-names.ts";
import { Receipt, receiptExample, receiptKey, RECEIPT_KINDS } from "../receipt/receipt.ts";
import { findOrderOfSale, needsOfHolding, releasedBy } from "./holding.ts";
import { ReversalAnswer } from "./reversal-answer.ts";
import { type Reversed, reversePurchase } from "./reverse-purchase.ts";
import { reverseReturn, withdrawReturn } from "./reverse-return.ts";
import { reverseAgain, reverseUnseen } from "./reverse-unseen.ts";

const ReversalBody = z.strictObject({ receipt: Receipt, kind: z.enum(RECEIPT_KINDS) }).openapi("ReversalBody");

export const reversal = defineOperation({
  name: REVERSAL,
  ofErased: "goes_on",
  permission: "purchases.reverse",
  http: {
    method: "post",
    path: "/v1/reversals",
    tag: "Sales",
    summary: "Undo a receipt as a whole, by its natural key",
    description:
      "For a till that got no answer. A receipt that was seen is undone; one that was not leaves a tombstone, so that the late original is refused. " +
      "Goods that a pickup has handed out wait again in their order, with the bonuses held for them, while its time is not over. Repeating changes nothing.",
    idempotencyKey: "required",
    batchItem: "reversal",
    example: { receipt: receiptExample, kind: "purchase" },
  },
  body: ReversalBody,
  answers: { 200: { description: "Undone, or never to happen.", schema: ReversalAnswer } },
  problems: ["unknown_store"],
  actsFor: ({ receipt }) => receipt.brand,
  facts: ({ receipt: { storeId, terminalId } }) => ({ storeId, terminalId }),
  concerns: ({ body }) => [receiptKey(body.receipt, body.kind)],
  async prepare(look, { body }): Promise<Reversed> {
    const { brand, storeId } = body.receipt;
    const { timeZone: storeZone } = await requireStore(look, storeId, brand);
    const key = receiptKey(body.receipt, body.kind);
    const known = await findTaken(look.reader, key);
    const about = { brand, key, receiptKind: body.kind, storeZone };
    if (known === undefined) return { ...about, kind: "unseen" };
    if (makesPurchase(known.name)) return { ...about, ...(await foundPurchase(look, known.operationId)) };
    if (known.name === REVERSAL) return { ...about, kind: "again" };
    return { ...about, ...(await foundReturn(look, known.operationId)) };
  },
  bucket(input) {
    if (input.kind === "purchase" || input.kind === "return") return bucketOf(input.memberId ?? input.purchaseId);
    return bucketOfHash(input.kind === "parked" ? input.originalKey : input.key);
  },
  presented: (input) => (input.kind === "purchase" || input.kind === "return" ? input.profileId : null),
  naturalKeys: ({ kind, key }) => (kind === "unseen" ? [{ key, role: "tombstone" }] : []),
  needs: needsOf,
  decide(context, input) {
    switch (input.kind) {
      case "purchase":
        return reversePurchase(context, input);
      case "return":
        return reverseReturn(context, input);
      case "parked":
        return withdrawReturn(context, input);
      case "unseen":
        return reverseUnseen(context, input);
      case "again":
        return reverseAgain(context, input);
      default:
        return unreachable(input);
    }
  },
});

function needsOf(input: Reversed) {
  if (input.kind === "purchase" || input.kind === "return") {
    const { purchaseId } = input;
    const returned = input.kind === "return" ? [need(returnStore, input.returnId)] : [];
    const order = input.kind === "purchase" ? input.order : null;
    return {
      ...(order === null ? walletsOf(input) : needsOfHolding(input, order)),
      documents: [
        need(purchaseStore, purchaseId),
        ...returned,
        ...needsOfUse(input.kind === "return" ? input.cameBack : input.actedBy),
        ...(order === null ? [] : [need(orderStore, order.orderId)]),
      ],
    };
  }
  if (input.kind === "parked") return { documents: [need(parkedStore, input.originalKey)] };
  // Returns that wait for a sale which now never comes.
  return input.kind === "unseen" ? { documents: [need(parkedStore, input.key)] } : {};
}

async function foundPurchase({ reader }: Lookup, operationId: OperationId) {
  const purchase = await requirePurchase(reader, as("pur", operationId));
  const { id, orderId } = purchase;
  const ordered = orderId === null ? undefined : await storedOrder(reader, orderId);
  // At once, so that whose they are is read once.
  const [order, found] = await Promise.all([
    ordered === undefined ? null : findOrderOfSale(reader, ordered),
    findPurchase(reader, purchase, { order: ordered, lots: ordered === undefined ? [] : releasedBy(ordered, id) }),
  ]);
  return { kind: "purchase", ...found, order } as const;
}

/** A return that was made is reversed; one that still waits for its sale is withdrawn. */
async function foundReturn({ reader }: Lookup, operationId: OperationId) {
  const returnId = as("ret", operationId);
  const made = await storedReturn(reader, returnId);
  if (made === undefined) {
    const parked = await readParked(reader, operationId);
    assert(parked !== undefined, "what has a return's receipt is a return, or is parked");
    return { kind: "parked", originalKey: parked.receiptKey, parkedBy: operationId } as const;
  }
  const purchase = await requirePurchase(reader, made.purchaseId);
  const [found, cameBack] = await Promise.all([
    findPurchase(reader, purchase, { lots: lotsOfReturn(made), memberId: made.memberId }),
    made.bonusesBack === 0n ? null : useOf(reader, operationId),
  ]);
  return { kind: "return", returnId, ...found, cameBack } as const;
}
