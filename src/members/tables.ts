/** Brand profiles, and what a till can present for a member. Personal data stands in profiles, sealed, and nowhere else. */
import { boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bucket, hash, id, instant, json, memberId, sealed, word } from "../db/columns.ts";
import type { BroughtIdentifier, IdentifierKind } from "./identifier.ts";

export const profiles = pgTable(
  "profiles",
  {
    bucket: bucket(),
    id: id("prf", "profile_id").notNull(),
    memberId: memberId(),
    brand: text("brand").notNull(),
    /** The profile's natural key, as it stands among the keys: the keyed hash of brand and external id. */
    key: hash("profile_key").notNull(),
    /** What is sealed is read and written by sealed-profile.ts. */
    externalId: sealed("external_id"),
    person: sealed("person"),
    /** What is brought without its text, for the proof and for whoever compares. */
    identifiers: json<readonly BroughtIdentifier[]>("identifiers").notNull(),
    /** The texts of the identifiers, in their order. */
    identifierValues: sealed("identifier_values"),
    consents: json<Readonly<Record<string, boolean>>>("consents").notNull(),
    storeId: text("store_id"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("profiles_of_member").on(table.bucket, table.memberId),
  ],
);

/** Which member an identifier leads to. Unique everywhere, so not bound to a bucket. */
export const identifiers = pgTable("identifiers", {
  /** The keyed hash of the identifier in normal form, as it stands among the keys: see identifierKey. */
  key: hash("identifier_key").primaryKey(),
  kind: word<IdentifierKind>("kind").notNull(),
  bucket: bucket(),
  memberId: memberId(),
  profileId: id("prf", "profile_id").notNull(),
  verified: boolean("verified").notNull(),
  createdAt: instant("created_at").notNull(),
});
