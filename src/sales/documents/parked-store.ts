/** Returns that came before their sale, kept by the receipt of that sale, and settled when it comes. */
import { arrayOf } from "../../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../../db/table-rows.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { hash128 } from "../../kernel/hash.ts";
import { type OperationId, uuidOf } from "../../kernel/ids.ts";
import { lockable } from "../../engine/connection/locking.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import type { ReturnTerms } from "../return-terms.ts";
import { returnTerms } from "../stored.ts";
import { parkedReturns } from "../tables.ts";

export type ParkedReturn = Readonly<RowOf<typeof parkedReturns>>;

/** At most so many wait for one sale. */
export const MOST_PARKED = 100;
/** At most so many are kept of one, those that were withdrawn or refused included: each coming one reads them. */
export const MOST_KEPT = 1_000;

const rows = new TableRows<typeof parkedReturns>(parkedReturns);
const SELECT = lockable(
  `select ${rows.list("p")} from parked_returns p where p.receipt_key = any($1::uuid[]) order by p.receipt_key, p.ordinal`,
);
const BY_OPERATION = `select ${rows.list("p")} from parked_returns p where p.operation_id = $1::uuid`;
const save = rows.upserting(["receiptKey", "ordinal"], ["operationId", "terms", "parkedAt"]);

/** Stands for what a return that waits is to take back, and of which sale: kept with the operation, which nobody changes. */
export const termsHash = (originalKey: string, terms: ReturnTerms): string =>
  hash128(JSON.stringify(["parked", originalKey, returnTerms.out(terms)]));

/** All returns parked for a receipt, by the receipt's key, in the order in which they came. Only those that changed are written. */
export const parkedStore: DocumentStore<readonly ParkedReturn[]> = {
  name: "parked_returns",
  async load(tx, keys, lock) {
    const found = await tx.values(SELECT[lock], [arrayOf(keys, "uuid")]);
    return groupBy(
      found.map((values) => rows.decode(values)),
      ({ receiptKey }) => receiptKey,
    );
  },
  save(changes) {
    const changed = changes.flatMap(({ document, former = [] }) => document.filter((entry) => !former.includes(entry)));
    return ifAny(changed, save);
  },
};

/** The return that an operation has parked. */
export async function readParked(tx: Transaction, operationId: OperationId): Promise<ParkedReturn | undefined> {
  const [values] = await tx.values(BY_OPERATION, [uuidOf(operationId)]);
  return values === undefined ? undefined : rows.decode(values);
}
