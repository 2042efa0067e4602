/** Small documents of the programme, each a row by its key: how the engine loads and saves them. */
import { keyedDocuments } from "../engine/definition/document-store.ts";
import { brands, settings, stores } from "./tables.ts";

export const brandStore = keyedDocuments(brands, "brand");

/** A store keeps its brand for ever: its receipts are in that entity's books. */
export const storeStore = keyedDocuments(stores, "storeId", ["brand"]);

export const settingStore = keyedDocuments(settings, "name");
