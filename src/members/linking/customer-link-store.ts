/** Links that customers have started, as they are kept. */
import { arrayOf, bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../../db/table-rows.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { bucketOf, isId, uuidOf } from "../../kernel/ids.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import { customerLinks } from "../tables.ts";
import { LINKS_A_DAY } from "./terms.ts";

export type CustomerLink = Readonly<RowOf<typeof customerLinks, "bucket">>;

const rows = new TableRows<typeof customerLinks, "bucket">(customerLinks, {
  computed: { bucket: ({ id }) => bucketOf(id) },
});
const LAST = `select ${rows.list("c")} from unnest($2::uuid[]) as m(member_id) cross join lateral (
    select * from customer_links l where l.bucket = any($1::smallint[]) and l.member_id = m.member_id
    order by l.status = 'open' desc, l.link_id desc limit ${LINKS_A_DAY}) c`;
const FIXED = [
  ...(["memberId", "otherId", "identifierKey", "ownCodeHash", "otherCodeHash"] as const),
  ...(["startedAt", "expiresAt"] as const),
];
const insert = rows.inserting();
const update = rows.updating(["bucket", "id"], FIXED);

/**
 * The last links of a member, by the member: as many as may be started in a day, so that any older one has ended. No lock of
 * their own: whoever starts or ends one has locked the wallet of its member.
 */
export const customerLinkStore: DocumentStore<readonly CustomerLink[]> = {
  name: rows.name,
  async load(tx, members) {
    const found = await tx.values(LAST, [bucketsOf(members), uuidsOf(members)]);
    return groupBy<string, CustomerLink>(
      found.map((values) => rows.decode(values)),
      ({ memberId }) => memberId,
    );
  },
  save(changes) {
    const known = new Set(changes.flatMap(({ former = [] }) => former));
    const knownIds = new Set([...known].map(({ id }) => id));
    const written = changes.flatMap(({ document }) => document).filter((link) => !known.has(link));
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

const BY_ID = `select ${rows.list("c")} from customer_links c where c.bucket = $1::smallint and c.link_id = $2::uuid`;

/** A link as it is now; undefined where there is none of this number. */
export async function readCustomerLink(tx: Transaction, id: string): Promise<CustomerLink | undefined> {
  if (!isId("lnk", id)) return undefined;
  const [values] = await tx.values(BY_ID, [bucketOf(id), uuidOf(id)]);
  return values === undefined ? undefined : rows.decode(values);
}

const STARTED = `select c.started_at from customer_links c
  where c.identifier_key = any($1::uuid[]) and c.started_at > $2::timestamptz order by c.started_at`;

/** When links were started to an identifier since an instant, whoever has started them; the first one first. */
export async function startsTo(tx: Transaction, key: string, since: Instant): Promise<Instant[]> {
  const found = await tx.run<{ started_at: Instant }>(STARTED, [arrayOf([key], "uuid"), formatInstant(since)]);
  return found.map(({ started_at }) => started_at);
}
