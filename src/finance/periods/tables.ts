/** Periods of the books: up to where they are closed, and how that came about. */
import { sql } from "drizzle-orm";
import { bigint, check, integer, pgTable, text } from "drizzle-orm/pg-core";
import { calendarDate, id, instant, word } from "../../db/columns.ts";
import type { PeriodAction } from "./words.ts";

/** One row: the books of the programme. Both entities close together, so that their books mirror each other. */
export const books = pgTable(
  "books",
  {
    name: word<"books">("name").primaryKey(),
    /** The first day on which anything can be accounted; null while nothing has been closed. */
    openFrom: calendarDate("open_from"),
    /** How often they were closed and opened again. */
    changes: integer("changes").notNull(),
    /** The first day that no agreed settlement has: what lies before it is not opened again. Null while nothing was agreed. */
    settledBefore: calendarDate("settled_before"),
    /** What one person has asked for, and another has to agree to; null: nothing. */
    waitingAction: word<PeriodAction>("waiting_action"),
    waitingMonth: text("waiting_month"),
    waitingStaffId: text("waiting_staff_id"),
    waitingSince: instant("waiting_since"),
    waitingOperationId: id("opn", "waiting_operation_id"),
  },
  (table) => [
    check("books_are_one", sql`${table.name} = 'books'`),
    check(
      "books_wait_for_all_or_nothing",
      sql`num_nulls(${table.waitingAction}, ${table.waitingMonth}, ${table.waitingStaffId}, ${table.waitingSince}, ${table.waitingOperationId}) in (0, 5)`,
    ),
  ],
);

/** Each time that a month was closed or opened again. Never updated, never deleted. */
export const bookChanges = pgTable(
  "book_changes",
  {
    /** From one, without a gap. */
    number: integer("number").primaryKey(),
    /** Of its commit: what is posted at it or after it is accounted by this change. */
    position: bigint("position", { mode: "bigint" }).notNull().unique(),
    operationId: id("opn", "operation_id").notNull(),
    /** By whom it was asked for first. */
    askedBy: id("opn", "asked_by").notNull(),
    action: word<PeriodAction>("action").notNull(),
    month: text("month").notNull(),
    openFrom: calendarDate("open_from").notNull(),
  },
  (table) => [check("book_change_action", sql`${table.action} in ('close', 'reopen')`)],
);
