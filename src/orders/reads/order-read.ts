/** Reads of one order. */
import { defineRead } from "../../engine/definition/read.ts";
import { orderInPath, requireOrder } from "../find-order.ts";
import { OrderView, orderView } from "../order-answer.ts";

export const readOrder = defineRead({
  name: "read-order",
  permission: "orders.read",
  http: {
    method: "get",
    path: "/v1/orders/{orderId}",
    tag: "Orders",
    summary: "Read an order",
    description: "Seen by the brand at which it was ordered, and by the one that sells it.",
  },
  params: orderInPath,
  answer: { description: "The order, as it is now.", schema: OrderView },
  problems: ["order_not_found"],
  read: async (look, { actor, params }) => orderView(await requireOrder(look, actor, params.orderId), look.clock.now()),
});
