/** What is told of orders. Never a code. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../kernel/amount.ts";
import { AmountText, idText, InstantText } from "../kernel/answers.ts";
import { formatInstant } from "../kernel/clock.ts";
import { defineEvent } from "../engine/event.ts";
import { heldFor, type Order } from "../sales/documents/order-document.ts";
import { ORDER_STATUSES } from "../sales/order-states.ts";

const About = z.strictObject({
  orderId: idText("ord"),
  orderNumber: z.string(),
  memberId: idText("mbr").nullable(),
  /** Where it was ordered, and where it waits. */
  brand: z.string(),
  pickupBrand: z.string(),
  pickupStoreId: z.string(),
  status: z.enum(ORDER_STATUSES),
  /** Bonuses that are held still. */
  held: AmountText,
  expiresAt: InstantText,
});

export const orderPlaced = defineEvent({
  name: "order.placed",
  description: "An order was placed, and bonuses are held for it.",
  data: About.extend({ total: AmountText }),
});

export const orderReady = defineEvent({
  name: "order.ready",
  description: "An order waits at its store, to be collected.",
  data: About,
});

export const orderRerouted = defineEvent({
  name: "order.rerouted",
  description: "An order is to be collected at another store.",
  data: About,
});

export const orderCollected = defineEvent({
  name: "order.collected",
  description: "Goods of an order were collected: all of them, or, where its status is `ready`, some.",
  data: About.extend({ purchaseId: idText("pur") }),
});

export const orderCancelled = defineEvent({
  name: "order.cancelled",
  description: "An order was cancelled; or some goods of it, where its status says so.",
  data: About.extend({ released: AmountText }),
});

export const orderExpired = defineEvent({
  name: "order.expired",
  description: "An order was not made ready, or not collected, in time.",
  data: About,
});

export const orderEvents = [orderPlaced, orderReady, orderRerouted, orderCollected, orderCancelled, orderExpired];

/** What every event says of an order. */
export const about = (order: Order) => ({
  orderId: order.id,
  orderNumber: order.orderNumber,
  memberId: order.memberId,
  brand: order.brand,
  pickupBrand: order.pickupBrand,
  pickupStoreId: order.pickupStoreId,
  status: order.status,
  held: formatAmount(heldFor(order.lines)),
  expiresAt: formatInstant(order.expiresAt),
});
