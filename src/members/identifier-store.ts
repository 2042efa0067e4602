/** Which member an identifier leads to. */
import { arrayOf } from "../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../db/table-rows.ts";
import { bucketOf } from "../kernel/ids.ts";
import type { Transaction } from "../engine/connection/session.ts";
import type { CommandContext } from "../engine/definition/context.ts";
import type { DocumentStore } from "../engine/definition/document-store.ts";
import { identifiers } from "./tables.ts";

/** As the table describes it; one that has ended says so, and is not kept there. */
export type KnownIdentifier = Readonly<RowOf<typeof identifiers, "bucket">> & { readonly ended?: true };

const rows = new TableRows<typeof identifiers, "bucket">(identifiers, {
  computed: { bucket: ({ memberId }) => bucketOf(memberId) },
});
const SELECT = `select ${rows.list("i")} from identifiers i where i.identifier_key = any($1::uuid[])`;
const insert = rows.inserting();
const update = rows.updating(["key"], ["kind"]);
const DELETE = "delete from identifiers where identifier_key = any($1::uuid[])";

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
    const leading = changes.filter(({ document }) => document.ended !== true);
    const born = leading.filter(({ former }) => former === undefined).map(({ document }) => document);
    const changed = leading.filter(({ former }) => former !== undefined).map(({ document }) => document);
    const ended = changes.filter(({ document, former }) => document.ended === true && former !== undefined);
    const gone = ended.map(({ id }) => id);
    return [
      ...ifAny(born, insert),
      ...ifAny(changed, update),
      ...ifAny(gone, (keys) => ({ text: DELETE, parameters: [arrayOf(keys, "uuid")] })),
    ];
  },
};

/** Whom an identifier leads to in a command, by its key; undefined where it leads to nobody, or has ended. */
export function leadingBy({ document }: Pick<CommandContext, "document">, key: string): KnownIdentifier | undefined {
  const known = document(identifierStore, key);
  return known?.ended === true ? undefined : known;
}

/** Reads whom identifiers lead to, by their keys, outside of any command. */
export function readIdentifiers(tx: Transaction, keys: readonly string[]): Promise<Map<string, KnownIdentifier>> {
  if (keys.length === 0) return Promise.resolve(new Map<string, KnownIdentifier>());
  return identifierStore.load(tx, keys, "none");
}
