/** What can be asked about orders: placed at one brand, collected at any. */
import type { Module } from "../engine/definition/module.ts";
import { cancel } from "./changes/order-cancel.ts";
import { code } from "./changes/order-code.ts";
import { ready } from "./changes/order-ready.ts";
import { reroute } from "./changes/order-reroute.ts";
import { orderEvents } from "./events.ts";
import { expireOrdersJob } from "./expiry/expire-orders.ts";
import { orderExpiry } from "./expiry/order-expiry.ts";
import { orderInvariants } from "./invariants/invariants.ts";
import { pickup } from "./pickup/pickup.ts";
import { order } from "./placing/order.ts";
import { readOrder } from "./reads/order-read.ts";
import { listPickups } from "./reads/pickups.ts";
import { sellerCard } from "./reads/seller-card.ts";

export const orderModule: Module = {
  name: "orders",
  tags: [{ name: "Orders", description: "Ordered at one brand, collected at a store of any." }],
  operations: [order, ready, pickup, reroute, cancel, code],
  ownOperations: [orderExpiry],
  reads: [readOrder, listPickups, sellerCard],
  jobs: [expireOrdersJob],
  events: orderEvents,
  invariants: orderInvariants,
};
