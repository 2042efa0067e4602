/** The states of an order, and the steps between them: the one table, of which the picture in the docs is drawn. */

export const ORDER_STATUSES = ["placed", "ready", "collected", "cancelled", "expired"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** `void`: the receipt of a pickup is reversed. `expire`: time is over. */
export const ORDER_STEPS = ["ready", "pickup", "reroute", "cancel", "code", "void", "expire"] as const;
export type OrderStep = (typeof ORDER_STEPS)[number];

/**
 * Where each step leads; what is not here is refused. Some goods of a line, or some lines, may be collected or cancelled:
 * the order waits on with the rest. Where its last goods are cancelled, it was collected if some of it was: so of one that is
 * cancelled no receipt is left to be reversed. Goods that are put back wait as the order did last: where it was sent elsewhere,
 * until it is ready there; and where a receipt's goods have all come back by a return, none is put back.
 */
export const ORDER_TRANSITIONS: Readonly<
  Record<OrderStatus, Readonly<Partial<Record<OrderStep, readonly OrderStatus[]>>>>
> = {
  placed: {
    ready: ["ready"],
    reroute: ["placed"],
    cancel: ["placed", "cancelled", "collected"],
    code: ["placed"],
    void: ["placed", "expired"],
    expire: ["expired"],
  },
  ready: {
    pickup: ["ready", "collected"],
    reroute: ["placed"],
    cancel: ["ready", "cancelled", "collected"],
    code: ["ready"],
    void: ["ready", "expired"],
    expire: ["expired"],
  },
  collected: { void: ["placed", "ready", "collected", "expired"] },
  cancelled: {},
  expired: { void: ["expired"] },
};

/** Whether an order in this state still waits for somebody. */
export const isWaiting = (status: OrderStatus): boolean => status === "placed" || status === "ready";

/** Whether a step may be taken in a state. */
export const mayTake = (status: OrderStatus, step: OrderStep): boolean => ORDER_TRANSITIONS[status][step] !== undefined;
