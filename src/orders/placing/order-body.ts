/** What a checkout sends of an order. */
import { z } from "@hono/zod-openapi";
import { Brand, buyerFields, ofAtMostOneMember, PickupPlace, text } from "../../kernel/fields.ts";
import { CHANNELS } from "../../policy/schema.ts";
import { QuoteIdField } from "../../sales/quote/quote-id.ts";
import { Line, linesOf } from "../../sales/receipt/line.ts";
import { fitsTheLedger, Spend } from "../../sales/receipt/spend.ts";

const MAX_STORAGE_DAYS = 366;

export const OrderBody = fitsTheLedger(
  ofAtMostOneMember(
    z.strictObject({
      orderNumber: text(64).openapi({ example: "W-2026-000042", description: "Unique for ever at its brand." }),
      brand: Brand.openapi({ description: "The brand at which it is ordered." }),
      channel: z.enum(CHANNELS),
      pickup: PickupPlace.openapi({ description: "Where it is to be collected. That brand sells it." }),
      ...buyerFields,
      lines: linesOf(Line),
      spend: Spend,
      quoteId: QuoteIdField.optional(),
      storageDays: z
        .int()
        .min(1)
        .max(MAX_STORAGE_DAYS)
        .optional()
        .openapi({ description: "Days of storage once it is ready; absent: as the rules say." }),
    }),
  ),
).openapi("OrderBody");

export const orderExample = {
  orderNumber: "W-2026-000042",
  brand: "eldorado",
  channel: "web",
  pickup: { brand: "mvideo", storeId: "M-1" },
  identifier: { kind: "card", value: "2900000000017" },
  lines: [{ lineId: "1", sku: "20087654", category: "tv", quantity: "1", unitPrice: "49990.00" }],
  spend: "max",
};
