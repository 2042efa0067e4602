/** Names under which operations on orders stand in the journal. */
import { ORDER_PICKUP } from "../sales/operation-names.ts";

export { ORDER_PICKUP };
export const ORDER = "order";
export const ORDER_READY = "order-ready";
export const ORDER_REROUTE = "order-reroute";
export const ORDER_CANCEL = "order-cancel";
export const ORDER_CODE = "order-code";
export const ORDER_EXPIRY = "order-expiry";

/** Steps that an order takes once it is placed; beside them, the reversal of a pickup. */
export const STEP_OPERATIONS = [
  ORDER_READY,
  ORDER_REROUTE,
  ORDER_CANCEL,
  ORDER_CODE,
  ORDER_EXPIRY,
  ORDER_PICKUP,
] as const;
/** Those that say where an order waits, and until when. */
export const SAYS_WHERE = [ORDER, ORDER_READY, ORDER_REROUTE] as const;
/** Those that somebody asks for, and after which less may wait: what is held for that is spent, or given back. */
export const TAKES_GOODS = [ORDER_PICKUP, ORDER_CANCEL] as const;
