/** Who may act for whom, and what was done so. */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { amount, bucket, id, instant, memberId, word } from "../../db/columns.ts";

/**
 * Who may act for whom, and up to which amounts: a link of its own, owned by neither side. What was granted never changes; it
 * ends once. Both stand as they were named: whoever has absorbed one of them stands for it, and it parts with it.
 */
export const representativeLinks = pgTable(
  "representative_links",
  {
    bucket: bucket(),
    /** Of the operation that has granted it. */
    id: id("rep", "link_id").notNull(),
    /** For whom. */
    memberId: memberId(),
    /** Who acts. */
    representativeId: id("mbr", "representative_id").notNull(),
    /** Whether whoever acts is shown the balance. */
    sees: boolean("sees").notNull(),
    /** The most that one operation may spend; absent: as the month has it. Where both are absent, nothing. */
    perOperation: bigint("per_operation", { mode: "bigint" }),
    /** The most in a calendar month of the programme's zone. */
    perMonth: bigint("per_month", { mode: "bigint" }),
    /** Absent: since it was granted, whichever service's clock is behind. */
    since: instant("since"),
    until: instant("until"),
    endedAt: instant("ended_at"),
    endedBy: id("opn", "ended_by"),
    /** How many uses it had then: what is spent by a later one is spent by nobody's right, whatever clocks say. */
    usesThen: integer("uses_then"),
    /** The last month in which it was used, `2026-03`, and what counts as spent in it. */
    month: text("month"),
    monthSpent: amount("month_spent"),
    /** How often it was used, or got something back: see `representative_uses`. */
    uses: integer("uses").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("representative_links_of_member").on(table.memberId),
    index("representative_links_of_representative").on(table.representativeId),
    check("representative_of_another", sql`${table.memberId} <> ${table.representativeId}`),
    check("representative_limits", sql`${table.perOperation} > 0 and ${table.perMonth} > 0`),
    check("representative_ended", sql`num_nonnulls(${table.endedAt}, ${table.endedBy}, ${table.usesThen}) in (0, 3)`),
    check("representative_used", sql`${table.monthSpent} >= 0 and (${table.month} is null) = (${table.uses} = 0)`),
  ],
);

/** What was done by links, and what of it came back: who acted is told by it. Never updated, never deleted. */
export const representativeUses = pgTable(
  "representative_uses",
  {
    bucket: bucket(),
    representationId: id("rep", "link_id").notNull(),
    ordinal: integer("ordinal").notNull(),
    operationId: id("opn", "operation_id").notNull(),
    /** `came_back`: of what an earlier use has spent, in its month; `taken_again`: the return that had brought it was undone. */
    kind: word<"spent" | "came_back" | "taken_again">("kind").notNull(),
    /** The profile of the representative whose identifier was presented; absent: named by id. */
    profileId: id("prf", "profile_id"),
    month: text("month").notNull(),
    /** Spent, or put aside, be it nothing; below zero: what came back. */
    amount: amount("amount"),
    /** What counts as spent in the month with it. */
    monthSpent: amount("month_spent"),
    /** Of the wallet, as the operation has left it. */
    walletVersion: bigint("wallet_version", { mode: "bigint" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.representationId, table.ordinal] }),
    uniqueIndex("representative_uses_by_operation").on(table.operationId),
    check("representative_use_kind", sql`${table.kind} in ('spent', 'came_back', 'taken_again')`),
  ],
);
