/** Small documents of the programme, each a row by its key: how the engine loads and saves them. */
import { keyedDocuments } from "../engine/definition/document-store.ts";
import { brandRows, settingRows, storeRows } from "./rows.ts";

export const brandStore = keyedDocuments(brandRows, "brand");

/** A store keeps its brand for ever: its receipts are in that entity's books. */
export const storeStore = keyedDocuments(storeRows, "storeId", ["brand"]);

export const settingStore = keyedDocuments(settingRows, "name");
