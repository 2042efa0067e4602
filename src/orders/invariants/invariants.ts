/** Invariants of orders: found by their numbers, as they were placed, what waits and is held, what was handed out, and the state that they are in. */
import { brokenUnless, id, type Invariant, keyHash } from "../../engine/definition/invariant.ts";
import { readableOrders } from "./forms.ts";
import { heldInvariants } from "./held.ts";
import { lineInvariants } from "./lines.ts";
import { stateInvariants } from "./states.ts";

/** The hash under which an order stands among the keys: see orderKey. */
const ORDER_KEY = keyHash(["order"], ["d.brand", "d.order_number"]);

/** How many keys lead to each order: that of its number, and those of clients that sent it. */
const FOUND = `select d.order_id, d.brand, d.key, count(k.key) as keys, bool_or(k.key = d.key) as by_number
  from (select d.order_id, d.brand, ${ORDER_KEY} as key from orders d) d
    left join command_keys k on k.operation_id = d.order_id group by 1, 2, 3`;

const ordersAreFoundByTheirNumbers: Invariant = {
  name: "orders_are_found_by_their_numbers",
  statement:
    "The natural key of each order, its number at its brand, leads to the operation that placed it; and so does the key of the client that asked.",
  facts: `select ${brokenUnless("f.by_number and f.keys >= 2", {
    orderId: id("ord", "f.order_id"),
    entity: "f.brand",
    keyLeadsTo: id("opn", "k.operation_id"),
    keys: "f.keys",
  })} from (${FOUND}) f left join command_keys k on k.key = f.key`,
};

export const orderInvariants: readonly Invariant[] = [
  ordersAreFoundByTheirNumbers,
  ...readableOrders,
  ...lineInvariants,
  ...heldInvariants,
  ...stateInvariants,
];
