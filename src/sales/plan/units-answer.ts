/** A line's units as a fiscal receipt needs them. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, QuantityText } from "../../kernel/answers.ts";
import { type SoldLine, unitGroups } from "../receipt/pricing.ts";

export const UnitGroups = z.array(z.strictObject({ quantity: QuantityText, unitPrice: AmountText })).openapi({
  description: "The line's units and their prices in money, as a fiscal receipt needs them.",
});

/** A line's units and their prices in money. */
export const unitsAnswer = (line: SoldLine) =>
  unitGroups(line).map(({ units, unitPrice }) => ({ quantity: units.toString(), unitPrice: formatAmount(unitPrice) }));
