/** What a till sends when goods of an order are handed out. */
import { z } from "@hono/zod-openapi";
import { Amount, Instant, Quantity, senseless, StoreId } from "../../kernel/fields.ts";
import { QuoteIdField } from "../../sales/quote/quote-id.ts";
import { Line, linesOf, ReturnedLineBody } from "../../sales/receipt/line.ts";
import { Receipt, receiptExample } from "../../sales/receipt/receipt.ts";
import { fitsTheLedger, Spend } from "../../sales/receipt/spend.ts";
import { PickupCode } from "../codes.ts";

const CollectedLine = z
  .strictObject({
    ...ReturnedLineBody.shape,
    quantity: Quantity,
    unitPrice: Amount.optional().openapi({ description: "Today's price; absent: as it was ordered." }),
  })
  .openapi("CollectedLine");

const AddedGoods = fitsTheLedger(
  z.strictObject({ lines: linesOf(Line), spend: Spend, quoteId: QuoteIdField.optional() }),
).openapi("AddedGoods");

export const PickupBody = z
  .strictObject({
    storeId: StoreId.openapi({ description: "Where the goods are handed out: the receipt's store." }),
    code: PickupCode,
    receipt: Receipt,
    lines: linesOf(CollectedLine)
      .optional()
      .openapi({ description: "What is handed out; absent: all that waits, at the prices of the order." }),
    added: AddedGoods.optional().openapi({
      description:
        "Goods that were not ordered, on the same receipt: a purchase of the channel `pos` at this store, best by a fresh quote. " +
        "They share the bounds of the receipt and of a category with the ordered goods.",
    }),
    occurredAt: Instant,
  })
  .refine(({ storeId, receipt }) => storeId === receipt.storeId, {
    ...senseless("the receipt is another store's"),
    path: ["storeId"],
  })
  .openapi("PickupBody");

export const pickupExample = {
  storeId: "M-1",
  code: "402917",
  receipt: receiptExample,
  occurredAt: "2026-03-03T12:00:00+03:00",
};
