/** Who takes part: brands, their stores and tills, and the systems that may call. */
import { sql } from "drizzle-orm";
import { check, index, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { id, instant, json } from "../db/columns.ts";
import type { Scope } from "../kernel/permissions.ts";

export const brands = pgTable("brands", {
  brand: text("brand").primaryKey(),
  name: text("name").notNull(),
  legalEntity: text("legal_entity").notNull(),
  /** Of the legal entity, for documents: ИНН, КПП and where it is. */
  inn: text("inn"),
  kpp: text("kpp"),
  city: text("city"),
});

/**
 * What each brand and its legal entity were called from when on: as it was before the first registration that is kept here, and as
 * each has named it since. Never updated, never deleted.
 */
export const brandNames = pgTable(
  "brand_names",
  {
    brand: text("brand").notNull(),
    /** Of the registration; all zeros for what was known before. */
    operationId: id("opn", "operation_id").notNull(),
    since: instant("since").notNull(),
    name: text("name").notNull(),
    legalEntity: text("legal_entity").notNull(),
    /** Of the legal entity, for documents: ИНН, КПП and where it is. */
    inn: text("inn"),
    kpp: text("kpp"),
    city: text("city"),
  },
  (table) => [primaryKey({ columns: [table.brand, table.operationId] })],
);

export const stores = pgTable("stores", {
  storeId: text("store_id").primaryKey(),
  brand: text("brand")
    .notNull()
    .references(() => brands.brand),
  name: text("name").notNull(),
  timeZone: text("time_zone").notNull(),
});

export const terminals = pgTable(
  "terminals",
  {
    storeId: text("store_id")
      .notNull()
      .references(() => stores.storeId),
    terminalId: text("terminal_id").notNull(),
    firstSeenAt: instant("first_seen_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.storeId, table.terminalId] })],
);

export const clients = pgTable(
  "clients",
  {
    id: id("cli", "client_id").primaryKey(),
    name: text("name").notNull(),
    scopes: json<readonly Scope[]>("scopes").notNull(),
    /** The only brand that it may act for; absent for systems of both. */
    brand: text("brand").references(() => brands.brand),
    createdAt: instant("created_at").notNull(),
    revokedAt: instant("revoked_at"),
  },
  (table) => [check("client_has_scopes", sql`json_array_length(${table.scopes}) > 0`)],
);

/** Keys as SHA-256 of what the client presents. A rotated key stays, revoked. */
export const clientKeys = pgTable(
  "client_keys",
  {
    keyHash: text("key_hash").primaryKey(),
    clientId: id("cli", "client_id")
      .notNull()
      .references(() => clients.id),
    createdAt: instant("created_at").notNull(),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("client_keys_of_client").on(table.clientId)],
);

/** Single facts of the installation, such as the time of a manual clock. */
export const settings = pgTable("settings", {
  name: text("name").primaryKey(),
  value: jsonb("value").$type<unknown>().notNull(),
});
