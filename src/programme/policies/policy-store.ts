/** Versions of the rules as documents: added, and never changed. */
import { TableRows } from "../../db/table-rows.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import { policies } from "../../policy/tables.ts";

/** SQL: the hash that a version is kept with, over all that was written of it. */
const ROW_HASH = `left(encode(sha256(convert_to(
  concat_ws('|', version, (extract(epoch from effective_from) * 1000)::bigint, note, rules), 'UTF8')), 'hex'), 32)::uuid`;

export const policyRows = new TableRows<typeof policies, "rowHash">(policies, { sql: { rowHash: ROW_HASH } });
export type PolicyVersion = Omit<typeof policies.$inferSelect, "rowHash">;

const insert = policyRows.inserting();

/** Nobody needs one loaded: the engine judges each group by all that there are. */
export const policyStore: DocumentStore<PolicyVersion> = {
  name: policyRows.name,
  load: () => Promise.resolve(new Map()),
  save: (all) => (all.length === 0 ? [] : [insert(all.map(({ document }) => document))]),
};
