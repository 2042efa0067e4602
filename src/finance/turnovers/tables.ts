/** Turnovers: what each account of each entity was debited and credited, by day. They follow from the transfers, and can be made anew. */
import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { amount, calendarDate, word } from "../../db/columns.ts";
import type { Account, Brand, LotKind } from "../../ledger/account.ts";
import type { TransferEvent } from "../../ledger/transfer.ts";

export const turnovers = pgTable(
  "turnovers",
  {
    entity: word<Brand>("entity").notNull(),
    /** Of the programme's zone, on which it is accounted. */
    day: calendarDate("day").notNull(),
    account: word<Account>("account").notNull(),
    event: word<TransferEvent>("event").notNull(),
    /** Of the lot; empty where no lot is concerned. */
    kind: word<LotKind | "">("kind").notNull(),
    /** Where the operation took place; empty where it has none, and of what time does. */
    storeId: text("store_id").notNull(),
    debit: amount("debit"),
    credit: amount("credit"),
  },
  (table) => [
    primaryKey({ columns: [table.entity, table.day, table.account, table.event, table.kind, table.storeId] }),
    index("turnovers_of_store").on(table.storeId, table.day).where(sql`${table.storeId} <> ''`),
    check("turnover_not_below_zero", sql`${table.debit} >= 0 and ${table.credit} >= 0`),
  ],
);
