/** Lines of a receipt, as a till sends them: what is sold, and what is brought back. */
import { z } from "@hono/zod-openapi";
import { Amount, boundedArray, Category, Quantity, senseless, text } from "../../kernel/fields.ts";

/** Of a receipt, an order or a return. */
export const MAX_LINES = 500;

const LineId = text(64).openapi({ example: "1" });

export const Line = z
  .strictObject({
    lineId: LineId,
    sku: text(128).openapi({ example: "20087654" }),
    category: Category,
    quantity: Quantity,
    unitPrice: Amount,
    noEarn: z.boolean().default(false).openapi({ description: "This line earns nothing." }),
    noSpend: z.boolean().default(false).openapi({ description: "Bonuses may not pay for this line." }),
  })
  .openapi("Line");
/**
 * Parsed. Every field is there, if only to say that it was not given: wherever a line is written out anew, the compiler
 * asks for a field that is new.
 */
export type LineInput = Readonly<Required<z.output<typeof Line>>>;

/** A line that is brought back, and how much of it. */
export const ReturnedLineBody = z.strictObject({ lineId: LineId, quantity: Quantity }).openapi("ReturnedLine");
export type ReturnedLineInput = Readonly<Required<z.output<typeof ReturnedLineBody>>>;

/** The lines of one receipt. */
export const linesOf = <S extends z.ZodType<{ lineId: string }>>(line: S) =>
  boundedArray(line, { min: 1, max: MAX_LINES, of: "lines" }).refine(
    (lines) => new Set(lines.map(({ lineId }) => lineId)).size === lines.length,
    senseless("each lineId once"),
  );
