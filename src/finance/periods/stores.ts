/** The books and their changes, as they are kept. */
import { ifAny, type RowOf, TableRows } from "../../db/table-rows.ts";
import { type DocumentStore, keyedDocuments, need } from "../../engine/definition/document-store.ts";
import { bookChanges, books } from "./tables.ts";

export type Books = Readonly<RowOf<typeof books>>;
export type BookChange = Readonly<RowOf<typeof bookChanges, "position">>;

export const bookStore = keyedDocuments(new TableRows(books), "name");

/** The key of the one row. */
export const THE_BOOKS = "books";

/** Whoever changes the books comes alone: their row is there from the beginning. */
export const needBooks = need(bookStore, THE_BOOKS);

const bookChangeRows = new TableRows<typeof bookChanges, "position">(bookChanges, {
  sql: { position: "(select pg_current_xact_id()::text::bigint)" },
});
const insert = bookChangeRows.inserting();

/** Changes of the books are only appended: none is loaded to be changed. */
export const bookChangeStore: DocumentStore<BookChange> = {
  name: "book_changes",
  load: async () => new Map(),
  save: (changes) =>
    ifAny(
      changes.map(({ document }) => document),
      insert,
    ),
};
