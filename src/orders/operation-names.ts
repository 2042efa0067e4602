/** Names under which operations on orders stand in the journal. */
export { ORDER_PICKUP } from "../sales/operation-names.ts";

export const ORDER = "order";
export const ORDER_READY = "order-ready";
export const ORDER_REROUTE = "order-reroute";
export const ORDER_CANCEL = "order-cancel";
export const ORDER_CODE = "order-code";
export const ORDER_EXPIRY = "order-expiry";
