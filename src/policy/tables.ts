/** Versions of the programme's rules. A version is never changed; a new one is added. */
import { integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { hash, instant } from "../db/columns.ts";

export const policies = pgTable("policies", {
  version: integer("version").primaryKey(),
  effectiveFrom: instant("effective_from").notNull(),
  rules: jsonb("rules").$type<unknown>().notNull(),
  note: text("note").notNull(),
  /** Of the version as it was written, its day and its note included: the proof compares. */
  rowHash: hash("row_hash").notNull(),
});
