/** Brand profiles, as the list of those that a member has. */
import { uuidsOf } from "../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../db/table-rows.ts";
import { groupBy } from "../kernel/group-by.ts";
import { bucketOf } from "../kernel/ids.ts";
import type { DocumentStore } from "../engine/definition/document-store.ts";
import { profiles } from "./tables.ts";

/** As the table describes it. It stays in the bucket that it was born in, whoever has it. */
export type Profile = Readonly<RowOf<typeof profiles, "bucket">>;

const rows = new TableRows<typeof profiles, "bucket">(profiles, {
  computed: { bucket: ({ id }) => bucketOf(id) },
});
/** Of no bucket: profiles of one member may have been born in several. */
const SELECT = `select ${rows.list("p")} from profiles p where p.member_id = any($1::uuid[]) order by p.member_id, p.profile_id`;
const insert = rows.inserting();
const update = rows.updating(["bucket", "id"], ["brand", "key", "createdAt"]);

/**
 * All profiles of a member, by the member. No lock of their own: whoever gives a member a profile, or changes one, has
 * locked its wallet, and wallets are locked before documents are read. Only those that changed are written.
 */
export const profileStore: DocumentStore<readonly Profile[]> = {
  name: rows.name,
  async load(tx, memberIds) {
    const found = await tx.values(SELECT, [uuidsOf(memberIds)]);
    return groupBy<string, Profile>(
      found.map((values) => rows.decode(values)),
      ({ memberId }) => memberId,
    );
  },
  save(changes) {
    // One that goes from one member to another is known by the one, and written by the other.
    const known = new Set(changes.flatMap(({ former = [] }) => former));
    const knownIds = new Set([...known].map(({ id }) => id));
    const written = changes.flatMap(({ document }) => document).filter((profile) => !known.has(profile));
    const born = written.filter(({ id }) => !knownIds.has(id));
    const changed = written.filter(({ id }) => knownIds.has(id));
    return [...ifAny(born, insert), ...ifAny(changed, update)];
  },
};
