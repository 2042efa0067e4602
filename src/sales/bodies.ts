/** What tills send about goods: receipts, lines, sales, returns, reversals. */
import { z } from "@hono/zod-openapi";
import { MAX_AMOUNT, parseAmount, AMOUNT_PATTERN, sum } from "../kernel/amount.ts";
import { halfUpToKopeck } from "../kernel/rounding.ts";
import { RECEIPT_KINDS } from "./receipt/receipt.ts";
import { CHANNELS } from "./tables.ts";
import {
  Amount,
  boundedArray,
  Brand,
  Instant,
  memberFields,
  ofAtMostOneMember,
  Quantity,
  senseless,
  StoreId,
  text,
} from "../kernel/fields.ts";

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

export const receiptExample = { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "118", number: "42" };

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

const linesOf = <S extends z.ZodType<{ lineId: string }>>(line: S) =>
  boundedArray(line, { min: 1, max: MAX_LINES, of: "lines" }).refine(
    (lines) => new Set(lines.map(({ lineId }) => lineId)).size === lines.length,
    senseless("each lineId once"),
  );

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

export const PurchaseBody = ofAtMostOneMember(
  z.strictObject({
    receipt: Receipt,
    channel: z.enum(CHANNELS),
    ...memberFields,
    lines: linesOf(Line),
    spend: Spend,
    occurredAt: Instant,
  }),
)
  .refine(({ lines }) => fitsTheLedger(lines), {
    ...senseless("the receipt's total is larger than any amount may be"),
    path: ["lines"],
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

export const ReversalBody = z.strictObject({ receipt: Receipt, kind: z.enum(RECEIPT_KINDS) }).openapi("ReversalBody");

export const ReceiptLookupBody = z.strictObject({ receipt: Receipt }).openapi("ReceiptLookupBody");
