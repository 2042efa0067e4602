/** Settlements as they are kept, and which of each pair there are. */
import { ifAny, type RowOf, TableRows } from "../../db/table-rows.ts";
import { bucketOf } from "../../kernel/ids.ts";
import type { Brand } from "../../ledger/account.ts";
import {
  defineReading,
  type DocumentStore,
  memberDocuments,
  needAnswer,
} from "../../engine/definition/document-store.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { Month } from "../periods/months.ts";
import { settlementLines, settlements } from "./tables.ts";
import type { SettlementStatus } from "./words.ts";

export type Settlement = Readonly<RowOf<typeof settlements, "bucket">>;
export type SettlementLine = Readonly<RowOf<typeof settlementLines, "bucket">>;

export const settlementStore = memberDocuments(settlements, [
  ...(["operationId", "number", "one", "other", "fromMonth", "toMonth", "oneOwes", "otherOwes", "lines"] as const),
]);

export const lineRows = new TableRows<typeof settlementLines, "bucket">(settlementLines, {
  computed: { bucket: ({ settlementId }) => bucketOf(settlementId) },
});
const insert = lineRows.inserting();

/** Lines are added with their settlement, all at once. */
export const settlementLineStore: DocumentStore<readonly SettlementLine[]> = {
  name: lineRows.name,
  load: () => Promise.resolve(new Map()),
  save: (all) =>
    ifAny(
      all.flatMap(({ document }) => document),
      insert,
    ),
};

/** The last settlement of a pair that was not dropped. */
export interface LastOfPair {
  readonly one: Brand;
  readonly other: Brand;
  readonly fromMonth: Month;
  readonly toMonth: Month;
  readonly status: SettlementStatus;
}

export interface Settled {
  /** Of all settlements, the dropped ones included. */
  readonly highestNumber: number;
  readonly last: readonly LastOfPair[];
}

const HIGHEST = "select coalesce(max(number), 0) as number from settlements";
const LAST = `select distinct on (one, other) one, other, from_month as "fromMonth", to_month as "toMonth", status from settlements
  where status <> 'dropped' order by one, other, to_month desc`;

export async function readSettled(tx: Transaction): Promise<Settled> {
  const [highest] = await tx.run<{ number: number }>(HIGHEST);
  return { highestNumber: highest?.number ?? 0, last: await tx.run<LastOfPair>(LAST) };
}

/** Asked for with the books locked: whoever makes or drops a settlement has them. */
export const settledReading = defineReading<"all", Settled>("settled", (tx) => readSettled(tx));
export const needSettled = needAnswer(settledReading, "all");
