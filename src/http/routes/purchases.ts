/** Sales: made at the counter, and read again by id or by receipt. */
import { z } from "@hono/zod-openapi";
import { formatAmount, formatQuantity } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { as } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { requirePurchase, sellAtCounter } from "../../sales/counter.ts";
import { findReceipt } from "../../sales/find-receipt.ts";
import { CHANNELS, type Purchase } from "../../sales/purchase-document.ts";
import { unitGroups } from "../../sales/pricing.ts";
import { receiptKey } from "../../sales/receipt.ts";
import { sell } from "../../sales/sell.ts";
import { AmountText, BalanceAfter, idText, InstantText, LotPart, QuantityText } from "../answers.ts";
import { IdParams } from "../fields.ts";
import { defineRoute, reply, replyOf } from "../route.ts";
import { PurchaseBody, Receipt, ReceiptLookupBody } from "../sale-bodies.ts";

const Units = z.array(z.strictObject({ quantity: QuantityText, unitPrice: AmountText })).openapi({
  description: "The line's units and their prices in money, as a fiscal receipt needs them.",
});

const SoldLine = z.strictObject({
  lineId: z.string(),
  total: AmountText,
  maxSpend: AmountText,
  spend: AmountText,
  paid: AmountText,
  earn: AmountText,
  units: Units,
});

const SaleAnswer = z
  .strictObject({
    purchaseId: idText("pur"),
    operationId: idText("opn"),
    memberId: idText("mbr").nullable(),
    total: AmountText,
    spent: AmountText,
    paid: AmountText,
    earned: AmountText,
    earn: z
      .strictObject({ lotId: idText("lot").nullable(), activeAt: InstantText, expiresAt: InstantText })
      .nullable()
      .openapi({ description: "When what was earned becomes active, and ends." }),
    suspended: z
      .boolean()
      .openapi({ description: "The card leads to nobody yet: what was earned waits for whoever brings it." }),
    lines: z.array(SoldLine),
    balance: BalanceAfter.nullable(),
  })
  .openapi("Sale");

export const PurchaseView = z
  .strictObject({
    purchaseId: idText("pur"),
    memberId: idText("mbr").nullable(),
    receipt: Receipt,
    channel: z.enum(CHANNELS),
    status: z.enum(["sold", "reversed"]),
    suspended: z.boolean(),
    total: AmountText,
    spent: AmountText,
    paid: AmountText,
    earned: AmountText,
    lotId: idText("lot").nullable(),
    lines: z.array(
      z.strictObject({
        lineId: z.string(),
        sku: z.string(),
        category: z.string(),
        quantity: QuantityText,
        unitPrice: AmountText,
        noEarn: z.boolean(),
        noSpend: z.boolean(),
        total: AmountText,
        spend: AmountText,
        paid: AmountText,
        earn: AmountText,
        units: Units,
        returnedUnits: z.string().openapi({ description: "How many of its units have come back.", example: "0" }),
        lots: z.array(LotPart),
      }),
    ),
    occurredAt: InstantText,
    postedAt: InstantText,
  })
  .openapi("Purchase");

function viewOf(purchase: Purchase): z.output<typeof PurchaseView> {
  const { id, memberId, receipt, channel, status, awaits, total, spent, earned, lotId, lines, returned } = purchase;
  return {
    purchaseId: id,
    memberId,
    receipt,
    channel,
    status,
    suspended: awaits !== null,
    total: formatAmount(total),
    spent: formatAmount(spent),
    paid: formatAmount(total - spent),
    earned: formatAmount(earned),
    lotId,
    lines: lines.map((line) => ({
      lineId: line.lineId,
      sku: line.sku,
      category: line.category,
      noEarn: line.noEarn,
      noSpend: line.noSpend,
      quantity: formatQuantity(line.quantity),
      unitPrice: formatAmount(line.unitPrice),
      total: formatAmount(line.total),
      spend: formatAmount(line.spend),
      paid: formatAmount(line.total - line.spend),
      earn: formatAmount(line.earn),
      units: unitGroups(line).map(({ units, unitPrice }) => ({
        quantity: units.toString(),
        unitPrice: formatAmount(unitPrice),
      })),
      returnedUnits: (returned.get(line.lineId) ?? []).reduce((units, [from, to]) => units + to - from, 0n).toString(),
      lots: line.parts.map(({ lotId: lot, issuer, amount }) => ({ lotId: lot, issuer, amount: formatAmount(amount) })),
    })),
    occurredAt: formatInstant(purchase.occurredAt),
    postedAt: formatInstant(purchase.postedAt),
  };
}

export const purchaseRoutes = [
  defineRoute({
    method: "post",
    path: "/v1/purchases",
    operationId: "sell",
    tag: "Sales",
    summary: "Record a sale: spend and earn together",
    description:
      "A POS receipt or a paid online order. Spends and earns atomically, under the receipt's natural key and the idempotency key. " +
      "The member may be absent; an identifier that leads to nobody puts the receipt on suspense until somebody brings it.",
    permission: "purchases.sell",
    idempotency: "always",
    body: PurchaseBody,
    bodyExample: {
      receipt: { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "118", number: "42" },
      channel: "pos",
      identifier: { kind: "card", value: "2900000000017" },
      lines: [{ lineId: "1", sku: "20087654", category: "tv", quantity: "1", unitPrice: "49990.00" }],
      spend: "1500.00",
      occurredAt: "2026-03-02T12:00:00+03:00",
    },
    brandOf: ({ receipt }) => receipt.brand,
    answers: { 201: { description: "Sold.", schema: SaleAnswer } },
    problems: [
      "member_not_found",
      "insufficient_bonuses",
      "spend_over_limit",
      "receipt_conflict",
      "receipt_reversed",
      "unknown_store",
      "occurred_in_future",
      "receipt_too_old",
    ],
    handle: async ({ service, caller, body }) => replyOf(await sellAtCounter(service, caller, body)),
  }),
  defineRoute({
    method: "get",
    path: "/v1/purchases/{id}",
    operationId: "readPurchase",
    tag: "Sales",
    summary: "Read a sale",
    description: "Seen by both brands: goods may be returned at either.",
    permission: "purchases.read",
    idempotency: "never",
    params: IdParams,
    answers: { 200: { description: "The sale, and what came back of it.", schema: PurchaseView } },
    problems: ["purchase_not_found"],
    handle: async ({ service, params }) => reply(200, viewOf(await requirePurchase(service, params.id))),
  }),
  defineRoute({
    method: "post",
    path: "/v1/purchases/lookup",
    operationId: "findPurchase",
    tag: "Sales",
    summary: "Find a sale by its receipt",
    permission: "purchases.read",
    idempotency: "never",
    body: ReceiptLookupBody,
    answers: { 200: { description: "The sale, and what came back of it.", schema: PurchaseView } },
    problems: ["purchase_not_found"],
    async handle({ service, body }) {
      const found = await findReceipt(service.reader, receiptKey(body.receipt, "purchase"));
      if (found === undefined || found.command !== sell.name) throw new Problem("purchase_not_found");
      return reply(200, viewOf(await requirePurchase(service, as("pur", found.operationId))));
    },
  }),
];
