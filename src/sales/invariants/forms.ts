/** Documents of sales that can be read at all. */
import { brokenUnless, id, type Invariant } from "../../engine/definition/invariant.ts";
import {
  all,
  type Form,
  hasForms,
  IS_PART,
  isAmount,
  isQuantity,
  isText,
  isWhole,
  readOnce,
} from "../../engine/invariants/forms.ts";

const IS_RANGE = all("@.size() == 2", isWhole("@[0]"), isWhole("@[1]"), "@[0].double() < @[1].double()");

/** As src/sales/stored.ts writes them. */
const LINES: readonly Form[] = [
  ["$[*]", all(isText("@.id"), isText("@.sku"), isText("@.cat"))],
  ["$[*]", all(isQuantity("@.qty"), isAmount("@.price"), isAmount("@.total"))],
  ["$[*] ? (exists(@.spend)).spend", isAmount()],
  ["$[*] ? (exists(@.earn)).earn", isAmount()],
  ["$[*] ? (exists(@.noEarn)).noEarn", "@ == true"],
  ["$[*] ? (exists(@.noSpend)).noSpend", "@ == true"],
  ["$[*] ? (exists(@.parts)).parts[*]", IS_PART],
];
const RETURNED: readonly Form[] = [["$.*[*]", IS_RANGE]];
const RETURNED_LINES: readonly Form[] = [
  ["$[*]", all(isText("@.id"), isQuantity("@.qty"), isAmount("@.money"), isAmount("@.bonuses"), isAmount("@.earned"))],
  ["$[*].ranges[*]", IS_RANGE],
];
const PARTS: readonly Form[] = [["$[*]", IS_PART]];
const COVER: readonly Form[] = [["$[*]", all(IS_PART, '@[3] == "pending" || @[3] == "available"')]];
const TERMS: readonly Form[] = [
  ["$.receipt", all(...["brand", "storeId", "terminalId", "shift", "number"].map((field) => isText(`@.${field}`)))],
  ["$.lines[*]", all(isText("@.lineId"), isQuantity("@.quantity"))],
  ["$.occurredAt", '@.type() == "number"'],
];

const salesCanBeRead: Invariant = {
  name: "sales_can_be_read",
  statement:
    "The lines of each purchase, of each return and of each return that waits can be read, and all else that they keep as documents.",
  facts: `select ${brokenUnless(`${hasForms("lines", LINES)} and ${hasForms("returned", RETURNED)}`, {
    purchaseId: id("pur", "purchase_id"),
    entity: "brand",
  })} from ${readOnce("purchases", ["purchase_id", "brand"], ["lines", "returned"])}
    union all
    select ${brokenUnless(
      `${hasForms("lines", RETURNED_LINES)} and ${hasForms("parts", PARTS)} and ${hasForms("cover", COVER)}`,
      { returnId: id("ret", "return_id"), entity: "brand" },
    )} from ${readOnce("returns", ["return_id", "brand"], ["lines", "parts", "cover"])}
    union all
    select ${brokenUnless(hasForms("terms", TERMS), { returnId: id("ret", "operation_id") })}
    from ${readOnce("parked_returns", ["operation_id"], ["terms"])}`,
};

export const readableSales: readonly Invariant[] = [salesCanBeRead];
