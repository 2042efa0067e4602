/** Staff who adjust accounts: which member each of them is, and what each has adjusted today. */
import { sql } from "drizzle-orm";
import { check, integer, pgTable, text } from "drizzle-orm/pg-core";
import { amount, calendarDate, id } from "../../db/columns.ts";

export const staff = pgTable(
  "staff",
  {
    /** As `X-Staff-Id` names them, in small letters. */
    staffId: text("staff_id").primaryKey(),
    /** The member who they are; null: it was said that they take no part in the programme. */
    memberId: id("mbr", "member_id"),
    /** The last day, of the programme's zone, on which they adjusted something; and how often and how much on it. */
    adjustedOn: calendarDate("adjusted_on"),
    adjustedCount: integer("adjusted_count").notNull(),
    adjustedAmount: amount("adjusted_amount"),
  },
  (table) => [check("staff_adjusted", sql`${table.adjustedCount} >= 0 and ${table.adjustedAmount} >= 0`)],
);
