/** Everything that is always true of sales. */
import { brokenUnless, id, type Invariant } from "../../engine/definition/invariant.ts";
import { purchaseInvariants } from "./purchases.ts";
import { returnInvariants } from "./returns.ts";

/** The hash under which a receipt stands among the keys: see receiptKey. */
const receiptKeyOf = (kind: string): string => {
  const parts = ["d.brand", "d.store_id", "d.terminal_id", "d.shift", "d.number"].map(
    (column) => `to_json(${column})::text`,
  );
  const text = `'["receipt","${kind}",' || ${parts.join(" || ',' || ")} || ']'`;
  return `left(encode(sha256(convert_to(${text}, 'UTF8')), 'hex'), 32)::uuid`;
};

const factsOfReceipts = (table: string, key: string, prefix: string, kind: string): string =>
  `select ${brokenUnless(`k.operation_id = d.${key}`, {
    [`${kind}Id`]: id(prefix, `d.${key}`),
    entity: "d.brand",
    keyLeadsTo: id("opn", "k.operation_id"),
  })} from ${table} d left join command_keys k on k.key = ${receiptKeyOf(kind)}`;

const oneEffectPerReceipt: Invariant = {
  name: "one_effect_per_receipt",
  statement: "The natural key of each purchase's and each return's receipt leads to the one operation that made it.",
  facts: `${factsOfReceipts("purchases", "purchase_id", "pur", "purchase")}
    union all ${factsOfReceipts("returns", "return_id", "ret", "return")}`,
};

export const salesInvariants: readonly Invariant[] = [oneEffectPerReceipt, ...purchaseInvariants, ...returnInvariants];
