/** Rows of wallets, of their lots and of their holds, as tables have them. */
import { TableRows } from "../../db/table-rows.ts";
import { bucketOf, type MemberId } from "../../kernel/ids.ts";
import type { Hold } from "../../ledger/hold.ts";
import { holds, lots, wallets } from "../../ledger/tables.ts";

const byMember = { computed: { bucket: ({ memberId }: { memberId: MemberId }) => bucketOf(memberId) } };
export const lotRows = new TableRows<typeof lots, "bucket">(lots, byMember);
export const holdRows = new TableRows<typeof holds, "bucket">(holds, byMember);
export const walletRows = new TableRows<typeof wallets, "bucket">(wallets, byMember);

type HoldRow = (typeof holds)["$inferSelect"];

/** A row of holds as the state that it is in. */
export function holdOf({ bucket: _, captured: __, status, endedAt, ...terms }: HoldRow): Hold {
  return status === "open" ? { ...terms, status } : { ...terms, status, endedAt: endedAt ?? 0 };
}
