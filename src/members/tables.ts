/** Brand profiles, and what a till can present for a member. Personal data stands here and nowhere else. */
import { boolean, index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bucket, id, instant, json, memberId, word } from "../db/columns.ts";
import type { IdentifierKind, PresentedIdentifier } from "./identifier.ts";
import type { Person } from "./person.ts";

export const profiles = pgTable(
  "profiles",
  {
    bucket: bucket(),
    id: id("prf", "profile_id").notNull(),
    memberId: memberId(),
    brand: text("brand").notNull(),
    externalId: text("external_id").notNull(),
    person: json<Person>("person").notNull(),
    identifiers: json<readonly PresentedIdentifier[]>("identifiers").notNull(),
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
export const identifiers = pgTable(
  "identifiers",
  {
    kind: word<IdentifierKind>("kind").notNull(),
    /** Normalised: a phone in E.164, an e-mail in small letters. */
    value: text("value").notNull(),
    bucket: bucket(),
    memberId: memberId(),
    profileId: id("prf", "profile_id").notNull(),
    verified: boolean("verified").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.value] })],
);
