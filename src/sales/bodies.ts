/** What tills send about goods: receipts, lines, sales, returns, reversals. */
import { z } from "@hono/zod-openapi";
import { MAX_AMOUNT, parseAmount, AMOUNT_PATTERN, sum } from "../kernel/amount.ts";
import { halfUpToKopeck } from "../kernel/rounding.ts";
import { Line, ReturnedLineBody } from "./receipt/line.ts";
import { Receipt, RECEIPT_KINDS } from "./receipt/receipt.ts";
import { CHANNELS } from "./tables.ts";
import { boundedArray, Instant, memberFields, ofAtMostOneMember, senseless, text } from "../kernel/fields.ts";

const MAX_LINES = 500;

export const receiptExample = { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "118", number: "42" };

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
  lines: linesOf(ReturnedLineBody),
  occurredAt: Instant,
  reason: text(500).optional().openapi({ example: "changed his mind" }),
};

export const ReturnBody = z.strictObject(returned).openapi("ReturnBody");

export const ReturnByReceiptBody = z
  .strictObject({ original: z.strictObject({ receipt: Receipt }), ...returned })
  .openapi("ReturnByReceiptBody");

export const ReversalBody = z.strictObject({ receipt: Receipt, kind: z.enum(RECEIPT_KINDS) }).openapi("ReversalBody");

export const ReceiptLookupBody = z.strictObject({ receipt: Receipt }).openapi("ReceiptLookupBody");
