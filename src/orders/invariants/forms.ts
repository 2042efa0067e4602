/** Orders that can be read at all. */
import { brokenUnless, id, type Invariant } from "../../engine/definition/invariant.ts";
import {
  all,
  type Form,
  hasForms,
  IS_PART,
  isAmount,
  isId,
  isQuantity,
  isText,
  isWhole,
  readOnce,
} from "../../engine/invariants/forms.ts";

/** As src/sales/stored-order.ts writes them. */
const LINES: readonly Form[] = [
  ["$[*]", all(isText("@.id"), isText("@.sku"), isText("@.cat"))],
  ["$[*]", all(isQuantity("@.qty"), isAmount("@.price"), isAmount("@.total"), isAmount("@.held"))],
  ["$[*]", all(isWhole("@.collected"), isWhole("@.cancelled"), isWhole("@.expired"))],
  ["$[*] ? (exists(@.noEarn)).noEarn", "@ == true"],
  ["$[*] ? (exists(@.noSpend)).noSpend", "@ == true"],
  ["$[*].waiting[*]", all("@.size() == 3", isWhole("@[0]"), isAmount("@[1]"))],
  ["$[*].waiting[*][2][*]", IS_PART],
  ["$[*] ? (exists(@.released)).released[*]", all("@.size() == 2", isId("pur", "@[0]"))],
  ["$[*] ? (exists(@.released)).released[*][1][*]", IS_PART],
];

const ordersCanBeRead: Invariant = {
  name: "orders_can_be_read",
  statement: "The lines of each order can be read, with all that waits of them and was given back.",
  facts: `select ${brokenUnless(hasForms("lines", LINES), { orderId: id("ord", "order_id"), entity: "brand" })}
    from ${readOnce("orders", ["order_id", "brand"], ["lines"])}`,
};

export const readableOrders: readonly Invariant[] = [ordersCanBeRead];
