/** Which member an identifier leads to. */
import { arrayOf } from "../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../db/table-rows.ts";
import { bucketOf } from "../kernel/ids.ts";
import type { Transaction } from "../engine/connection/session.ts";
import type { DocumentStore } from "../engine/definition/document-store.ts";
import { type Identifier, identifierRef } from "./identifier.ts";
import { identifiers } from "./tables.ts";

/** As the table describes it. */
export type KnownIdentifier = Readonly<RowOf<typeof identifiers, "bucket">>;

const rows = new TableRows<typeof identifiers, "bucket">(identifiers, {
  computed: { bucket: ({ memberId }) => bucketOf(memberId) },
});
/** May find a few more than asked for: the kind of one with the value of another. */
const SELECT = `select ${rows.list("i")} from identifiers i where i.kind = any($1::text[]) and i.value = any($2::text[])`;
const insert = rows.inserting();
const update = rows.updating(["kind", "value"], ["createdAt"]);

/**
 * Identifiers by `kind|value`. No lock of their own: a new one is written under its key, which is claimed first, and
 * whoever changes a known one needs the wallet of the member that it leads to: wallets are locked before documents are read.
 */
export const identifierStore: DocumentStore<KnownIdentifier> = {
  name: rows.name,
  async load(tx, refs) {
    const kinds = refs.map((ref) => ref.slice(0, ref.indexOf("|")));
    const values = refs.map((ref) => ref.slice(ref.indexOf("|") + 1));
    const found = await tx.values(SELECT, [arrayOf([...new Set(kinds)], "text"), arrayOf(values, "text")]);
    const wanted = new Set(refs);
    const known = found.map((columns) => rows.decode(columns)).map((row) => [identifierRef(row), row] as const);
    return new Map(known.filter(([ref]) => wanted.has(ref)));
  },
  save(changes) {
    const born = changes.filter(({ former }) => former === undefined).map(({ document }) => document);
    const changed = changes.filter(({ former }) => former !== undefined).map(({ document }) => document);
    return [...ifAny(born, insert), ...ifAny(changed, update)];
  },
};

/** Reads whom identifiers lead to, outside of any command. */
export function readIdentifiers(tx: Transaction, wanted: readonly Identifier[]): Promise<Map<string, KnownIdentifier>> {
  if (wanted.length === 0) return Promise.resolve(new Map<string, KnownIdentifier>());
  return identifierStore.load(tx, wanted.map(identifierRef), "none");
}
