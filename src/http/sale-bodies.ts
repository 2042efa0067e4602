/** What tills send about goods: receipts, lines, sales, returns, reversals. */
import { z } from "@hono/zod-openapi";
import { MAX_AMOUNT, parseAmount, AMOUNT_PATTERN, sum } from "../kernel/amount.ts";
import { halfUpToKopeck } from "../kernel/rounding.ts";
import { CHANNELS } from "../sales/purchase-document.ts";
import { RECEIPT_KINDS } from "../sales/receipt.ts";
import {
  Amount,
  Brand,
  Instant,
  memberFields,
  namesAtMostOneMember,
  ONE_MEMBER,
  Quantity,
  senseless,
  StoreId,
  text,
} from "./fields.ts";

const MAX_LINES = 500;

export const Receipt = z
  .strictObject({
    brand: Brand,
    storeId: StoreId,
    terminalId: text(64).openapi({ example: "7" }),
    shift: text(64).openapi({ example: "118" }),
    number: text(64).openapi({ example: "42" }),
    fiscalId: text(128)
      .optional()
      .openapi({ example: "9960440300123456-118-42", description: "Kept; not part of the natural key." }),
  })
  .openapi("Receipt", {
    description: "The natural key of a receipt: unique for ever, together with the kind of operation.",
  });

const LineId = text(64).openapi({ example: "1" });

const Line = z
  .strictObject({
    lineId: LineId,
    sku: text(128).openapi({ example: "20087654" }),
    category: text(64).openapi({ example: "tv" }),
    quantity: Quantity,
    unitPrice: Amount,
    noEarn: z.boolean().default(false).openapi({ description: "This line earns nothing." }),
    noSpend: z.boolean().default(false).openapi({ description: "Bonuses may not pay for this line." }),
  })
  .openapi("Line");

/** An issue of a whole list, unless its items are wrong already. */
const listed = { path: ["lines"] };

const linesOf = <S extends z.ZodType<{ lineId: string }>>(line: S) =>
  z
    .array(line)
    .refine((lines) => lines.length > 0, senseless("at least one line"))
    .refine((lines) => lines.length <= MAX_LINES, senseless(`at most ${MAX_LINES} lines`))
    .refine((lines) => new Set(lines.map(({ lineId }) => lineId)).size === lines.length, senseless("each lineId once"))
    .openapi({ minItems: 1, maxItems: MAX_LINES });

const Spend = z
  .union([
    z.literal("max"),
    z.string().regex(AMOUNT_PATTERN, { message: 'an amount, or "max"', abort: true }).transform(parseAmount),
  ])
  .openapi({
    type: "string",
    pattern: `^(max|${AMOUNT_PATTERN.source.slice(1, -1)})$`,
    example: "max",
    description: "How many bonuses to pay with: an amount, or `max`.",
  });

const fitsTheLedger = (lines: readonly { quantity: bigint; unitPrice: bigint }[]): boolean =>
  sum(lines.map(({ quantity, unitPrice }) => halfUpToKopeck(quantity, unitPrice))) <= MAX_AMOUNT;

export const PurchaseBody = z
  .strictObject({
    receipt: Receipt,
    channel: z.enum(CHANNELS),
    ...memberFields,
    lines: linesOf(Line),
    spend: Spend,
    occurredAt: Instant,
  })
  .refine(namesAtMostOneMember, ONE_MEMBER)
  .refine(({ lines }) => fitsTheLedger(lines), {
    ...senseless("the receipt's total is larger than any amount may be"),
    ...listed,
  })
  .openapi("PurchaseBody");

const returned = {
  receipt: Receipt,
  lines: linesOf(z.strictObject({ lineId: LineId, quantity: Quantity }).openapi("ReturnedLine")),
  occurredAt: Instant,
  reason: text(500).optional().openapi({ example: "changed his mind" }),
};

export const ReturnBody = z.strictObject(returned).openapi("ReturnBody");

export const ReturnByReceiptBody = z
  .strictObject({ original: z.strictObject({ receipt: Receipt }), ...returned })
  .openapi("ReturnByReceiptBody");

/** In a batch a return names its purchase in the body, by id or by receipt. */
export const ReturnByIdBody = z.strictObject({ purchaseId: text(64), ...returned }).openapi("ReturnByIdBody");

export const ReversalBody = z.strictObject({ receipt: Receipt, kind: z.enum(RECEIPT_KINDS) }).openapi("ReversalBody");

export const ReceiptLookupBody = z.strictObject({ receipt: Receipt }).openapi("ReceiptLookupBody");
