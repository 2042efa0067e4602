/** An order waits at its store: its storage begins, and with it the last days of its hold. */
import { z } from "@hono/zod-openapi";
import { bucketOf } from "../../kernel/ids.ts";
import { accept, stale } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { requireStore } from "../../programme/lookup.ts";
import { movedUntil } from "../../sales/documents/order-document.ts";
import { about, orderReady } from "../events.ts";
import { foundOrder, asFound, needsOf, orderInPath, requireOrder, stepFault, saveOrder } from "../find-order.ts";
import { ORDER_READY } from "../operation-names.ts";
import { ChangedOrder, orderView } from "../order-answer.ts";
import { storedUntil } from "../terms.ts";
import { holdUntil } from "./hold-terms.ts";

export const ready = defineOperation({
  name: ORDER_READY,
  ofErased: "goes_on",
  permission: "orders.fulfil",
  http: {
    method: "post",
    path: "/v1/orders/{orderId}/ready",
    tag: "Orders",
    summary: "Tell that an order is ready to be collected",
    description:
      "From now on it is stored, until 00:00 at the store, as many days ahead as the checkout has asked for or the rules give.",
    idempotencyKey: "required",
    example: {},
  },
  params: orderInPath,
  body: z.strictObject({}).openapi("NoFields"),
  answers: {
    200: {
      description: "Ready.",
      schema: ChangedOrder,
    },
  },
  problems: ["order_not_found", "order_in_wrong_state"],
  async prepare(look, { actor, params }) {
    const order = await requireOrder(look, actor, params.orderId);
    const { timeZone: storeZone } = await requireStore(look, order.pickupStoreId, order.pickupBrand);
    return { ...(await foundOrder(look.reader, order)), pickupStoreId: order.pickupStoreId, storeZone };
  },
  bucket: ({ orderId }) => bucketOf(orderId),
  needs: (input) => needsOf(input),
  decide(context, input) {
    const { now, policies, operationId } = context;
    const order = asFound(context, input);
    if (order === undefined || order.pickupStoreId !== input.pickupStoreId) return stale;
    const fault = stepFault(order, "ready", now);
    if (fault !== undefined) return fault;
    const expiresAt = storedUntil(policies, order, now, input.storeZone);
    const changed = movedUntil(expiresAt, now, order, "ready", { status: "ready", readyAt: now });
    const balance = holdUntil(context, changed, input);
    return accept({
      memberId: order.memberId,
      answer: { ...orderView(changed, now), operationId, balance },
      documents: [saveOrder(input, changed)],
      events: [orderReady(about(changed))],
    });
  },
});
