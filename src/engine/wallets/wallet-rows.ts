/** Rows of wallets, of their lots and of their holds, as tables have them. */
import { TableRows } from "../../db/table-rows.ts";
import { bucketOf, type MemberId } from "../../kernel/ids.ts";
import type { Hold } from "../../ledger/hold.ts";
import type { Lot } from "../../ledger/lot.ts";
import { holds, lots, wallets } from "../../ledger/tables.ts";

const byMember = { computed: { bucket: ({ memberId }: { memberId: MemberId }) => bucketOf(memberId) } };
export const lotRows = new TableRows<typeof lots, "bucket">(lots, byMember);
export const holdRows = new TableRows<typeof holds, "bucket">(holds, byMember);
export const walletRows = new TableRows<typeof wallets, "bucket">(wallets, byMember);

export const lotOf = (values: readonly unknown[]): Lot => lotRows.decode(values);

/** A hold in the state that it is in. */
export function holdOf(values: readonly unknown[]): Hold {
  const { bucket: _, captured: __, status, endedAt, ...terms } = holdRows.decode(values);
  return status === "open" ? { ...terms, status } : { ...terms, status, endedAt: endedAt ?? 0 };
}
