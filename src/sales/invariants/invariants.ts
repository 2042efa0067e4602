/** Everything that is always true of sales. */
import { brokenUnless, id, type Invariant, keyHash } from "../../engine/definition/invariant.ts";
import { dayInvariants } from "./days.ts";
import { purchaseInvariants } from "./purchases.ts";
import { returnInvariants } from "./returns.ts";
import { reversalInvariants } from "./reversals.ts";

/** The hash under which a receipt stands among the keys: see receiptKey. */
const receiptKeyOf = (kind: string): string =>
  keyHash(["receipt", kind], ["d.brand", "d.store_id", "d.terminal_id", "d.shift", "d.number"]);

/** How many keys lead to an operation: that of the receipt, and that of the client, or of several that sent the same. */
const COUNTED = "counted as (select operation_id, count(*) as keys from command_keys group by operation_id)";

const factsOfReceipts = (table: string, key: string, prefix: string, kind: string): string =>
  `select ${brokenUnless(`k.operation_id = d.${key} and c.keys >= 2`, {
    [`${kind}Id`]: id(prefix, `d.${key}`),
    entity: "d.brand",
    keyLeadsTo: id("opn", "k.operation_id"),
    keys: "coalesce(c.keys, 0)",
  })} from ${table} d left join command_keys k on k.key = ${receiptKeyOf(kind)} left join counted c on c.operation_id = d.${key}`;

const oneEffectPerReceipt: Invariant = {
  name: "one_effect_per_receipt",
  statement:
    "The natural key of each purchase's and each return's receipt, and of each receipt that was reversed before it came, leads to the one operation that made it; and so does the key of the client that asked.",
  facts: `with ${COUNTED}
    ${factsOfReceipts("purchases", "purchase_id", "pur", "purchase")}
    union all ${factsOfReceipts("returns", "return_id", "ret", "return")}
    union all
    select ${brokenUnless("k.operation_id = o.operation_id and c.keys >= 2", {
      operationId: id("opn", "o.operation_id"),
      entity: "o.brand",
      keyLeadsTo: id("opn", "k.operation_id"),
      keys: "coalesce(c.keys, 0)",
    })}
    from operations o left join command_keys k on k.key = o.subject_hash left join counted c on c.operation_id = o.operation_id
    where o.name = 'reversal' and o.refusal is null and o.answer->>'outcome' = 'tombstoned'`,
};

export const salesInvariants: readonly Invariant[] = [
  oneEffectPerReceipt,
  ...purchaseInvariants,
  ...returnInvariants,
  ...reversalInvariants,
  ...dayInvariants,
];
