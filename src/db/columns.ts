/**
 * Column types that all tables share, each with its codec: what the database gives is read, here and nowhere else, as
 * the type that the ledger works with. Amounts are bigint minor units, instants milliseconds, identifiers prefixed.
 */
import { bigint, customType, smallint, text } from "drizzle-orm/pg-core";
import type { Instant } from "../kernel/clock.ts";
import { fromUuid, type Id, type IdPrefix, uuidOf } from "../kernel/ids.ts";

/** The unit of distribution; it leads the primary key of every table of members' things. */
export const bucket = () => smallint("bucket").notNull();

/** An identifier of the ledger: `mbr_…` here, a uuid there. */
export const id = <P extends IdPrefix>(prefix: P, name: string) =>
  customType<{ data: Id<P>; driverData: string }>({
    dataType: () => "uuid",
    toDriver: uuidOf,
    fromDriver: (uuid) => fromUuid(prefix, uuid),
  })(name);

export const memberId = () => id("mbr", "member_id").notNull();

/** The first 128 bits of a hash: 32 hexadecimal digits here, a uuid there. */
export const hash = (name: string) =>
  customType<{ data: string; driverData: string }>({
    dataType: () => "uuid",
    fromDriver: (uuid) => uuid.replaceAll("-", ""),
  })(name);

/** Bonuses or kopecks in hundredths. */
export const amount = (name: string) => bigint(name, { mode: "bigint" }).notNull();

/** Milliseconds; the connection reads the database's text, see connect.ts. */
export const instant = (name: string) =>
  customType<{ data: Instant; driverData: Instant }>({ dataType: () => "timestamp (3) with time zone" })(name);

/** A calendar date as text, `2026-03-02`. */
export const calendarDate = (name: string) =>
  customType<{ data: string; driverData: string }>({ dataType: () => "date" })(name);

/** A text of a closed list. */
export const word = <T extends string>(name: string) => text(name).$type<T>();

/** JSON that is read whole and never searched, kept as the text it came as. `out` and `into` translate what JSON has no type for. */
export const json = <T, J = T>(name: string, codec?: { out(value: T): J; into(stored: J): T }) =>
  customType<{ data: T; driverData: unknown }>({
    dataType: () => "json",
    toDriver: (value) => JSON.stringify(codec === undefined ? value : codec.out(value)),
    fromDriver: (stored) => (codec === undefined ? (stored as T) : codec.into(stored as J)),
  })(name);

/** JSON text that is stored and told again as it is, byte for byte. */
export const jsonText = (name: string) =>
  customType<{ data: string; driverData: unknown }>({
    dataType: () => "json",
    toDriver: (value) => value,
  })(name);

/** Personal data, sealed: see FieldCipher in src/kernel/sealed.ts. */
export const sealed = (name: string) =>
  customType<{ data: Buffer; driverData: Buffer | string }>({
    dataType: () => "bytea",
    toDriver: (value) => `\\x${value.toString("hex")}`,
    fromDriver: (stored) => stored as Buffer,
  })(name).notNull();
