/**
 * Which transfers belong to lines of receipts, by their operations. What belongs to none: all that time does, holds, what is given
 * and taken without a receipt; and, in the books of whoever is not the seller, lots that have covered what another entity's
 * goods took back or cost again: they cover a sum, and no line.
 */
import { oneOf } from "../../engine/definition/invariant.ts";
import type { TransferEvent } from "../../ledger/transfer.ts";
import { CLAIM, MAKES_PURCHASE, MAKES_RETURN, REVERSAL } from "../../sales/operation-names.ts";

type Events = readonly TransferEvent[];

interface OfLines {
  readonly names: readonly string[];
  /** In anybody's books. */
  readonly all: Events;
  /** In the books of the seller. */
  readonly sellers: Events;
}

/** A purchase makes the returns that have waited for it. */
const OF_LINES: readonly OfLines[] = [
  { names: MAKES_PURCHASE, all: ["grant", "suspension", "spend", "unspend"], sellers: ["clawback"] },
  { names: MAKES_RETURN, all: ["unspend"], sellers: ["clawback"] },
  { names: [CLAIM], all: ["claim"], sellers: [] },
  {
    names: [REVERSAL],
    all: ["grant", "suspension", "unspend"],
    sellers: ["clawback", "clawback_reversal", "spend_reversal"],
  },
];

/** SQL: a transfer `t` in the books of whoever issued a lot that another entity was paid out of, or has paid into. */
const FOR_ANOTHER = `(t.debit like 'due\\_to:%' or t.credit like 'due\\_to:%')`;

const among = (column: string, values: readonly string[]): string =>
  values.length === 0 ? "false" : `${column} in (${oneOf(values)})`;

/** SQL: whether a transfer `t` of an operation `o` belongs to lines. */
export const isOfLines: string = `(${OF_LINES.map(
  ({ names, all, sellers }) =>
    `${among("o.name", names)} and (${among("t.event", all)} or ${among("t.event", sellers)} and not ${FOR_ANOTHER})`,
).join(" or ")})`;
