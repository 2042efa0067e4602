/** Making, rotating and revoking clients, and the administrator's key of the first start. */
import type { Clock } from "../kernel/clock.ts";
import { as, type Id, newUuid, uuidOf } from "../kernel/ids.ts";
import type { Reader } from "../engine/reader.ts";
import type { Scope } from "./directory.ts";
import { hashKey, newKey } from "./keys.ts";

const INSERT_CLIENT = `insert into clients (client_id, name, scopes, brand, created_at)
  values ($1::uuid, $2, $3::text[], $4, $5::timestamptz)`;
const INSERT_KEY = "insert into client_keys (key_hash, client_id, created_at) values ($1, $2::uuid, $3::timestamptz) on conflict do nothing";
const REVOKE_KEYS = `update client_keys set revoked_at = $2::timestamptz where client_id = $1::uuid and revoked_at is null`;
const REVOKE_CLIENT = `with gone as (update clients set revoked_at = coalesce(revoked_at, $2::timestamptz) where client_id = $1::uuid returning 1)
  select count(*)::int as found from gone`;
const HAS_CLIENT = "select 1 from clients where client_id = $1::uuid and revoked_at is null";

export interface NewClient {
  readonly clientId: Id<"cli">;
  /** Shown once. */
  readonly key: string;
}

export interface ClientTerms {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly brand: string | null;
}

/** Registers a system that may call, and gives its first key. */
export async function makeClient(db: Reader, clock: Clock, { name, scopes, brand }: ClientTerms, key = newKey()): Promise<NewClient> {
  const clientId = as("cli", `opn_${newUuid(0)}`);
  const now = new Date(clock.now()).toISOString();
  await db.run(INSERT_CLIENT, [uuidOf(clientId), name, `{${scopes.join(",")}}`, brand, now]);
  await db.run(INSERT_KEY, [hashKey(key), uuidOf(clientId), now]);
  return { clientId, key };
}

/** Gives a client a new key, and ends its old ones at once. Undefined where there is no such client. */
export async function rotateKey(db: Reader, clock: Clock, clientId: Id<"cli">): Promise<NewClient | undefined> {
  if ((await db.run(HAS_CLIENT, [uuidOf(clientId)])).length === 0) return undefined;
  const key = newKey();
  const now = new Date(clock.now()).toISOString();
  await db.run(REVOKE_KEYS, [uuidOf(clientId), now]);
  await db.run(INSERT_KEY, [hashKey(key), uuidOf(clientId), now]);
  return { clientId, key };
}

/** Ends a client. Answers false where there is none. */
export async function revokeClient(db: Reader, clock: Clock, clientId: Id<"cli">): Promise<boolean> {
  const [row] = await db.run<{ found: number }>(REVOKE_CLIENT, [uuidOf(clientId), new Date(clock.now()).toISOString()]);
  return row !== undefined && row.found > 0;
}

const ADMIN_EXISTS = "select 1 from clients where 'admin' = any(scopes) and revoked_at is null limit 1";
const KEY_EXISTS = "select 1 from client_keys where key_hash = $1";

/**
 * Makes sure that somebody can administer: the key that was configured, or at the first start a new one,
 * which is answered so that it can be printed once.
 */
export async function ensureAdmin(db: Reader, clock: Clock, configured: string | undefined): Promise<string | undefined> {
  const terms: ClientTerms = { name: "administrator", scopes: ["admin"], brand: null };
  if (configured !== undefined) {
    if ((await db.run(KEY_EXISTS, [hashKey(configured)])).length === 0) await makeClient(db, clock, terms, configured);
    return undefined;
  }
  if ((await db.run(ADMIN_EXISTS)).length > 0) return undefined;
  return (await makeClient(db, clock, terms)).key;
}
