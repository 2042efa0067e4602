/** What is asked to be paid with bonuses, and the bound of a receipt's total. */
import { z } from "@hono/zod-openapi";
import { AMOUNT_PATTERN, MAX_AMOUNT, parseAmount, sum } from "../../kernel/amount.ts";
import { senseless } from "../../kernel/fields.ts";
import { halfUpToKopeck } from "../../kernel/rounding.ts";
import type { LineInput } from "./line.ts";

export const Spend = z
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

type WithLines = { readonly lines: readonly Pick<LineInput, "quantity" | "unitPrice">[] };

/** The total of the lines is no more than an amount may be. */
export const fitsTheLedger = <S extends z.ZodType<WithLines>>(body: S): S =>
  body.refine(
    ({ lines }) => sum(lines.map(({ quantity, unitPrice }) => halfUpToKopeck(quantity, unitPrice))) <= MAX_AMOUNT,
    { ...senseless("the receipt's total is larger than any amount may be"), path: ["lines"] },
  );
