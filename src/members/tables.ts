/** Brand profiles, and what a till can present for a member. Personal data stands here and nowhere else. */
import { boolean, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bucket, instant, jsonText, memberId } from "../db/columns.ts";

export const profiles = pgTable(
  "profiles",
  {
    bucket: bucket(),
    profileId: uuid("profile_id").notNull(),
    memberId: memberId(),
    brand: text("brand").notNull(),
    externalId: text("external_id").notNull(),
    person: jsonText("person").notNull(),
    identifiers: jsonText("identifiers").notNull(),
    consents: jsonText("consents").notNull(),
    storeId: text("store_id"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.profileId] }),
    index("profiles_of_member").on(table.bucket, table.memberId),
  ],
);

/** Which member an identifier leads to. Unique everywhere, so not bound to a bucket. */
export const identifiers = pgTable(
  "identifiers",
  {
    kind: text("kind").notNull(),
    /** Normalised: a phone in E.164, an e-mail in small letters. */
    value: text("value").notNull(),
    bucket: bucket(),
    memberId: memberId(),
    profileId: uuid("profile_id").notNull(),
    verified: boolean("verified").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.value] })],
);
