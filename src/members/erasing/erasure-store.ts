/** Requests that members be erased, as they are kept; and the one place from which the database is asked to erase. */
import { uuidsOf } from "../../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../../db/table-rows.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { bucketOf, type Id, uuidOf } from "../../kernel/ids.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import { erasures } from "./tables.ts";

export type ErasureId = Id<"ers">;
export type Erasure = Readonly<RowOf<typeof erasures, "bucket">>;

const rows = new TableRows<typeof erasures, "bucket">(erasures, { computed: { bucket: ({ id }) => bucketOf(id) } });
const LAST = `select distinct on (e.member_id) ${rows.list("e")} from erasures e
  where e.member_id = any($1::uuid[]) order by e.member_id, e.requested_at desc, e.erasure_id desc`;
const insert = rows.inserting();
const update = rows.updating(["bucket", "id"], ["memberId", "requestedAt", "dueAt"]);

/**
 * The last request of a member, by the member; then those that commands of the group have added. No lock of its own: whoever makes
 * or ends one has locked the member's wallet.
 */
export const erasureStore: DocumentStore<readonly Erasure[]> = {
  name: rows.name,
  async load(tx, members) {
    const found = await tx.values(LAST, [uuidsOf(members)]);
    return groupBy<string, Erasure>(
      found.map((values) => rows.decode(values)),
      ({ memberId }) => memberId,
    );
  },
  save(changes) {
    const known = new Set(changes.flatMap(({ former = [] }) => former));
    const knownIds = new Set([...known].map(({ id }) => id));
    const written = changes.flatMap(({ document }) => document).filter((erasure) => !known.has(erasure));
    return [
      ...ifAny(
        written.filter(({ id }) => !knownIds.has(id)),
        insert,
      ),
      ...ifAny(
        written.filter(({ id }) => knownIds.has(id)),
        update,
      ),
    ];
  },
};

/** A member's erasures with the last of them changed. */
export const withLast = (all: readonly Erasure[], last: Erasure): Erasure[] => [
  ...all.filter(({ id }) => id !== last.id),
  last,
];

/**
 * The function does all of it, by itself, since it may change what nobody else may: drizzle/0027_erasures_rights.sql. It sees what
 * was committed before, and nothing that the group writes besides.
 */
const ERASE = `update erasures set status = 'erased', ended_at = $3::timestamptz, ended_by = $4::uuid,
    identifiers = erase_member(member_id, $4::uuid, $3::timestamptz)
  where bucket = $1::smallint and erasure_id = $2::uuid`;

/** Carries requests out. Never loaded. */
export const eraserStore: DocumentStore<Erasure> = {
  name: "what erases",
  load: () => Promise.resolve(new Map()),
  save: (changes) =>
    changes.map(({ document: { id, endedAt, endedBy } }) => ({
      text: ERASE,
      parameters: [`${bucketOf(id)}`, uuidOf(id), formatInstant(endedAt ?? 0), endedBy === null ? "" : uuidOf(endedBy)],
    })),
};
