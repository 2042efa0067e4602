/** Figures of each brand and day. They follow from the journal, and can be made anew. */
import { bigint, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { calendarDate, word } from "../../db/columns.ts";
import type { Brand } from "../../ledger/account.ts";
import type { FigureName } from "./figures.ts";

export const dailyFigures = pgTable(
  "daily_figures",
  {
    /** Whose it is; empty where it is the whole programme's. */
    entity: word<Brand>("entity").notNull(),
    /** Of the programme's zone, on which it is accounted. */
    day: calendarDate("day").notNull(),
    figure: word<FigureName>("figure").notNull(),
    /** By how much it has changed on that day: things, or minor units. May be below zero, where more was undone than done. */
    value: bigint("value", { mode: "bigint" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.entity, table.day, table.figure] })],
);
