/** Brand profiles, as the list of those that a member has. */
import { bucketsOf, uuidsOf } from "../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../db/table-rows.ts";
import { groupBy } from "../kernel/group-by.ts";
import { bucketOf } from "../kernel/ids.ts";
import type { DocumentStore } from "../engine/definition/document-store.ts";
import { profiles } from "./tables.ts";

/** As the table describes it. It lies in the bucket of its member. */
export type Profile = Readonly<RowOf<typeof profiles, "bucket">>;

const rows = new TableRows<typeof profiles, "bucket">(profiles, {
  computed: { bucket: ({ memberId }) => bucketOf(memberId) },
});
const SELECT = `select ${rows.list("p")} from profiles p
  where p.bucket = any($1::smallint[]) and p.member_id = any($2::uuid[]) order by p.bucket, p.member_id, p.profile_id`;
const insert = rows.inserting();
const update = rows.updating(["bucket", "id"], ["memberId", "brand", "key", "createdAt"]);

/**
 * All profiles of a member, by the member. No lock of their own: whoever gives a member a profile, or changes one, has
 * locked its wallet, and wallets are locked before documents are read. Only those that changed are written.
 */
export const profileStore: DocumentStore<readonly Profile[]> = {
  name: rows.name,
  async load(tx, memberIds) {
    const buckets = bucketsOf(memberIds);
    const found = await tx.values(SELECT, [buckets, uuidsOf(memberIds)]);
    return groupBy<string, Profile>(
      found.map((values) => rows.decode(values)),
      ({ memberId }) => memberId,
    );
  },
  save(changes) {
    const known = new Set(changes.flatMap(({ former = [] }) => former));
    const knownIds = new Set([...known].map(({ id }) => id));
    const written = changes.flatMap(({ document }) => document).filter((profile) => !known.has(profile));
    const born = written.filter(({ id }) => !knownIds.has(id));
    const changed = written.filter(({ id }) => knownIds.has(id));
    return [...ifAny(born, insert), ...ifAny(changed, update)];
  },
};
