/** Turnovers by category of goods. They follow from the journal and from documents that never change, and can be made anew. */
import { sql } from "drizzle-orm";
import { check, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { amount, calendarDate, word } from "../../db/columns.ts";
import type { Brand } from "../../ledger/account.ts";
import type { TransferEvent } from "../../ledger/transfer.ts";

export const categoryTurnovers = pgTable(
  "category_turnovers",
  {
    entity: word<Brand>("entity").notNull(),
    /** Of the programme's zone, on which it is accounted. */
    day: calendarDate("day").notNull(),
    event: word<TransferEvent>("event").notNull(),
    /** Where the operation took place; empty where it has none, and of what time does. */
    storeId: text("store_id").notNull(),
    /** Of the goods, as the till has named it; empty of what belongs to no line of a receipt. */
    category: text("category").notNull(),
    /** What was turned over: as much was debited as credited. */
    amount: amount("amount"),
  },
  (table) => [
    primaryKey({ columns: [table.entity, table.day, table.event, table.storeId, table.category] }),
    check("category_turnover_not_below_zero", sql`${table.amount} >= 0`),
  ],
);
