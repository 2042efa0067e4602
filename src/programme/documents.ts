/** Small documents of the programme, each a row by its key: how the engine loads and saves them. */
import { ifAny, type RowOf } from "../db/table-rows.ts";
import { type DocumentStore, keyedDocuments } from "../engine/definition/document-store.ts";
import { brandNameRows, brandRows, settingRows, storeRows } from "./rows.ts";
import type { brandNames } from "./tables.ts";

export const brandStore = keyedDocuments(brandRows, "brand");

const insertNames = brandNameRows.inserting();

/** Names are only added: none is loaded to be changed. */
export const brandNameStore: DocumentStore<Readonly<RowOf<typeof brandNames>>> = {
  name: brandNameRows.name,
  load: () => Promise.resolve(new Map()),
  save: (all) =>
    ifAny(
      all.map(({ document }) => document),
      insertNames,
    ),
};

/** A store keeps its brand for ever: its receipts are in that entity's books. */
export const storeStore = keyedDocuments(storeRows, "storeId", ["brand"]);

export const settingStore = keyedDocuments(settingRows, "name");
