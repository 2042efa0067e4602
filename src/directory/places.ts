/** Registering brands, stores and tills. Repeating any of it changes nothing. */
import { type Clock, formatInstant, type Instant } from "../kernel/clock.ts";
import type { Reader } from "../engine/reader.ts";
import type { BrandEntry, Store } from "./directory.ts";

const SAVE_BRAND = `insert into brands (brand, name, legal_entity) values ($1, $2, $3)
  on conflict (brand) do update set name = excluded.name, legal_entity = excluded.legal_entity`;
/** A store keeps its brand for ever: its receipts are in that entity's books. */
const SAVE_STORE = `insert into stores (store_id, brand, name, time_zone) values ($1, $2, $3, $4)
  on conflict (store_id) do update set name = excluded.name, time_zone = excluded.time_zone
  where stores.brand = excluded.brand returning 1`;
/** Answers when the till was seen first, whether it is new or not. */
const SAVE_TERMINAL = `insert into terminals as t (store_id, terminal_id, first_seen_at) values ($1, $2, $3::timestamptz)
  on conflict (store_id, terminal_id) do update set first_seen_at = t.first_seen_at returning first_seen_at`;

export async function saveBrand(db: Reader, { brand, name, legalEntity }: BrandEntry): Promise<void> {
  await db.run(SAVE_BRAND, [brand, name, legalEntity]);
}

/** Registers a store of a known brand. Answers false where it belongs to another brand. */
export async function saveStore(db: Reader, { storeId, brand, name, timeZone }: Store): Promise<boolean> {
  return (await db.run(SAVE_STORE, [storeId, brand, name, timeZone])).length > 0;
}

/** Registers a till of a known store. Answers since when it is known. */
export async function saveTerminal(db: Reader, clock: Clock, storeId: string, terminalId: string): Promise<Instant> {
  const [row] = await db.run<{ first_seen_at: Date }>(SAVE_TERMINAL, [storeId, terminalId, formatInstant(clock.now())]);
  return row?.first_seen_at.getTime() ?? clock.now();
}

/** Whether a text is a time zone that the runtime knows, by its IANA name. */
export function isTimeZone(name: string): boolean {
  // An offset would be taken too, but is no zone: it knows no summer.
  if (/^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
