/** Parts of answers that many routes share, for the document and for the tests. Nothing is checked by them at run time. */
import { z } from "@hono/zod-openapi";
import type { Id, IdPrefix } from "./ids.ts";

/** Sums of amounts may be larger than any amount that is given. */
const SUM_PATTERN = /^(0|[1-9]\d{0,15})\.\d{2}$/;

export const AmountText = z.string().regex(SUM_PATTERN).openapi("Amount", {
  description: "Bonuses or roubles, with exactly two decimals.",
  example: "1500.00",
});
/** What may lie below zero: what one owes another, where more came back than was spent. */
export const SignedAmountText = z
  .string()
  .regex(/^-?(0|[1-9]\d{0,15})\.\d{2}$/)
  .openapi("SignedAmount", { description: "With exactly two decimals; below zero with a minus.", example: "-150.00" });
export const InstantText = z.iso.datetime({ offset: true }).openapi("Instant", { example: "2026-03-02T09:00:00.000Z" });
export const QuantityText = z
  .string()
  .regex(/^\d+(?:\.\d{1,3})?$/)
  .openapi("Quantity", { example: "1" });

/** An identifier of the ledger with a given prefix. */
export const idText = <P extends IdPrefix>(prefix: P) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-f]{32}$`))
    .openapi({ example: `${prefix}_0195560d2a0070008a30f1c2d3e4f000` }) as unknown as z.ZodType<Id<P>, Id<P>>;

export const BalanceAfter = z
  .strictObject({
    pending: AmountText,
    available: AmountText,
    held: AmountText,
    debt: AmountText,
    spendable: z
      .record(z.string(), AmountText)
      .openapi({ description: "What can be spent now, by the brand that sells.", example: { mvideo: "1500.00" } }),
    version: z
      .string()
      .regex(/^\d+$/)
      .openapi({ description: "Grows with every change of the wallet.", example: "17" }),
  })
  .openapi("BalanceAfter", { description: "The wallet after the command." });
export type BalanceAfter = z.input<typeof BalanceAfter>;

export const LotPart = z
  .strictObject({ lotId: idText("lot"), issuer: z.string(), amount: AmountText })
  .openapi("LotPart");

/** What may be null. Of a part that stands in the document under its own name, `nullable()` would not say so there. */
export const orNull = <S extends z.ZodType>(part: S) => z.union([part, z.null()]);

/** A page of a list. */
export const pageSchema = <S extends z.ZodType>(item: S) =>
  z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().openapi({ description: "Null on the last page." }),
  });
