/**
 * Who takes part: brands, stores, tills and clients, as the database has them.
 * What is known here may be up to a second old; no amount ever depends on it. What is not known is looked up anew each
 * time, by its key: what another process has just made is there at once, and a key out of thin air costs one index look-up.
 */
import { arrayOf } from "../../db/arrays.ts";
import type { Source } from "../../engine/connection/gathered.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { Brand, Client, Directory as Participants, Store } from "../../engine/definition/lookup.ts";
import { brandStore, storeStore } from "../documents.ts";
import { terminalRef, terminalStore } from "../places/terminal-store.ts";
import { brandRows, storeRows, clientRows } from "../rows.ts";

/** All that takes part, tills aside; what was missed and found since is added. */
interface Snapshot {
  readonly readAt: number;
  readonly brands: Map<string, Brand>;
  readonly stores: Map<string, Store>;
  readonly clientsByKey: Map<string, Client>;
}

const MAX_AGE_MS = 1_000;
/** From this age on it is read anew while what is known still serves. */
const RENEWED_MS = 500;
/** Tills are known for ever; this many are remembered. */
const MAX_TERMINALS = 100_000;

export class Directory implements Participants {
  readonly #reader: Reader;
  #snapshot: Snapshot | undefined;
  #reading: Promise<Snapshot> | undefined;
  readonly #terminals = new Set<string>();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** By code. */
  async brands(): Promise<readonly Brand[]> {
    return [...(await this.#current()).brands.values()];
  }

  brand(brand: string): Promise<Brand | undefined> {
    return this.#find(brand, (snapshot) => snapshot.brands, brandStore);
  }

  store(storeId: string): Promise<Store | undefined> {
    return this.#find(storeId, (snapshot) => snapshot.stores, storeStore);
  }

  client(keyHash: string): Promise<Client | undefined> {
    return this.#find(keyHash, (snapshot) => snapshot.clientsByKey, clientsOfKeys);
  }

  async knowsTerminal(storeId: string, terminalId: string): Promise<boolean> {
    const ref = terminalRef({ storeId, terminalId });
    if (this.#terminals.has(ref)) return true;
    if ((await this.#reader.one(terminalStore, ref)) === undefined) return false;
    if (this.#terminals.size >= MAX_TERMINALS) this.#terminals.clear();
    this.#terminals.add(ref);
    return true;
  }

  changed(): void {
    this.#snapshot = undefined;
    // What is being read may not have seen the change.
    this.#reading = undefined;
  }

  async #find<T>(
    key: string,
    among: (snapshot: Snapshot) => Map<string, T>,
    source: Source<T>,
  ): Promise<T | undefined> {
    const snapshot = await this.#current();
    const known = among(snapshot).get(key);
    if (known !== undefined) return known;
    const found = await this.#reader.one(source, key);
    // Only into what it was missed in: after a change it may be wrong.
    if (found !== undefined && this.#snapshot === snapshot) among(snapshot).set(key, found);
    return found;
  }

  #current(): Promise<Snapshot> | Snapshot {
    const snapshot = this.#snapshot;
    const age = snapshot === undefined ? MAX_AGE_MS : performance.now() - snapshot.readAt;
    if (snapshot === undefined || age >= MAX_AGE_MS) return this.#read();
    // Should it fail, whoever comes when this has grown too old is told.
    if (age >= RENEWED_MS) this.#read().catch(() => {});
    return snapshot;
  }

  /** Reads everything once, however many ask. */
  #read(): Promise<Snapshot> {
    if (this.#reading !== undefined) return this.#reading;
    const reading = readAll(this.#reader);
    this.#reading = reading;
    const keep = (snapshot: Snapshot | undefined) => {
      if (this.#reading !== reading) return;
      this.#reading = undefined;
      this.#snapshot = snapshot ?? this.#snapshot;
    };
    reading.then(keep, () => keep(undefined));
    return reading;
  }
}

const BRANDS = `select ${brandRows.list("b")} from brands b order by b.brand`;
const STORES = `select ${storeRows.list("s")} from stores s`;
/** Keys that are worth something, and whose they are. */
const CLIENTS = `select k.key_hash, ${clientRows.list("c")} from client_keys k join clients c on c.client_id = k.client_id
  where k.revoked_at is null and c.revoked_at is null`;
const CLIENTS_OF = `${CLIENTS} and k.key_hash = any($1::text[])`;

async function readAll(reader: Reader): Promise<Snapshot> {
  const readAt = performance.now();
  const [ofBrands, ofStores, ofClients] = await Promise.all([
    reader.values(BRANDS),
    reader.values(STORES),
    reader.values(CLIENTS),
  ]);
  return {
    readAt,
    brands: new Map(ofBrands.map((values) => brandRows.decode(values)).map((brand) => [brand.brand, brand])),
    stores: new Map(ofStores.map((values) => storeRows.decode(values)).map((store) => [store.storeId, store])),
    clientsByKey: byKey(ofClients),
  };
}

const clientsOfKeys: Source<Client> = {
  load: async (tx, hashes) => byKey(await tx.values(CLIENTS_OF, [arrayOf(hashes, "text")])),
};

function byKey(rows: readonly (readonly unknown[])[]): Map<string, Client> {
  return new Map(
    rows.map(([keyHash, ...values]) => {
      const { id: clientId, name, scopes, brand } = clientRows.decode(values);
      return [String(keyHash), { clientId, name, scopes: new Set(scopes), brand }];
    }),
  );
}
