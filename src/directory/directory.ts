/**
 * Who takes part: brands, stores, tills and clients, as the database has them.
 * What is read here may be up to a second old; no amount ever depends on it. What is not found is always looked up anew.
 */
import type { Clock, Instant } from "../kernel/clock.ts";
import type { Reader } from "../engine/reader.ts";

export interface Store {
  readonly storeId: string;
  readonly brand: string;
  readonly name: string;
  readonly timeZone: string;
}

export interface BrandEntry {
  readonly brand: string;
  readonly name: string;
  readonly legalEntity: string;
}

export type Scope = (typeof SCOPES)[number];
export const SCOPES = ["pos", "checkout", "crm", "support", "finance", "admin"] as const;

export interface Client {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The only brand that it may act for; absent for systems of both. */
  readonly brand: string | null;
}

interface Snapshot {
  readonly readAt: Instant;
  readonly brands: ReadonlyMap<string, BrandEntry>;
  readonly stores: ReadonlyMap<string, Store>;
  readonly clientsByKey: ReadonlyMap<string, Client>;
}

const MAX_AGE_MS = 1_000;
/** How often at most a miss may send us back to the database. */
const MISS_MS = 50;

const BRANDS = "select brand, name, legal_entity from brands order by brand";
const STORES = "select store_id, brand, name, time_zone from stores";
const CLIENTS = `select k.key_hash, c.client_id, c.name, c.scopes, c.brand from client_keys k join clients c using (client_id)
  where k.revoked_at is null and c.revoked_at is null`;
const SEE_TERMINAL = `insert into terminals (store_id, terminal_id, first_seen_at) values ($1, $2, $3::timestamptz)
  on conflict do nothing`;

export class Directory {
  readonly #reader: Reader;
  readonly #clock: Clock;
  #snapshot: Snapshot | undefined;
  #reading: Promise<Snapshot> | undefined;
  readonly #terminals = new Set<string>();

  constructor(reader: Reader, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
  }

  async brands(): Promise<BrandEntry[]> {
    return [...(await this.#current()).brands.values()];
  }

  brand(brand: string): Promise<BrandEntry | undefined> {
    return this.#find((snapshot) => snapshot.brands.get(brand));
  }

  store(storeId: string): Promise<Store | undefined> {
    return this.#find((snapshot) => snapshot.stores.get(storeId));
  }

  /** The client that a key belongs to, by the key's hash; none for a key that was never given, rotated or revoked. */
  client(keyHash: string): Promise<Client | undefined> {
    return this.#find((snapshot) => snapshot.clientsByKey.get(keyHash));
  }

  /** Forgets what was read, and what is being read, after a change through this service: it counts at once. */
  changed(): void {
    this.#snapshot = undefined;
    this.#reading = undefined;
  }

  /** Registers a till at its first receipt. */
  async seeTerminal(storeId: string, terminalId: string): Promise<void> {
    const key = `${storeId}|${terminalId}`;
    if (this.#terminals.has(key)) return;
    await this.#reader.run(SEE_TERMINAL, [storeId, terminalId, new Date(this.#clock.now()).toISOString()]);
    if (this.#terminals.size > 100_000) this.#terminals.clear();
    this.#terminals.add(key);
  }

  async #find<T>(look: (snapshot: Snapshot) => T | undefined): Promise<T | undefined> {
    const snapshot = await this.#current();
    const found = look(snapshot);
    if (found !== undefined || performance.now() - snapshot.readAt < MISS_MS) return found;
    return look(await this.#read());
  }

  #current(): Promise<Snapshot> | Snapshot {
    const snapshot = this.#snapshot;
    return snapshot !== undefined && performance.now() - snapshot.readAt < MAX_AGE_MS ? snapshot : this.#read();
  }

  /** Reads everything once, however many ask. */
  #read(): Promise<Snapshot> {
    if (this.#reading !== undefined) return this.#reading;
    const reading = this.#load();
    this.#reading = reading;
    const keep = (snapshot: Snapshot | undefined) => {
      // What began before a change may not have seen it.
      if (this.#reading !== reading) return;
      this.#reading = undefined;
      this.#snapshot = snapshot ?? this.#snapshot;
    };
    reading.then(keep, () => keep(undefined));
    return reading;
  }

  async #load(): Promise<Snapshot> {
    const readAt = performance.now();
    const [brands, stores, keys] = await Promise.all([
      this.#reader.run<{ brand: string; name: string; legal_entity: string }>(BRANDS),
      this.#reader.run<{ store_id: string; brand: string; name: string; time_zone: string }>(STORES),
      this.#reader.run<ClientRow>(CLIENTS),
    ]);
    return {
      readAt,
      brands: new Map(
        brands.map(({ brand, name, legal_entity }) => [brand, { brand, name, legalEntity: legal_entity }]),
      ),
      stores: new Map(
        stores.map((row) => [
          row.store_id,
          { storeId: row.store_id, brand: row.brand, name: row.name, timeZone: row.time_zone },
        ]),
      ),
      clientsByKey: new Map(keys.map((row) => [row.key_hash, clientOf(row)])),
    };
  }
}

interface ClientRow {
  readonly key_hash: string;
  readonly client_id: string;
  readonly name: string;
  readonly scopes: string;
  readonly brand: string | null;
}

function clientOf(row: ClientRow): Client {
  // Arrays come as PostgreSQL's text, `{pos,crm}`; scopes are plain words.
  const scopes = row.scopes.slice(1, -1).split(",") as Scope[];
  return {
    clientId: `cli_${row.client_id.replaceAll("-", "")}`,
    name: row.name,
    scopes: new Set(scopes),
    brand: row.brand,
  };
}
