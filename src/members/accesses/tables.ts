/** The access log. No personal data. */
import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bucket, id, instant } from "../../db/columns.ts";

/**
 * Who was shown whose personal data, or has looked for somebody and found nobody; written before the answer is given. Never
 * updated; deleted by the database's owner alone, once it is old. Nothing of a person stands in it, nor what was looked for.
 */
export const accesses = pgTable(
  "accesses",
  {
    /** Of the profile. */
    bucket: bucket(),
    id: id("acs", "access_id").notNull(),
    at: instant("at").notNull(),
    /** Of the read; or of the operation of which it was a preview. */
    name: text("name").notNull(),
    /** Whose sealed fields were opened for the answer, or whose part of this log was shown; absent where nobody was found. */
    profileId: id("prf", "profile_id"),
    /** Whom it led to then. */
    memberId: id("mbr", "member_id"),
    /** The profile's. */
    brand: text("brand"),
    clientId: id("cli", "client_id").notNull(),
    staffId: text("staff_id"),
    /** Where, as far as the request has said it. */
    storeId: text("store_id"),
    terminalId: text("terminal_id"),
    requestId: text("request_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("accesses_of_profile").on(table.profileId, table.at, table.id).where(sql`${table.profileId} is not null`),
    index("accesses_of_client").on(table.clientId, table.at, table.id),
    index("accesses_of_staff").on(table.staffId, table.at, table.id).where(sql`${table.staffId} is not null`),
    check(
      "access_of_profile",
      sql`(${table.profileId} is null) = (${table.memberId} is null) and (${table.profileId} is null) = (${table.brand} is null)`,
    ),
  ],
);
