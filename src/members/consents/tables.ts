/** What customers allow brands to do. */
import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bucket, id, instant } from "../../db/columns.ts";

/**
 * What customers have said of what a brand may do, by purpose: each piece of news, in the order in which it came. What holds is
 * the latest that was said. Never updated, never deleted.
 */
export const profileConsents = pgTable(
  "profile_consents",
  {
    /** Of the profile. */
    bucket: bucket(),
    profileId: id("prf", "profile_id").notNull(),
    /** From one, as it came. */
    ordinal: integer("ordinal").notNull(),
    purpose: text("purpose").notNull(),
    given: boolean("given").notNull(),
    /** When it was said. */
    since: instant("since").notNull(),
    /** A registration, or a change; who has told of it, how and why stands with that. */
    operationId: id("opn", "operation_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.profileId, table.ordinal] }),
    index("profile_consents_by_time").on(table.profileId, table.since, table.ordinal),
    check("consent_ordinal", sql`${table.ordinal} > 0`),
  ],
);
