/** Making, rotating and revoking clients, and the administrator's key of the first start. */
import type { Clock, Instant } from "../kernel/clock.ts";
import { formatInstant } from "../kernel/clock.ts";
import type { Sql } from "../db/connect.ts";
import { as, type Id, newUuid, uuidOf } from "../kernel/ids.ts";
import type { Reader } from "../engine/reader.ts";
import type { Scope } from "./directory.ts";
import { hashKey, newKey } from "./keys.ts";
import { CLAIM_ONCE, type Once, readOnce } from "./once.ts";

export type ClientId = Id<"cli">;

export interface NewKey {
  readonly clientId: ClientId;
  /** Shown once. */
  readonly key: string;
}

/** A key that was given; or the client of a repeated command, whose key was shown the first time; or a command under another one's key. */
export type KeyGiven = NewKey | { readonly clientId: ClientId; readonly key: null } | "mismatch";

export interface ClientTerms {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly brand: string | null;
}

/** A client has its key from the first moment: both, and the mark that it has happened, are one statement. */
const MAKE = `with first as (${CLAIM_ONCE} on conflict do nothing returning 1),
  client as (insert into clients (client_id, name, scopes, brand, created_at)
    select $4::uuid, $5::text, $6::text[], $7::text, $8::timestamptz from first returning client_id)
  insert into client_keys (key_hash, client_id, created_at) select $9::text, client_id, $8::timestamptz from client returning key_hash`;

/** Locked in a statement before: of two rotations at once, the later one ends the key that the former one gave. */
const LOCK = "select 1 from clients where client_id = $1::uuid for no key update";
/** Nothing is marked as having happened where there is no such client: the Idempotency-Key stays free. */
const ROTATE = `with client as (select client_id from clients where client_id = $4::uuid and revoked_at is null),
  first as (${CLAIM_ONCE} from client on conflict do nothing returning 1),
  ended as (update client_keys set revoked_at = $5::timestamptz
    where client_id = (select client_id from client cross join first) and revoked_at is null returning 1),
  given as (insert into client_keys (key_hash, client_id, created_at)
    select $6::text, client_id, $5::timestamptz from client cross join first returning 1)
  select (select count(*)::int from client) as clients, (select count(*)::int from given) as given`;

const REVOKE = `update clients set revoked_at = coalesce(revoked_at, $2::timestamptz) where client_id = $1::uuid returning revoked_at`;

/** Registers a system that may call, and gives its first key. */
export async function makeClient(db: Reader, clock: Clock, terms: ClientTerms, key = newKey()): Promise<NewKey> {
  const clientId = newClientId();
  await insertClient(db, clock, clientId, terms, key, { name: `once|${clientId}`, asked: "" });
  return { clientId, key };
}

/** The same under a caller's Idempotency-Key. */
export async function makeClientOnce(db: Reader, clock: Clock, terms: ClientTerms, once: Once): Promise<KeyGiven> {
  const clientId = newClientId();
  const key = newKey();
  return (await insertClient(db, clock, clientId, terms, key, once)) ? { clientId, key } : repeated(db, once);
}

/** Gives a client a new key, and ends its old ones at once. Undefined where there is no such client, or it is revoked. */
export async function rotateKeyOnce(
  pool: Sql,
  db: Reader,
  clock: Clock,
  clientId: ClientId,
  once: Once,
): Promise<KeyGiven | undefined> {
  const key = newKey();
  const uuid = uuidOf(clientId);
  const parameters = [once.name, once.asked, uuid, uuid, formatInstant(clock.now()), hashKey(key)];
  const [done] = await pool.begin(async (sql) => {
    await sql.unsafe(LOCK, [uuid]);
    return sql.unsafe<{ clients: number; given: number }[]>(ROTATE, parameters);
  });
  if (done === undefined || done.clients === 0) return undefined;
  return done.given > 0 ? { clientId, key } : repeated(db, once);
}

/** Ends a client, for ever. Answers since when; undefined where there is none. */
export async function revokeClient(db: Reader, clock: Clock, clientId: ClientId): Promise<Instant | undefined> {
  const [row] = await db.run<{ revoked_at: Date }>(REVOKE, [uuidOf(clientId), formatInstant(clock.now())]);
  return row?.revoked_at.getTime();
}

const newClientId = (): ClientId => as("cli", `opn_${newUuid(0)}`);

async function insertClient(
  db: Reader,
  clock: Clock,
  clientId: ClientId,
  terms: ClientTerms,
  key: string,
  once: Once,
): Promise<boolean> {
  const { name, scopes, brand } = terms;
  const uuid = uuidOf(clientId);
  const now = formatInstant(clock.now());
  const made = await db.run(MAKE, [
    once.name,
    once.asked,
    uuid,
    uuid,
    name,
    `{${scopes.join(",")}}`,
    brand,
    now,
    hashKey(key),
  ]);
  return made.length > 0;
}

async function repeated(db: Reader, once: Once): Promise<KeyGiven> {
  const before = await readOnce(db, once);
  return before === "other" ? "mismatch" : { clientId: `cli_${before.uuid}`, key: null };
}

const ADMIN_EXISTS = `select 1 from clients c join client_keys k using (client_id)
  where 'admin' = any(c.scopes) and c.revoked_at is null and k.revoked_at is null limit 1`;
const KEY_EXISTS = "select 1 from client_keys where key_hash = $1";

/**
 * Makes sure that somebody can administer: the key that was configured, or at the first start a new one,
 * which is answered so that it can be printed once. A configured key that was revoked stays so.
 */
export async function ensureAdmin(
  db: Reader,
  clock: Clock,
  configured: string | undefined,
): Promise<string | undefined> {
  const terms: ClientTerms = { name: "administrator", scopes: ["admin"], brand: null };
  if (configured !== undefined) {
    const hash = hashKey(configured);
    if ((await db.run(KEY_EXISTS, [hash])).length > 0) return undefined;
    // Two services that start at once with one key make one client.
    await insertClient(db, clock, newClientId(), terms, configured, { name: `once|${hash}`, asked: "" });
    return undefined;
  }
  if ((await db.run(ADMIN_EXISTS)).length > 0) return undefined;
  return (await makeClient(db, clock, terms)).key;
}
