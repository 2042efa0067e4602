/** What a till sends of a sale. */
import { z } from "@hono/zod-openapi";
import { AMOUNT_PATTERN, MAX_AMOUNT, parseAmount, sum } from "../../kernel/amount.ts";
import { Instant, memberFields, ofAtMostOneMember, senseless } from "../../kernel/fields.ts";
import { halfUpToKopeck } from "../../kernel/rounding.ts";
import { Line, linesOf } from "../receipt/line.ts";
import { Receipt } from "../receipt/receipt.ts";
import { CHANNELS } from "../tables.ts";

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
