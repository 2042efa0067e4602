/** Everything that is always true of sales. */
import { brokenUnless, id, type Invariant, keyHash } from "../../engine/definition/invariant.ts";
import { REVERSAL } from "../operation-names.ts";
import { dayInvariants } from "./days.ts";
import { readableSales } from "./forms.ts";
import { parkedInvariants } from "./parked.ts";
import { partInvariants } from "./parts.ts";
import { purchaseInvariants } from "./purchases.ts";
import { returnInvariants } from "./returns.ts";
import { reversalInvariants } from "./reversals.ts";

/** Receipts with the hashes under which they stand among the keys: see receiptKey. */
const receiptKeyOf = (kind: string): string =>
  keyHash(["receipt", kind], ["brand", "store_id", "terminal_id", "shift", "number"]);
const PARKED_KEY = keyHash(["receipt", "return"], ["r.brand", 'r."storeId"', 'r."terminalId"', "r.shift", "r.number"]);

/** A return that was refused has given its receipt back. */
const RECEIPTS = `receipts as (
    select 'pur' as kind, purchase_id as operation_id, brand, ${receiptKeyOf("purchase")} as key from purchases
    union all
    select 'ret', return_id, brand, ${receiptKeyOf("return")} from returns
    union all
    select 'ret', q.operation_id, r.brand, ${PARKED_KEY}
    from parked_returns q, json_to_record(q.terms->'receipt')
      as r(brand text, "storeId" text, "terminalId" text, shift text, number text) where q.status in ('parked', 'withdrawn')
    union all
    select 'opn', operation_id, brand, subject_hash
    from operations where name = '${REVERSAL}' and refusal is null and answer->>'outcome' = 'tombstoned')`;

/** How many keys lead to each operation: that of its receipt, and those of clients that sent it. */
const FOUND = `found as (
    select r.kind, r.operation_id, r.brand, r.key, count(k.key) as keys, bool_or(k.key = r.key) as by_receipt
    from receipts r left join command_keys k using (operation_id) group by 1, 2, 3, 4)`;

const foundByKeys = (kind: "pur" | "ret" | "opn", name: string): string =>
  `select ${brokenUnless("by_receipt and keys >= 2", {
    [name]: id(kind, "operation_id"),
    entity: "brand",
    keyLeadsTo: `(select ${id("opn", "k.operation_id")} from command_keys k where k.key = found.key)`,
    keys: "keys",
  })} from found where kind = '${kind}'`;

const oneEffectPerReceipt: Invariant = {
  name: "one_effect_per_receipt",
  statement:
    "The natural key of each purchase's and each return's receipt, and of each receipt that was reversed before it came, leads to the one operation that made it; and so does the key of the client that asked.",
  facts: `with ${RECEIPTS}, ${FOUND}
    ${foundByKeys("pur", "purchaseId")} union all ${foundByKeys("ret", "returnId")} union all ${foundByKeys("opn", "operationId")}`,
};

export const salesInvariants: readonly Invariant[] = [
  oneEffectPerReceipt,
  ...readableSales,
  ...purchaseInvariants,
  ...partInvariants,
  ...returnInvariants,
  ...parkedInvariants,
  ...reversalInvariants,
  ...dayInvariants,
];
