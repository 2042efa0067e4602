/** Documents that cannot be read, or not as what they are: the proof says where, and which other invariants could not be looked at. */
import { aPurchase, aReturn, type Break, oneOperation, onePurchase, oneReturn, textLike } from "./break.ts";

export const unreadable: readonly Break[] = [
  {
    what: "a part of a line with its elements in another order",
    sql: () => `update purchases set lines = regexp_replace(lines::text, '\\["(lot_[0-9a-f]+)","(\\w+)","([0-9.]+)"\\]', '["\\3","\\2","\\1"]')::json
      where ${onePurchase("spent = 12000")}`,
    broken: ["sales_can_be_read", "spent_parts_are_their_transfers"],
    place: aPurchase,
  },
  {
    what: "units of a purchase that come back from the last to the first",
    sql: () =>
      `update purchases set returned = replace(returned::text, '["0","1"]', '["1","0"]')::json where returned::text like '%["0","1"]%'`,
    broken: ["sales_can_be_read", "returned_within_sold"],
    place: aPurchase,
  },
  {
    what: "a part of a return without its lot",
    sql: () =>
      `update returns set parts = json_build_array((parts->0)::jsonb - 0) where ${oneReturn("parts::text <> '[]'")}`,
    broken: ["sales_can_be_read", "returns_add_up", "returns_are_their_transfers"],
    place: aReturn,
  },
  {
    what: "lines of an order that are no list",
    sql: () => "update orders set lines = lines->0 where status = 'ready'",
    broken: [
      "orders_can_be_read",
      "order_lines_add_up",
      "orders_are_as_placed",
      "orders_are_handed_out",
      "orders_hold_what_waits",
      "orders_know_what_was_given_back",
    ],
    place: () => ({ orderId: textLike(/^ord_/) }),
  },
  {
    what: "goods of an order that wait for an amount which is none",
    sql: () => `update orders set lines = replace(lines::text, '"held":"', '"held":"x')::json where status = 'ready'`,
    broken: ["orders_can_be_read", "orders_are_as_placed"],
    place: () => ({ orderId: textLike(/^ord_/) }),
  },
  {
    what: "a move of a hold by an operation that is none",
    sql: () => `update holds set moves = replace(moves::text, '"opn_', '"opn_x')::json`,
    broken: [
      "holds_can_be_read",
      "holds_are_in_one_wallet",
      "holds_end_once",
      "holds_move_as_answered",
      "holds_move_their_transfers",
      "order_holds_move_as_answered",
      "orders_know_what_was_given_back",
    ],
    place: () => ({ holdId: textLike(/^hld_/) }),
  },
  {
    what: "a wallet that keeps an amount by issuer which is none",
    sql: () =>
      `update wallets set by_issuer = replace(by_issuer::text, '"0"', '"x"')::json where by_issuer::text like '%"0"%'`,
    broken: ["wallets_can_be_read", "wallets_by_issuer"],
    place: () => ({ memberId: textLike(/^mbr_/) }),
  },
  {
    what: "an answer that states no instant",
    sql: () =>
      `update operations set answer = replace(answer::text, '"activeAt":"', '"activeAt":"x')::json where ${oneOperation("name = 'accrual'")}`,
    broken: ["granted_lots_are_as_stated", "bonuses_are_told_as_answered"],
    place: () => ({ invariant: "granted_lots_are_as_stated", unreadable: "22007" }),
  },
];
