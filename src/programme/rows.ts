/** How rows of who takes part are read and written: by lists, by the directory, and by commands. */
import { TableRows } from "../db/table-rows.ts";
import { brandNames, brands, clients, settings, stores } from "./tables.ts";

export const brandRows = new TableRows(brands);
export const brandNameRows = new TableRows(brandNames);
export const storeRows = new TableRows(stores);
export const clientRows = new TableRows(clients);
export const settingRows = new TableRows(settings);
