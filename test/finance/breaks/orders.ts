/** Orders, and the holds that pay for them, broken by hand. */
import { type Break, ofRich, textLike } from "./break.ts";

/** The natural keys of orders, as their placing makes them. */
const KEYS = `select left(encode(sha256(convert_to(format('["order","%s","%s"]', brand, order_number), 'UTF8')), 'hex'), 32)::uuid from orders`;

const anOrder = () => ({ orderId: textLike(/^ord_/) });

export const ofOrders: readonly Break[] = [
  {
    what: "an order that asked for another storage",
    sql: () => "update orders set storage_days = 9",
    broken: ["orders_are_as_placed"],
    place: anOrder,
  },
  {
    what: "an order by a card that was registered since, and that is another member's",
    sql: () => `update orders set member_id = (select w.member_id from wallets w where w.member_id <> orders.member_id order by 1 limit 1)
      where order_id in (select operation_id from operations where name = 'order' and subject_hash is not null) and member_id is not null`,
    broken: ["orders_are_as_placed"],
    place: anOrder,
  },
  {
    what: "an order that its number does not find",
    sql: () => `delete from command_keys where key in (${KEYS})`,
    broken: ["orders_are_found_by_their_numbers"],
    place: () => ({ ...anOrder(), keyLeadsTo: null, keys: 1 }),
  },
  {
    what: "an order that the client's own key does not find",
    sql: () => `delete from command_keys where operation_id in (select order_id from orders) and key not in (${KEYS})`,
    broken: ["orders_are_found_by_their_numbers"],
    place: () => ({ ...anOrder(), keyLeadsTo: textLike(/^opn_/), keys: 1 }),
  },
  {
    what: "a line of an order of which more was cancelled than ordered",
    sql: () => `update orders set lines = replace(lines::text, '"cancelled":"1"', '"cancelled":"2"')::json`,
    broken: ["order_lines_add_up"],
    place: anOrder,
  },
  {
    what: "goods of an order that were collected, and are said to be cancelled",
    sql: () =>
      `update orders set lines = replace(lines::text, '"collected":"1","cancelled":"0"', '"collected":"0","cancelled":"1"')::json`,
    broken: ["orders_are_handed_out"],
    place: anOrder,
  },
  {
    what: "an order's hold that ends before the order",
    sql: (town) =>
      `update holds set expires_at = expires_at - interval '1 hour' where order_id is not null and status = 'open' and ${ofRich(town)}`,
    broken: ["orders_hold_what_waits"],
    place: anOrder,
  },
  {
    what: "an order whose goods wait with less than is held for them",
    sql: () => `update orders set lines = replace(lines::text, '["1","', '["1","9')::json where status = 'ready'`,
    broken: ["order_lines_add_up"],
    place: anOrder,
  },
  {
    what: "an order that names another issuer of what is held for its goods",
    sql: () => `update orders set lines = replace(lines::text, '"eldorado"', '"mvideo"')::json where status = 'ready'`,
    broken: ["order_lines_add_up"],
    place: () => ({ namedIn: textLike(/^ord_/), issuer: ["mvideo", "eldorado"] }),
  },
  {
    what: "a hold that names another issuer of what it holds",
    sql: () => `update holds set parts = replace(parts::text, '"eldorado"', '"mvideo"')::json`,
    broken: ["held_is_open_holds"],
    place: () => ({ namedIn: textLike(/^hld_/), issuer: ["mvideo", "eldorado"] }),
  },
  {
    what: "a hold that names another issuer of what has left it",
    sql: () => `update holds set moves = replace(moves::text, '"mvideo"', '"eldorado"')::json`,
    broken: ["held_is_open_holds"],
    place: () => ({ namedIn: textLike(/^hld_/), issuer: ["eldorado", "mvideo"] }),
  },
  ...["sku", "cat"].map(
    (field): Break => ({
      what: `goods of an order that were sold with another ${field}`,
      sql: () =>
        `update purchases set lines = replace(lines::text, '"${field}":"', '"${field}":"x')::json where order_id is not null`,
      broken: ["orders_are_handed_out"],
      place: () => ({ ...anOrder(), purchaseId: textLike(/^pur_/) }),
    }),
  ),
  {
    what: "goods of an order that were sold on other terms than it was ordered on",
    sql: () =>
      `update purchases set lines = replace(lines::text, '"qty":', '"noEarn":true,"qty":')::json where order_id is not null and earned = 0`,
    broken: ["orders_are_handed_out"],
    place: () => ({ ...anOrder(), purchaseId: textLike(/^pur_/) }),
  },
  {
    what: "a pickup that has spent what is held for its order at another moment",
    sql: () =>
      `update holds set moves = regexp_replace(moves::text, '("event":"capture".*?"at":)(\\d+)', '\\1' || '1' || '\\2')::json where order_id is not null`,
    broken: ["order_holds_move_as_answered"],
    place: anOrder,
  },
  {
    what: "a pickup that has answered more than it spent of the hold",
    sql: () =>
      `update operations set answer = replace(answer::text, '"captured":"', '"captured":"9')::json where name = 'order-pickup' and refusal is null`,
    broken: ["order_holds_move_as_answered"],
    place: anOrder,
  },
  {
    what: "an order that has forgotten what a pickup gave back",
    sql: () => `update orders set lines = replace(lines::text, '"released"', '"forgotten"')::json`,
    broken: ["orders_know_what_was_given_back"],
    place: anOrder,
  },
  {
    what: "more that was held again by a reversal than the pickup had given back",
    sql: () =>
      `update holds set moves = replace(moves::text, '"event":"restore"', '"event":"hold"')::json where order_id is not null`,
    broken: ["order_holds_move_as_answered", "holds_move_their_transfers", "holds_end_once"],
    place: anOrder,
  },
  {
    what: "an order that was collected once more than anybody did",
    sql: () => "update orders set visits = visits + 1",
    broken: ["orders_are_as_they_were_left"],
    place: anOrder,
  },
  {
    what: "an order that is gone",
    sql: () => "delete from orders where status = 'cancelled'",
    broken: ["orders_are_as_placed", "orders_are_told_as_answered", "orders_hold_what_waits"],
    place: anOrder,
  },
  {
    what: "a pickup of which others were told something else",
    sql: () =>
      `update operations set events = replace(events::text, '"order.collected"', '"order.placed"')::json where name = 'order-pickup'`,
    broken: ["orders_are_told_as_answered"],
    place: anOrder,
  },
];
