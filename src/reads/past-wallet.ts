/**
 * A wallet as it stood at an instant that has passed: rebuilt from what the ledger had posted by then, and nothing else.
 *
 * - What was in each lot, and what was owed, is the sum of transfers posted by then.
 * - Each lot ended when its `lot_ends` say: the end that the next move after that instant replaced, or the present one.
 * - A hold was open unless it had been ended by the last posting before that instant; one that had run out by itself
 *   and was not posted as ended yet is still open here, so that time ends it like any other.
 *
 * What was due by then and not posted yet is for the caller to apply, as on a wallet of today. So an answer about a day
 * never changes: neither by what is posted later about earlier days, nor by when time's own moves came to be posted.
 */
import type { Instant } from "../kernel/clock.ts";
import { bucketOf, fromUuid, type MemberId, uuidOf } from "../kernel/ids.ts";
import { type LotRow, lotOf } from "../engine/wallet-rows.ts";
import type { Transaction } from "../engine/session.ts";
import type { LotPart, OpenHold } from "../ledger/hold.ts";
import { Wallet } from "../ledger/wallet.ts";

/** Parameters of all of them: bucket, member, instant. The primary key of each table leads with the first two. */
const MEMBER = "bucket = $1::smallint and member_id = $2::uuid";
const POSTED = `${MEMBER} and posted_at <= $3::timestamptz`;

const moved = (account: string): string =>
  `coalesce(sum(case when credit = '${account}' then amount when debit = '${account}' then -amount end), 0)::bigint as ${account}`;

const LOTS = `select l.lot_id, l.member_id, l.issuer, l.profile_id, l.kind, l.granted, s.pending, s.available, s.held,
    l.active_at, coalesce((select e.former_end from lot_ends e where e.bucket = l.bucket and e.member_id = l.member_id
      and e.lot_id = l.lot_id and e.moved_at > $3::timestamptz order by e.moved_at limit 1), l.expires_at) as expires_at,
    false as closed, l.operation_id, l.policy_version
  from (select lot_id, entity, ${["pending", "available", "held"].map(moved).join(", ")} from transfers
    where ${POSTED} and lot_id is not null group by lot_id, entity) s
  join lots l on l.bucket = $1::smallint and l.member_id = $2::uuid and l.lot_id = s.lot_id and l.issuer = s.entity
  where s.pending <> 0 or s.available <> 0 or s.held <> 0`;
const DEBTS = `select entity, sum(case when debit = 'debt' then amount else -amount end)::bigint as debt from transfers
  where ${POSTED} and (debit = 'debt' or credit = 'debt') group by entity`;
/** A hold bears the number of the operation that placed it. */
const HOLDS = `select h.hold_id, h.brand, h.amount, h.parts, h.reference, h.expires_at from holds h
  where h.bucket = $1::smallint and h.hold_id in (select operation_id from transfers where ${POSTED} and event = 'hold')
    and (h.status = 'open' or h.ended_at > (select max(posted_at) from transfers where ${POSTED}))`;

/** Rebuilds the wallet; one that was not born yet has nothing. Several statements: use a snapshot. */
export async function pastWallet(tx: Transaction, memberId: MemberId, at: Instant): Promise<Wallet> {
  const parameters = [bucketOf(memberId), uuidOf(memberId), new Date(at).toISOString()];
  const [lots, debts, holds] = await Promise.all([
    tx.run<LotRow>(LOTS, parameters),
    tx.run<{ entity: string; debt: bigint }>(DEBTS, parameters),
    tx.run<HoldRow>(HOLDS, parameters),
  ]);
  return new Wallet({
    memberId,
    status: "active",
    version: 0n,
    postedAt: at,
    debts: new Map(debts.filter(({ debt }) => debt > 0n).map(({ entity, debt }) => [entity, debt])),
    holds: holds.map((row) => holdOf(memberId, row)),
    lots: lots.map(lotOf),
  });
}

interface HoldRow {
  readonly hold_id: string;
  readonly brand: string;
  readonly amount: bigint;
  readonly parts: readonly (Omit<LotPart, "amount"> & { readonly amount: string })[];
  readonly reference: string;
  readonly expires_at: Date;
}

function holdOf(memberId: MemberId, row: HoldRow): OpenHold {
  const { brand, amount, reference } = row;
  const parts = row.parts.map((part): LotPart => ({ ...part, amount: BigInt(part.amount) }));
  const id = fromUuid("hld", row.hold_id);
  return { id, memberId, brand, amount, parts, reference, expiresAt: row.expires_at.getTime(), status: "open" };
}
