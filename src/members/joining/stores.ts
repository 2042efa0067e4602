/** Documents of joining and parting: merges, pairs that are never joined, the history of links, and who is part of whom. */
import { uuidsOf } from "../../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../../db/table-rows.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { bucketOf, fromUuid, type MemberId } from "../../kernel/ids.ts";
import { type DocumentStore, memberDocuments } from "../../engine/definition/document-store.ts";
import { cannotLinks, merges } from "../tables.ts";

export type Merge = Readonly<RowOf<typeof merges, "bucket">>;
export type CannotLink = RowOf<typeof cannotLinks>;

export const mergeStore = memberDocuments(merges, ["survivorId", "absorbedId", "reason", "rule", "mergedAt"]);

const mergeRows = new TableRows<typeof merges, "bucket">(merges, {
  computed: { bucket: ({ id }) => bucketOf(id) },
});
const OF_SURVIVORS = `select ${mergeRows.list("m")} from merges m where m.survivor_id = any($1::uuid[]) and m.status = 'merged'`;

/**
 * Who has become part of a member directly, and is so still, by the member. No lock of their own: whoever changes that has
 * locked the wallet of the member that stands for both. Never saved: merges are, one by one.
 */
export const mergesInto: DocumentStore<readonly Merge[]> = {
  name: "merges by survivor",
  async load(tx, members) {
    const found = await tx.values(OF_SURVIVORS, [uuidsOf(members)]);
    return groupBy<string, Merge>(
      found.map((values) => mergeRows.decode(values)),
      ({ survivorId }) => survivorId,
    );
  },
  save: () => [],
};

const PARTS =
  "select w.member_id, w.survivor_id from wallets w where w.survivor_id = any($1::uuid[]) order by w.member_id";

/** All members that are part of a member, by that member. Locked as merges are. Never saved: wallets say it. */
export const partsStore: DocumentStore<readonly MemberId[]> = {
  name: "parts of members",
  async load(tx, members) {
    const found = await tx.run<{ member_id: string; survivor_id: string }>(PARTS, [uuidsOf(members)]);
    const bySurvivor = groupBy(found, ({ survivor_id }) => fromUuid("mbr", survivor_id));
    return new Map([...bySurvivor].map(([id, rows]) => [id, rows.map((row) => fromUuid("mbr", row.member_id))]));
  },
  save: () => [],
};

const pairRows = new TableRows(cannotLinks);
const PAIRS = `select ${pairRows.list("c")} from cannot_links c where c.one_id = any($1::uuid[]) or c.other_id = any($1::uuid[])`;
const insertPairs = pairRows.inserting("on conflict (one_id, other_id) do nothing");

/**
 * The pairs that a member is one of, by the member. No lock of their own: whoever adds one has locked a wallet that stands
 * for one of the two.
 */
export const cannotLinkStore: DocumentStore<readonly CannotLink[]> = {
  name: pairRows.name,
  async load(tx, members) {
    const found = (await tx.values(PAIRS, [uuidsOf(members)])).map((values) => pairRows.decode(values));
    const pairsOf = (id: string) => found.filter(({ oneId, otherId }) => oneId === id || otherId === id);
    return new Map(members.map((id) => [id, pairsOf(id)]));
  },
  save(changes) {
    const known = new Set(changes.flatMap(({ former = [] }) => former));
    return ifAny(
      changes.flatMap(({ document }) => document).filter((pair) => !known.has(pair)),
      insertPairs,
    );
  },
};

/** For statements that find merges otherwise. */
export const mergeColumns = {
  list: mergeRows.list("m"),
  decode: (values: readonly unknown[]): Merge => mergeRows.decode(values),
};
