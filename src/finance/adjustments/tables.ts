/** Adjustments: what was asked for by hand, by whom, and what became of it. */
import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { amount, bucket, id, instant, json, memberId, word } from "../../db/columns.ts";
import type { Brand } from "../../ledger/account.ts";
import { lotParts } from "../../ledger/tables.ts";
import type { Direction } from "../../policy/adjustment-rules.ts";

export const adjustments = pgTable(
  "adjustments",
  {
    bucket: bucket(),
    id: id("adj", "adjustment_id").notNull(),
    /** Whose account, as it was asked for. */
    memberId: memberId(),
    /** The profile that was presented; it goes with it where the member parts. */
    profileId: id("prf", "profile_id"),
    /** In whose books. */
    brand: word<Brand>("brand").notNull(),
    direction: word<Direction>("direction").notNull(),
    amount: amount("amount"),
    /** The code of the reason, and its category by the rules of that moment. */
    reason: text("reason").notNull(),
    category: text("category").notNull(),
    incident: text("incident"),
    comment: text("comment").notNull(),
    /** The adjustment that it undoes. */
    reverses: id("adj", "reverses"),
    /** The break of a reconciliation that it puts right. */
    breakId: id("brk", "break_id"),
    /** Who has asked, and can therefore not agree. */
    staffId: text("staff_id").notNull(),
    requestedAt: instant("requested_at").notNull(),
    /** Until when it waits for a second person; null: it takes one only. */
    expiresAt: instant("expires_at"),
    /** The operation that has moved the bonuses, in whose wallet, and when. */
    appliedBy: id("opn", "applied_by"),
    appliedTo: id("mbr", "applied_to"),
    appliedAt: instant("applied_at"),
    /** The lot that it has made, or parts of lots that it has taken, or given back. */
    parts: json("parts", lotParts).notNull(),
    /** Of a reversal: what nothing has covered. */
    debt: amount("debt"),
    /** The operation that has rejected it. */
    rejectedBy: id("opn", "rejected_by"),
    /** The adjustment that has undone it. */
    reversedBy: id("adj", "reversed_by"),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("adjustments_in_order").on(table.id),
    index("adjustments_waiting").on(table.id).where(sql`${table.appliedBy} is null and ${table.rejectedBy} is null`),
    index("adjustments_of_member").on(table.memberId, table.id),
    index("adjustments_of_incident").on(table.incident, table.id).where(sql`${table.incident} is not null`),
    uniqueIndex("adjustments_correct_a_break_once")
      .on(table.breakId)
      .where(sql`${table.breakId} is not null and ${table.appliedBy} is not null`),
    index("adjustments_applied").on(table.appliedBy).where(sql`${table.appliedBy} is not null`),
    // Reports of a month go by when they were applied.
    index("adjustments_by_day").on(table.appliedAt).where(sql`${table.appliedBy} is not null`),
    check("adjustment_direction", sql`${table.direction} in ('credit', 'debit')`),
    check("adjustment_moves_something", sql`${table.amount} > 0 and ${table.debt} between 0 and ${table.amount}`),
    check(
      "adjustment_applied_whole",
      sql`num_nulls(${table.appliedBy}, ${table.appliedTo}, ${table.appliedAt}) in (0, 3)`,
    ),
    check("adjustment_ends_once", sql`${table.appliedBy} is null or ${table.rejectedBy} is null`),
    check("adjustment_reversed_when_applied", sql`${table.reversedBy} is null or ${table.appliedBy} is not null`),
  ],
);
