/** Tills, each by its store and its number there. One is born once, and nothing of it changes: nobody needs to lock it. */
import { arrayOf } from "../../db/arrays.ts";
import { ifAny, TableRows } from "../../db/table-rows.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import { terminals } from "../tables.ts";

export type Terminal = typeof terminals.$inferSelect;

/** Names a till among all: numbers are given by each store for itself. */
export const terminalRef = ({ storeId, terminalId }: Pick<Terminal, "storeId" | "terminalId">): string =>
  JSON.stringify([storeId, terminalId]);

const rows = new TableRows(terminals);
const FIND = `select ${rows.list("t")} from ${rows.name} t
  where (t.store_id, t.terminal_id) in (select unnest($1::text[]), unnest($2::text[]))`;
/** A till may be seen first by two receipts at once: the first of them counts. */
const save = rows.upserting(["storeId", "terminalId"], ["firstSeenAt"]);

export const terminalStore: DocumentStore<Terminal> = {
  name: rows.name,
  async load(tx, ids) {
    const pairs = ids.map((id) => JSON.parse(id) as [string, string]);
    const storeIds = pairs.map(([storeId]) => storeId);
    const terminalIds = pairs.map(([, terminalId]) => terminalId);
    const found = await tx.values(FIND, [arrayOf(storeIds, "text"), arrayOf(terminalIds, "text")]);
    const known = found.map((values) => rows.decode(values));
    return new Map(known.map((terminal) => [terminalRef(terminal), terminal]));
  },
  save(changes) {
    // In one order, so that two groups that bring the same tills never wait for each other in a circle.
    const ordered = [...changes].sort((a, b) => (a.id < b.id ? -1 : 1));
    return ifAny(
      ordered.map(({ document }) => document),
      save,
    );
  },
};
