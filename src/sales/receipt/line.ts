/** Lines of a receipt, as a till sends them: what is sold, and what is brought back. */
import { z } from "@hono/zod-openapi";
import { Amount, Quantity, text } from "../../kernel/fields.ts";

const LineId = text(64).openapi({ example: "1" });

export const Line = z
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
/** Parsed. */
export type LineInput = Readonly<z.output<typeof Line>>;

/** A line that is brought back, and how much of it. */
export const ReturnedLineBody = z.strictObject({ lineId: LineId, quantity: Quantity }).openapi("ReturnedLine");
export type ReturnedLineInput = Readonly<z.output<typeof ReturnedLineBody>>;
