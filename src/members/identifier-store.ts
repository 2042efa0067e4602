/** Which member an identifier leads to. */
import { arrayOf } from "../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../db/table-rows.ts";
import { bucketOf } from "../kernel/ids.ts";
import type { Transaction } from "../engine/connection/session.ts";
import type { DocumentStore } from "../engine/definition/document-store.ts";
import { identifiers } from "./tables.ts";

/** As the table describes it. */
export type KnownIdentifier = Readonly<RowOf<typeof identifiers, "bucket">>;

const rows = new TableRows<typeof identifiers, "bucket">(identifiers, {
  computed: { bucket: ({ memberId }) => bucketOf(memberId) },
});
const SELECT = `select ${rows.list("i")} from identifiers i where i.identifier_key = any($1::uuid[])`;
const insert = rows.inserting();
const update = rows.updating(["key"], ["kind", "createdAt"]);

/**
 * Identifiers by their keys. No lock of their own: a new one is written under its key, which is claimed first, and
 * whoever changes a known one needs the wallet of the member that it leads to: wallets are locked before documents are read.
 */
export const identifierStore: DocumentStore<KnownIdentifier> = {
  name: rows.name,
  async load(tx, keys) {
    const found = await tx.values(SELECT, [arrayOf(keys, "uuid")]);
    return new Map(found.map((columns) => rows.decode(columns)).map((row) => [row.key, row]));
  },
  save(changes) {
    const born = changes.filter(({ former }) => former === undefined).map(({ document }) => document);
    const changed = changes.filter(({ former }) => former !== undefined).map(({ document }) => document);
    return [...ifAny(born, insert), ...ifAny(changed, update)];
  },
};

/** Reads whom identifiers lead to, by their keys, outside of any command. */
export function readIdentifiers(tx: Transaction, keys: readonly string[]): Promise<Map<string, KnownIdentifier>> {
  if (keys.length === 0) return Promise.resolve(new Map<string, KnownIdentifier>());
  return identifierStore.load(tx, keys, "none");
}
