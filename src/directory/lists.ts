/** Lists for administrators: in the order of their keys, a page at a time. */
import { formatInstant } from "../kernel/clock.ts";
import { fromUuid } from "../kernel/ids.ts";
import type { Reader } from "../engine/reader.ts";
import type { BrandEntry, Scope, Store } from "./directory.ts";

/** A page: what comes after a key (absent: from the beginning), and at most how much. */
export interface PageAsked {
  readonly after: string | undefined;
  readonly limit: number;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** The key of the last entry, where more follow. */
  readonly next: string | null;
}

export interface ListedClient {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly brand: string | null;
  readonly createdAt: string;
  /** When its present key was given. */
  readonly keySince: string | null;
  readonly revokedAt: string | null;
}

export interface ListedPolicy {
  readonly version: number;
  readonly effectiveFrom: string;
  readonly note: string;
  readonly rules: unknown;
}

const CLIENTS = `select c.client_id, c.name, c.scopes, c.brand, c.created_at, c.revoked_at,
    (select max(k.created_at) from client_keys k where k.client_id = c.client_id and k.revoked_at is null) as key_since
  from clients c where c.client_id > $1::uuid order by c.client_id limit $2::int`;
const STORES =
  "select store_id, brand, name, time_zone from stores where store_id > $1 order by store_id limit $2::int";
const BRANDS = "select brand, name, legal_entity from brands where brand > $1 order by brand limit $2::int";
const POLICIES = `select version, effective_from, note, rules from policies where version > $1::int order by version limit $2::int`;

const NO_UUID = "00000000-0000-0000-0000-000000000000";

export async function listClients(db: Reader, asked: PageAsked): Promise<Listed<ListedClient>> {
  const rows = await db.run<ClientRow>(CLIENTS, [asked.after ?? NO_UUID, asked.limit + 1]);
  return listed(rows.map(clientOf), asked, ({ clientId }) => clientId.slice(4));
}

export async function listStores(db: Reader, asked: PageAsked): Promise<Listed<Store>> {
  const rows = await db.run<StoreRow>(STORES, [asked.after ?? "", asked.limit + 1]);
  return listed(rows.map(storeOf), asked, ({ storeId }) => storeId);
}

export async function listBrands(db: Reader, asked: PageAsked): Promise<Listed<BrandEntry>> {
  const rows = await db.run<BrandRow>(BRANDS, [asked.after ?? "", asked.limit + 1]);
  return listed(rows.map(brandOf), asked, ({ brand }) => brand);
}

export async function listPolicies(db: Reader, asked: PageAsked): Promise<Listed<ListedPolicy>> {
  const rows = await db.run<PolicyRow>(POLICIES, [asked.after ?? 0, asked.limit + 1]);
  return listed(rows.map(policyOf), asked, ({ version }) => `${version}`);
}

/** One entry more than was asked for has been read, to know whether there is a next page. */
function listed<T>(read: readonly T[], { limit }: PageAsked, keyOf: (item: T) => string): Listed<T> {
  const items = read.slice(0, limit);
  const last = items.at(-1);
  return { items, next: read.length > limit && last !== undefined ? keyOf(last) : null };
}

interface ClientRow {
  readonly client_id: string;
  readonly name: string;
  readonly scopes: string;
  readonly brand: string | null;
  readonly created_at: Date;
  readonly key_since: Date | null;
  readonly revoked_at: Date | null;
}
interface StoreRow {
  readonly store_id: string;
  readonly brand: string;
  readonly name: string;
  readonly time_zone: string;
}
interface BrandRow {
  readonly brand: string;
  readonly name: string;
  readonly legal_entity: string;
}
interface PolicyRow {
  readonly version: number;
  readonly effective_from: Date;
  readonly note: string;
  readonly rules: unknown;
}

const instantOf = (date: Date | null): string | null => (date === null ? null : formatInstant(date.getTime()));

const clientOf = (row: ClientRow): ListedClient => ({
  clientId: fromUuid("cli", row.client_id),
  name: row.name,
  // Arrays come as PostgreSQL's text, `{pos,crm}`; scopes are plain words.
  scopes: row.scopes.slice(1, -1).split(",") as Scope[],
  brand: row.brand,
  createdAt: formatInstant(row.created_at.getTime()),
  keySince: instantOf(row.key_since),
  revokedAt: instantOf(row.revoked_at),
});
const storeOf = (row: StoreRow): Store => ({
  storeId: row.store_id,
  brand: row.brand,
  name: row.name,
  timeZone: row.time_zone,
});
const brandOf = (row: BrandRow): BrandEntry => ({ brand: row.brand, name: row.name, legalEntity: row.legal_entity });
const policyOf = ({ version, effective_from, note, rules }: PolicyRow): ListedPolicy => {
  return { version, effectiveFrom: formatInstant(effective_from.getTime()), note, rules };
};
