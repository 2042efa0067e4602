/** Links of representatives and their uses, as they are kept. */
import { uuidsOf } from "../../db/arrays.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { ifAny, TableRows } from "../../db/table-rows.ts";
import { bucketOf, fromUuid, type Id, type MemberId, uuidOf } from "../../kernel/ids.ts";
import { type DocumentStore, memberDocuments } from "../../engine/definition/document-store.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { representativeLinks, representativeUses } from "./tables.ts";
import type { RepresentativeLink, RepresentativeUse } from "./link.ts";

export type RepresentationId = Id<"rep">;

/** A link is locked by whatever uses or ends it: so its month is counted one use after another, on any number of services. */
export const representativeStore: DocumentStore<RepresentativeLink> = memberDocuments(representativeLinks, [
  ...(["memberId", "representativeId", "sees", "perOperation", "perMonth", "since", "until"] as const),
]);

const useRows = new TableRows<typeof representativeUses, "bucket">(representativeUses, {
  computed: { bucket: ({ representationId }) => bucketOf(representationId) },
});
const insertUses = useRows.inserting();

/** Uses are only ever added. */
export const useStore: DocumentStore<RepresentativeUse> = {
  name: useRows.name,
  load: () => Promise.resolve(new Map()),
  save: (changes) =>
    ifAny(
      changes.map(({ document }) => document),
      insertUses,
    ),
};

export const useRef = ({ representationId, ordinal }: RepresentativeUse): string => `${representationId}|${ordinal}`;

export const linkRows = new TableRows<typeof representativeLinks, "bucket">(representativeLinks);

/** SQL: a member who stands for itself, and all who are part of it. */
export const PARTS = (member: string): string => `(select w.member_id from wallets w
  where w.member_id = ${member}::uuid or w.survivor_id = ${member}::uuid)`;

/** A link of a member, and on which side of it the member stands. */
export interface SidedLink {
  readonly link: RepresentativeLink;
  readonly side: "represented" | "representative";
}

const LIVING = `select m.id, l.member_id in ${PARTS("m.id")} as is_for, ${linkRows.list("l")} from unnest($1::uuid[]) as m(id)
    join representative_links l on l.member_id in ${PARTS("m.id")} or l.representative_id in ${PARTS("m.id")}
  where l.ended_at is null order by l.link_id`;

/**
 * Links of a member, of either side, that nobody has ended; by the member. No lock of their own: whoever grants or ends one has
 * locked the wallets of both sides, and wallets are locked before documents are read. What is saved here another store writes.
 */
export const memberLinkStore: DocumentStore<readonly SidedLink[]> = {
  name: `${linkRows.name} of members`,
  async load(tx, members) {
    const found = await tx.values(LIVING, [uuidsOf(members)]);
    const sided = found.map(([member, isFor, ...values]): SidedLink & { readonly of: MemberId } => ({
      of: fromUuid("mbr", String(member)),
      link: linkRows.decode(values),
      side: isFor === true ? "represented" : "representative",
    }));
    return groupBy<string, (typeof sided)[number]>(sided, ({ of }) => of);
  },
  save: () => [],
};

const OF_PAIR = `select ${linkRows.list("l")} from representative_links l
  where l.member_id in ${PARTS("$1")} and l.representative_id in ${PARTS("$2")} and l.ended_at is null
    and (l.since is null or l.since <= $3::timestamptz) and (l.until is null or l.until > $3::timestamptz)
  order by l.link_id`;

/** Links by which one may act for the other now: of each two members who are part of them there is one at a time. */
export async function linksBetween(
  tx: Transaction,
  memberId: MemberId,
  representativeId: MemberId,
  now: Instant,
): Promise<RepresentativeLink[]> {
  const found = await tx.values(OF_PAIR, [uuidOf(memberId), uuidOf(representativeId), formatInstant(now)]);
  return found.map((values) => linkRows.decode(values));
}

/** A use, and whether whoever acted might see the balance: neither ever changes. */
export interface ActedUse extends RepresentativeUse {
  readonly sees: boolean;
}

const BY_OPERATION = `select l.sees, ${useRows.list("u")} from representative_uses u
    join representative_links l on l.bucket = u.bucket and l.link_id = u.link_id
  where u.operation_id = any($1::uuid[])`;

/** Uses by the operation that was done so. */
export const usesOfOperations = {
  async load(tx: Transaction, operations: readonly string[]): Promise<Map<string, ActedUse>> {
    const found = await tx.values(BY_OPERATION, [uuidsOf(operations)]);
    const uses = found.map(([sees, ...values]): ActedUse => ({ ...useRows.decode(values), sees: sees === true }));
    return new Map(uses.map((use) => [use.operationId, use]));
  },
};
