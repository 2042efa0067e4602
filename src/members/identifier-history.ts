/** Since when, and until when, identifiers have led to whom: whoever had one then keeps what comes late of then. */
import { arrayOf } from "../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../db/table-rows.ts";
import type { Instant } from "../kernel/clock.ts";
import { groupBy } from "../kernel/group-by.ts";
import type { OperationId, ProfileId } from "../kernel/ids.ts";
import type { DocumentStore } from "../engine/definition/document-store.ts";
import { identifierHistory } from "./tables.ts";

export type IdentifierEvent = RowOf<typeof identifierHistory>;

export const historyRows = new TableRows(identifierHistory);
const SELECT = `select ${historyRows.list("h")} from identifier_history h
  where h.identifier_key = any($1::uuid[]) order by h.identifier_key, h.ordinal`;
const insert = historyRows.inserting();

/** All that has become of an identifier, by its key, first to last. Locked as identifiers are. Only ever added to. */
export const historyStore: DocumentStore<readonly IdentifierEvent[]> = {
  name: historyRows.name,
  async load(tx, keys) {
    const found = await tx.values(SELECT, [arrayOf(keys, "uuid")]);
    return groupBy<string, IdentifierEvent>(
      found.map((values) => historyRows.decode(values)),
      ({ key }) => key,
    );
  },
  save: (changes) =>
    ifAny(
      changes.flatMap(({ document, former = [] }) => document.slice(former.length)),
      insert,
    ),
};

/** While an identifier led to a profile's member. */
export interface Interval {
  readonly profileId: ProfileId;
  readonly since: Instant;
  readonly begunBy: OperationId;
  readonly verified: boolean;
  /** Null: it does still. */
  readonly until: Instant | null;
  readonly endedBy: OperationId | null;
}

/** First to last. */
export function intervalsOf(history: readonly IdentifierEvent[]): Interval[] {
  const intervals: Interval[] = [];
  for (const { event, profileId, verified, operationId, since } of history) {
    const begun = { profileId, since, verified, begunBy: operationId, until: null, endedBy: null };
    const last = event === "begun" ? begun : intervals.pop();
    if (last === undefined) continue;
    intervals.push(event === "ended" ? { ...last, until: since, endedBy: operationId } : { ...last, verified });
  }
  return intervals;
}

/**
 * The profile that had an identifier at an instant; of an instant at which nobody had it, the next that had it: whatever
 * had waited for it since then was claimed by that one. Undefined where nobody has had it since.
 */
export const holderAt = (history: readonly IdentifierEvent[], at: Instant): ProfileId | undefined =>
  intervalsOf(history).find(({ until }) => until === null || until > at)?.profileId;
