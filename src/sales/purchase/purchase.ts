/** A sale: spends and earns together, atomically, under the natural key of its receipt. */
import { bucketOf, bucketOfHash } from "../../kernel/ids.ts";
import { accept, reject } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { spend } from "../../ledger/posting/spend.ts";
import { buyerFields, probeFor } from "../../members/lookup.ts";
import { actedAs, isRefused, representing, resolveActing, withActing } from "../../members/representing/acting.ts";
import { ACTING_PROBLEMS } from "../../members/representing/words.ts";
import { requireStore } from "../../programme/lookup.ts";
import { parkedStore } from "../documents/parked-store.ts";
import { PURCHASE, receiptTaken } from "../operation-names.ts";
import { planSale } from "../quote/plan-sale.ts";
import { quotedCustomer } from "../quote/quoted-customer.ts";
import { wrongAge } from "../receipt/age.ts";
import { receiptExample, receiptKey } from "../receipt/receipt.ts";
import { purchaseAnswer, SaleAnswer } from "./purchase-answer.ts";
import { PurchaseBody } from "./purchase-body.ts";
import { allot, endsToMove, recordSale } from "./record-sale.ts";

export const purchase = defineOperation({
  name: PURCHASE,
  ofErased: "as_nobody",
  permission: "purchases.sell",
  http: {
    method: "post",
    path: "/v1/purchases",
    tag: "Sales",
    summary: "Record a sale: spend and earn together",
    description:
      "A POS receipt or a paid online order. Spends and earns atomically, under the receipt's natural key and the idempotency key. " +
      "The member may be absent; an identifier that leads to nobody puts the receipt on suspense until somebody brings it, " +
      "and one that cannot be what it claims to be (a phone of six digits) is as good as none.",
    idempotencyKey: "required",
    rate: "sale",
    batchItem: "purchase",
    example: {
      receipt: receiptExample,
      channel: "pos",
      identifier: { kind: "card", value: "2900000000017" },
      lines: [{ lineId: "1", sku: "20087654", category: "tv", quantity: "1", unitPrice: "49990.00" }],
      spend: "1500.00",
      occurredAt: "2026-03-02T12:00:00+03:00",
    },
  },
  body: PurchaseBody,
  answers: { 201: { description: "Sold.", schema: SaleAnswer } },
  problems: [
    ...([
      "member_not_found",
      "spending_unavailable",
      "insufficient_bonuses",
      "spend_over_limit",
      "receipt_conflict",
      "receipt_reversed",
    ] as const),
    ...(["quote_changed", "quote_expired", "quote_mismatch"] as const),
    ...(["unknown_store", "occurred_in_future", "receipt_too_old"] as const),
    ...ACTING_PROBLEMS,
  ],
  actsFor: ({ receipt }) => receipt.brand,
  facts: ({ receipt: { storeId, terminalId }, channel }) => ({ storeId, terminalId, channel }),
  concerns: ({ body }) => [receiptKey(body.receipt, "purchase")],
  async prepare(look, { body }) {
    const { brand, storeId, terminalId } = body.receipt;
    const store = await requireStore(look, storeId, brand);
    const [{ whom, acting }, known] = await Promise.all([
      resolveActing(look, body, body.occurredAt),
      look.directory.knowsTerminal(storeId, terminalId),
    ]);
    const buyer = buyerFields(whom);
    const quotedFor = await quotedCustomer(look.reader, body.quoteId, { brand, channel: body.channel }, buyer);
    const { memberId, profileId, awaits } = buyer;
    return {
      receipt: body.receipt,
      channel: body.channel,
      lines: body.lines,
      spend: body.spend,
      quoteId: body.quoteId,
      quotedFor,
      occurredAt: body.occurredAt,
      key: receiptKey(body.receipt, "purchase"),
      storeZone: store.timeZone,
      memberId,
      profileId,
      awaits,
      acting,
      newTerminal: !known,
    };
  },
  bucket: ({ memberId, key }) => (memberId === null ? bucketOfHash(key) : bucketOf(memberId)),
  naturalKeys: (input): NaturalKey[] => [{ key: input.key, role: "own" }, ...probeFor(input)],
  presented: ({ profileId }) => profileId,
  conflict: receiptTaken,
  needs: ({ memberId, acting, key, spend: asked, occurredAt, storeZone }, policies) =>
    withActing(acting, memberId, {
      wallets: memberId === null ? [] : [memberId],
      ending: endsToMove(policies.at(occurredAt), occurredAt, storeZone),
      burns: asked !== 0n,
      documents: [need(parkedStore, key)],
    }),
  decide(context, input) {
    const { receipt, occurredAt, memberId, awaits, storeZone } = input;
    const member = memberId === null ? undefined : context.wallet(memberId);
    if (memberId !== null && member === undefined) return reject("member_not_found");
    const acts = representing(context, memberId, input.acting);
    if (isRefused(acts)) return acts;
    const tooEarlyOrLate = wrongAge(context, occurredAt);
    if (tooEarlyOrLate !== undefined) return tooEarlyOrLate;
    const policy = context.policies.at(occurredAt);
    const basket = { brand: receipt.brand, channel: input.channel, lines: input.lines, occurredAt, storeZone };
    const plan = planSale(context, basket, acts === null ? input : { ...input, acts }, member);
    if ("kind" in plan) return plan;
    const { spend: spent, total, earned } = plan;
    const parts =
      member === undefined || spent === 0n ? [] : spend(member, spent, receipt.brand, policy.burn, occurredAt);
    const lines = allot(plan.lines, parts);
    const sold = { lines, total, spend: spent, earned, orderId: null };
    const { purchase: made, documents, releases, events, parked } = recordSale(context, input, sold, member);
    return accept({
      occurredAt,
      policyVersion: policy.version,
      memberId,
      subjectHash: awaits,
      documents: acts === null ? documents : [...documents, ...acts.used(spent, member?.version ?? 0n)],
      releases,
      answer: {
        ...purchaseAnswer(context.operationId, made, { plan, member, burn: policy.burn, parked, acts }),
        ...actedAs(acts, member?.version),
      },
      events,
    });
  },
});
