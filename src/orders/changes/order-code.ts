/** A new code for an order, to be sent to the customer; the former one is worth nothing. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { newCode } from "../../kernel/one-time-code.ts";
import { accept, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { moved } from "../../sales/documents/order-document.ts";
import { orderStore } from "../../sales/documents/order-store.ts";
import { freshCode, hashCode, PickupCode } from "../codes.ts";
import { orderInPath, requireOrder, stepFault } from "../find-order.ts";
import { ORDER_CODE } from "../operation-names.ts";
import { OrderVersion } from "../order-answer.ts";

export const code = defineOperation({
  name: ORDER_CODE,
  permission: "orders.place",
  http: {
    method: "post",
    path: "/v1/orders/{orderId}/code",
    tag: "Orders",
    summary: "Get a new pickup code",
    description:
      "For the next visit, or where the code was lost, or is blocked by wrong tries. Told once, to be sent to the customer, and never stored.",
    idempotencyKey: "required",
    example: {},
  },
  params: orderInPath,
  body: z.strictObject({}).openapi("NoFields"),
  answers: {
    200: {
      description: "The former code is worth nothing now.",
      schema: z
        .strictObject({
          orderId: idText("ord"),
          operationId: idText("opn"),
          version: OrderVersion,
          pickupCode: PickupCode.optional().openapi({ description: "Absent where the request had come before." }),
        })
        .openapi("GivenCode"),
    },
  },
  problems: ["order_not_found", "order_in_wrong_state"],
  async prepare(look, { actor, params }) {
    const order = await requireOrder(look, actor, params.orderId);
    const pickupCode = newCode();
    return { orderId: order.id, pickupCode, codeHash: hashCode(look.codeSecret, order, pickupCode) };
  },
  bucket: ({ orderId }) => bucketOf(orderId),
  needs: ({ orderId }) => ({ documents: [need(orderStore, orderId)] }),
  decide({ now, operationId, document }, { orderId, pickupCode, codeHash }) {
    const order = document(orderStore, orderId);
    if (order === undefined) return stale;
    const fault = stepFault(order, "code", now);
    if (fault !== undefined) return fault;
    const changed = moved(order, "code", { status: order.status, ...freshCode(codeHash) });
    return accept({
      memberId: order.memberId,
      answer: { orderId, operationId, version: changed.version },
      shownOnce: { pickupCode },
      documents: [save(orderStore, orderId, changed)],
    });
  },
});
