/** Reads of sales: one by its id, or by its receipt. Seen by both brands, since goods may come back at either. */
import { z } from "@hono/zod-openapi";
import { formatAmount, formatQuantity } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText, LotPart, orNull, QuantityText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath } from "../../kernel/fields.ts";
import { as } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { lotAmounts } from "../../bonuses/answers.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { findTaken } from "../../engine/journal/keys.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { requirePurchase } from "../documents/purchase-store.ts";
import type { LineInput } from "../receipt/line.ts";
import { makesPurchase } from "../operation-names.ts";
import { Receipt, receiptExample, receiptKey, receiptOf } from "../receipt/receipt.ts";
import type { PurchaseLine } from "../stored.ts";
import { CHANNELS } from "../../policy/schema.ts";
import { UnitGroups, unitsAnswer } from "../plan/units-answer.ts";

const SeenLine = z
  .strictObject({
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
    units: UnitGroups,
    returnedUnits: z.string().openapi({ description: "How many of its units have come back.", example: "0" }),
    lots: z.array(LotPart),
  } satisfies Record<keyof LineInput, z.ZodType> & Record<string, z.ZodType>)
  .openapi("PurchaseLine");

const SeenPurchase = z
  .strictObject({
    purchaseId: idText("pur"),
    memberId: idText("mbr").nullable(),
    receipt: Receipt,
    channel: z.enum(CHANNELS),
    status: z.enum(["sold", "reversed"]),
    suspended: z.boolean(),
    orderId: orNull(idText("ord")).openapi({ description: "The order whose goods it handed out." }),
    total: AmountText,
    spent: AmountText,
    paid: AmountText,
    earned: AmountText,
    lotId: idText("lot").nullable(),
    lines: z.array(SeenLine),
    occurredAt: InstantText,
    postedAt: InstantText,
  })
  .openapi("Purchase");

const common = {
  permission: "purchases.read",
  answer: { description: "The sale, and what came back of it.", schema: SeenPurchase },
  problems: ["purchase_not_found"],
} as const;

export const readPurchase = defineRead({
  ...common,
  name: "read-purchase",
  http: {
    method: "get",
    path: "/v1/purchases/{purchaseId}",
    tag: "Sales",
    summary: "Read a sale",
    description: "Seen by both brands: goods may be returned at either.",
  },
  params: idInPath("purchaseId", "pur"),
  read: async ({ reader }, { params }) => seen(await requirePurchase(reader, params.purchaseId)),
});

export const findPurchase = defineRead({
  ...common,
  name: "find-purchase",
  http: {
    method: "post",
    path: "/v1/purchases/lookup",
    tag: "Sales",
    summary: "Find a sale by its receipt",
    example: { receipt: receiptExample },
  },
  body: z.strictObject({ receipt: Receipt }).openapi("ReceiptLookupBody"),
  async read({ reader }, { body }) {
    const found = await findTaken(reader, receiptKey(body.receipt, "purchase"));
    if (found === undefined || !makesPurchase(found.name)) throw new Problem("purchase_not_found");
    return seen(await requirePurchase(reader, as("pur", found.operationId)));
  },
});

function seen(sold: Purchase): z.input<typeof SeenPurchase> {
  const { id, memberId, channel, status, awaits, total, spent, earned, lotId, lines, returned } = sold;
  return {
    purchaseId: id,
    memberId,
    receipt: receiptOf(sold),
    channel,
    status,
    suspended: awaits !== null,
    orderId: sold.orderId,
    total: formatAmount(total),
    spent: formatAmount(spent),
    paid: formatAmount(total - spent),
    earned: formatAmount(earned),
    lotId,
    lines: lines.map((line) => seenLine(line, returned)),
    occurredAt: formatInstant(sold.occurredAt),
    postedAt: formatInstant(sold.postedAt),
  };
}

function seenLine(line: PurchaseLine, returned: Purchase["returned"]): z.input<typeof SeenLine> {
  const back = (returned.get(line.lineId) ?? []).reduce((units, [from, to]) => units + to - from, 0n);
  return {
    lineId: line.lineId,
    sku: line.sku,
    category: line.category,
    quantity: formatQuantity(line.quantity),
    unitPrice: formatAmount(line.unitPrice),
    noEarn: line.noEarn,
    noSpend: line.noSpend,
    total: formatAmount(line.total),
    spend: formatAmount(line.spend),
    paid: formatAmount(line.total - line.spend),
    earn: formatAmount(line.earn),
    units: unitsAnswer(line),
    returnedUnits: back.toString(),
    lots: lotAmounts(line.parts),
  };
}
