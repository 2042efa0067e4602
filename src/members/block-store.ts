/** Blocks of members and their ends, as they are kept: in the order of the wallet's versions. */
import { bucketsOf, uuidsOf } from "../db/arrays.ts";
import { ifAny, type RowOf, TableRows } from "../db/table-rows.ts";
import { groupBy } from "../kernel/group-by.ts";
import { formatInstant, type Instant } from "../kernel/clock.ts";
import { bucketOf, type MemberId, type OperationId, uuidOf } from "../kernel/ids.ts";
import type { DocumentStore } from "../engine/definition/document-store.ts";
import type { Transaction } from "../engine/connection/session.ts";
import type { MemberStatus } from "../ledger/wallet.ts";
import type { WalletDraft } from "../ledger/wallet-draft.ts";
import { memberBlocks } from "./tables.ts";

export type MemberBlock = RowOf<typeof memberBlocks, "bucket">;

export const blockRows = new TableRows<typeof memberBlocks, "bucket">(memberBlocks, {
  computed: { bucket: ({ memberId }) => bucketOf(memberId) },
});
const LAST = `select distinct on (b.bucket, b.member_id) ${blockRows.list("b")} from member_blocks b
  where b.bucket = any($1::smallint[]) and b.member_id = any($2::uuid[]) order by b.bucket, b.member_id, b.version desc`;
const insertBlocks = blockRows.inserting();

/**
 * The last block of a member, or its end, by the member; then those that commands of the group have added. No lock of its
 * own: whoever adds one has locked the member's wallet. Only ever added to.
 */
export const blockStore: DocumentStore<readonly MemberBlock[]> = {
  name: blockRows.name,
  async load(tx, members) {
    const found = await tx.values(LAST, [bucketsOf(members), uuidsOf(members)]);
    return groupBy<string, MemberBlock>(
      found.map((values) => blockRows.decode(values)),
      ({ memberId }) => memberId,
    );
  },
  save: (changes) =>
    ifAny(
      changes.flatMap(({ document, former = [] }) => document.filter((block) => !former.includes(block))),
      insertBlocks,
    ),
};

interface By {
  readonly operationId: OperationId;
  readonly now: Instant;
}

/** Says on the wallet whether its member is blocked, and answers the row that remembers it. */
export function setStatus(
  member: WalletDraft,
  status: MemberStatus,
  { operationId, now }: By,
  partedFrom: MemberId | null = null,
): MemberBlock {
  member.setOwner({ status });
  const { memberId, version } = member;
  return { memberId, version, status, operationId, partedFrom, since: now };
}

const THEN = `select b.status from member_blocks b where b.bucket = $1::smallint and b.member_id = $2::uuid
  and b.since <= $3::timestamptz order by b.version desc limit 1`;

/** Whether a member was blocked at an instant that has passed. */
export async function statusThen(tx: Transaction, memberId: MemberId, at: Instant): Promise<MemberStatus> {
  const [row] = await tx.run<{ status: MemberStatus }>(THEN, [bucketOf(memberId), uuidOf(memberId), formatInstant(at)]);
  return row?.status ?? "active";
}
