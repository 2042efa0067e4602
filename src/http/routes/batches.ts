/** One request for many commands. */
import { z } from "@hono/zod-openapi";
import { BatchItem, runBatch } from "../batch.ts";
import { senseless } from "../fields.ts";
import { defineRoute } from "../route.ts";
import { AccrualBody, RedemptionBody } from "./bonuses.ts";
import { PurchaseBody, ReturnByIdBody, ReturnByReceiptBody, ReversalBody } from "../sale-bodies.ts";

const MAX_ITEMS = 1_000;

const BatchBody = z.strictObject({
  items: z
    .array(z.unknown())
    .refine((items) => items.length > 0, senseless("at least one item"))
    .refine((items) => items.length <= MAX_ITEMS, senseless(`at most ${MAX_ITEMS} items`)),
});

/** What a client is told to send; each item is parsed on its own, so that one that is wrong fails alone. */
const BatchBodyShown = z
  .strictObject({
    items: z
      .array(
        BatchItem.extend({
          body: z.union([PurchaseBody, ReturnByIdBody, ReturnByReceiptBody, ReversalBody, AccrualBody, RedemptionBody]),
        }).openapi("BatchItem"),
      )
      .openapi({ minItems: 1, maxItems: MAX_ITEMS }),
  })
  .openapi("BatchBody");

const BatchAnswer = z
  .strictObject({
    results: z.array(
      z
        .strictObject({ status: z.int(), body: z.record(z.string(), z.unknown()) })
        .openapi("BatchResult", { description: "Status and body as the route of the command answers them." }),
    ),
  })
  .openapi("BatchAnswer");

export const batchRoutes = [
  defineRoute({
    method: "post",
    path: "/v1/batches",
    operationId: "runBatch",
    tag: "Sales",
    summary: "Send many commands at once",
    description:
      "For offline backlogs and bulk loads. Results come in the order of the items, each on its own: an item that is refused or malformed harms no other. " +
      "Items that speak of one receipt or purchase are judged in their order, everything else at once. " +
      "Each item has its own idempotency key, so the request needs none; repeating the whole batch is safe. " +
      "An item's permission is that of the command's own route.",
    permission: "batches.send",
    idempotency: "never",
    body: BatchBody,
    bodyForDocument: BatchBodyShown,
    bodyExample: {
      items: [
        {
          op: "reversal",
          idempotencyKey: "till-7-118-42-reversal",
          body: {
            receipt: { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "118", number: "42" },
            kind: "purchase",
          },
        },
      ],
    },
    answers: { 200: { description: "All items are judged.", schema: BatchAnswer } },
    problems: [],
    handle: (call) => runBatch(call, call.body.items),
  }),
];
