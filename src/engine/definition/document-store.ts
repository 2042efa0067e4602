/**
 * How one kind of document is loaded and saved: one statement for a whole group, whatever its size.
 * Names tables: a store is made of one.
 */
import type { PgTable } from "drizzle-orm/pg-core";
import { arrayOf, bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { ifAny, type RowOf, TableRows, type Writing } from "../../db/table-rows.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { lockable, type LockMode } from "../connection/locking.ts";
import type { Transaction } from "../connection/session.ts";

export interface DocumentStore<T> {
  readonly name: string;
  /** Loads by id, and locks the rows as it is told, in the order of their ids. Rows that never change need no lock. */
  load(tx: Transaction, ids: readonly string[], lock: LockMode): Promise<Map<string, T>>;
  /** The statements that write documents. They are sent as one, together with all others of the group. */
  save(changes: readonly DocumentChange<T>[]): Writing[];
}

interface DocumentChange<T> {
  readonly id: string;
  readonly document: T;
  /** As it was loaded; absent where it is new. */
  readonly former: T | undefined;
}

/** Names a document that is needed. */
export interface DocumentNeed {
  readonly store: DocumentStore<never>;
  readonly id: string;
}

export function need<T>(store: DocumentStore<T>, id: string): DocumentNeed {
  return { store: store as DocumentStore<never>, id };
}

/**
 * A question that is asked once what a group needs is locked, so that its answer is true when the group is decided. Nothing of
 * it is kept. A question is told by its text: it consists of plain values.
 */
export interface Reading<Q, A> {
  read(tx: Transaction, question: Q): Promise<A>;
  /** As a command has it loaded, and finds its answer. */
  readonly store: DocumentStore<A>;
  readonly keyOf: (question: Q) => string;
}

export function defineReading<Q, A>(name: string, read: Reading<Q, A>["read"]): Reading<Q, A> {
  return {
    read,
    keyOf: (question) => JSON.stringify(question),
    store: {
      name,
      async load(tx, keys) {
        const answers = keys.map(async (key) => [key, await read(tx, JSON.parse(key) as Q)] as const);
        return new Map(await Promise.all(answers));
      },
      save: () => [],
    },
  };
}

export const needAnswer = <Q, A>({ store, keyOf }: Reading<Q, A>, question: Q): DocumentNeed =>
  need(store, keyOf(question));

const documentOf = <T>({ document }: { readonly document: T }): T => document;

/** Tables of members' things: a bucket, and an id that carries the bucket that the document was born in. */
type MemberTable = PgTable & { readonly $inferSelect: { readonly bucket: number; readonly id: string } };
type Document<T extends MemberTable> = RowOf<T, "bucket">;

/**
 * A store of documents that are rows of a table by their id; `fixed` are the columns that never change afterwards.
 * Lock order: bucket, then id. A document stays in the bucket of its id.
 */
export function memberDocuments<T extends MemberTable>(
  table: T,
  fixed: readonly (keyof Document<T> & string)[],
): DocumentStore<Document<T>> {
  const rows = new TableRows<T, "bucket">(table, {
    computed: { bucket: (row) => bucketOf((row as unknown as { id: string }).id) },
  });
  const key = rows.column("id");
  const select = lockable(`select ${rows.list("t")} from ${rows.name} t
    where t.bucket = any($1::smallint[]) and t.${key} = any($2::uuid[]) order by t.bucket, t.${key}`);
  const insert = rows.inserting();
  const update = rows.updating(["bucket", "id"] as never, fixed);
  return {
    name: rows.name,
    async load(tx, ids, lock) {
      const buckets = bucketsOf(ids);
      const found = await tx.values(select[lock], [buckets, uuidsOf(ids)]);
      const documents = found.map((values) => rows.decode(values) as unknown as Document<T> & { readonly id: string });
      return new Map(documents.map((document) => [document.id, document]));
    },
    save(all) {
      const born = all.filter(({ former }) => former === undefined);
      const changed = all.filter(({ former }) => former !== undefined);
      return [...ifAny(born.map(documentOf), insert), ...ifAny(changed.map(documentOf), update)];
    },
  };
}

/**
 * A store of documents that are rows of a small table with a key of text: stores, brands, settings.
 * Saving inserts, or changes all columns but the key and those that are fixed. Lock order: the key.
 */
export function keyedDocuments<T extends PgTable>(
  rows: TableRows<T>,
  key: keyof T["$inferSelect"] & string,
  fixed: readonly (keyof T["$inferSelect"] & string)[] = [],
): DocumentStore<T["$inferSelect"]> {
  const column = rows.column(key);
  const select = lockable(
    `select ${rows.list("t")} from ${rows.name} t where t.${column} = any($1::text[]) order by t.${column}`,
  );
  const save = rows.upserting([key], fixed);
  return {
    name: rows.name,
    async load(tx, ids, lock) {
      const found = await tx.values(select[lock], [arrayOf(ids, "text")]);
      const documents = found.map((values) => rows.decode(values));
      return new Map(documents.map((document) => [String(document[key]), document]));
    },
    save: (all) => ifAny(all.map(documentOf) as never, save),
  };
}
