/** What a till sends of a sale. */
import { z } from "@hono/zod-openapi";
import { buyerFields, Instant, ofAtMostOneMember } from "../../kernel/fields.ts";
import { CHANNELS } from "../../policy/schema.ts";
import { Line, linesOf } from "../receipt/line.ts";
import { Receipt } from "../receipt/receipt.ts";
import { fitsTheLedger, Spend } from "../receipt/spend.ts";
import { QuoteIdField } from "../quote/quote-id.ts";

export const PurchaseBody = fitsTheLedger(
  ofAtMostOneMember(
    z.strictObject({
      receipt: Receipt,
      channel: z.enum(CHANNELS),
      ...buyerFields,
      lines: linesOf(Line),
      spend: Spend,
      quoteId: QuoteIdField.optional(),
      occurredAt: Instant,
    }),
  ),
).openapi("PurchaseBody");
