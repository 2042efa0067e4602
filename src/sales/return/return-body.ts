/** What a till sends of goods that are brought back. */
import { z } from "@hono/zod-openapi";
import { Instant, text } from "../../kernel/fields.ts";
import { linesOf, ReturnedLineBody } from "../receipt/line.ts";
import { Receipt } from "../receipt/receipt.ts";

const returned = {
  receipt: Receipt,
  lines: linesOf(ReturnedLineBody),
  occurredAt: Instant,
  reason: text(500).optional().openapi({ example: "changed their mind" }),
};

export const ReturnBody = z.strictObject(returned).openapi("ReturnBody");

export const ReturnByReceiptBody = z
  .strictObject({ original: z.strictObject({ receipt: Receipt }), ...returned })
  .openapi("ReturnByReceiptBody");
