/** What is asked to be paid with bonuses, and the bound of a receipt's total. */
import { z } from "@hono/zod-openapi";
import { AMOUNT_PATTERN, type Bonus, MAX_AMOUNT, parseAmount, sum } from "../../kernel/amount.ts";
import { senseless } from "../../kernel/fields.ts";
import { halfUpToKopeck } from "../../kernel/rounding.ts";
import type { LineInput } from "./line.ts";

const SPEND = `^(max|${AMOUNT_PATTERN.source.slice(1, -1)})$`;
const NO_SPEND = 'an amount with exactly two decimals ("1500.00"), or "max"';

export const Spend = z
  .string(NO_SPEND)
  .regex(new RegExp(SPEND), { message: NO_SPEND, abort: true })
  .transform((asked): Bonus | "max" => (asked === "max" ? asked : parseAmount(asked)))
  .openapi({
    type: "string",
    pattern: SPEND,
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
