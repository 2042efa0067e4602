/** Wallets as they are read: of now, and of any instant that has passed. No lock is taken, and nothing is written. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Instant } from "../../kernel/clock.ts";
import { bucketOf, type MemberId, uuidOf } from "../../kernel/ids.ts";
import { LOT_ACCOUNTS } from "../../ledger/account.ts";
import { holderAt, leftIn, type OpenHold } from "../../ledger/hold.ts";
import type { Lot } from "../../ledger/lot.ts";
import { applyDue } from "../../ledger/posting/due.ts";
import { wholeWallet, type Wallet } from "../../ledger/wallet.ts";
import { WalletDraft } from "../../ledger/wallet-draft.ts";
import { Problem } from "../../kernel/problems.ts";
import { untilEnded } from "../../db/under-way.ts";
import type { Reader } from "../connection/reader.ts";
import type { Transaction } from "../connection/session.ts";
import { moved } from "../transfer-sql.ts";
import { WHOLE_WALLET } from "./wallet-lots.ts";
import { holdOf, holdRows, lotRows } from "./wallet-rows.ts";
import { loadWallets, walletsWithoutLots } from "./wallet-store.ts";

/** The whole wallet as it was posted last; undefined where there is no such member. Several statements: use a snapshot. */
export async function presentWallet(tx: Transaction, memberId: MemberId, now: Instant): Promise<Wallet | undefined> {
  const wallets = new Map([[memberId, WHOLE_WALLET]]);
  const needs = { wallets, endingKinds: new Set<never>(), lots: [], shared: [], holds: [] };
  return (await loadWallets(tx, needs, now, "none")).wallets.get(memberId);
}

/** The same with all that is due by now applied, on a draft that nobody will accept. */
export async function walletNow(tx: Transaction, memberId: MemberId, clock: Clock): Promise<WalletDraft | undefined> {
  const now = clock.now();
  const wallet = await presentWallet(tx, memberId, now);
  if (wallet === undefined) return undefined;
  const draft = new WalletDraft(wallet);
  applyDue(draft, Math.max(now, wallet.postedAt));
  return draft;
}

/**
 * The totals of now, on a draft that nobody will accept: one statement, and more only where time has moved something that
 * nobody has posted yet. Undefined where there is no such member.
 */
export async function totalsNow(reader: Reader, memberId: MemberId, clock: Clock): Promise<WalletDraft | undefined> {
  const wallet = await reader.one(walletsWithoutLots, memberId);
  if (wallet === undefined) return undefined;
  const at = Math.max(clock.now(), wallet.postedAt);
  const { coolingUntil } = wallet.owner;
  if (wallet.nextMoveAt > at && (coolingUntil === null || coolingUntil <= at)) {
    const draft = new WalletDraft(wallet);
    draft.at = at;
    return draft;
  }
  return reader.snapshot((tx) => walletNow(tx, memberId, clock));
}

/** Longer than any command is on its way. */
const ON_ITS_WAY_MS = 60_000;
const LONGEST_WAIT_MS = 2_000;

/**
 * Waits until what is asked of an instant that has just passed will not change any more: until all transactions have ended
 * that were under way when it was asked. One of them may be about to post as of that instant; one that begins later takes
 * its instant then. No lock is waited for, and no connection kept. `unavailable` where that takes too long.
 */
export async function untilPosted(reader: Reader, at: Instant, clock: Clock): Promise<void> {
  const now = clock.now();
  if (at < now - ON_ITS_WAY_MS) return;
  // Of this very millisecond there may be more to come.
  if (at >= now) await sleep(2);
  if (!(await untilEnded((text) => reader.values(text), LONGEST_WAIT_MS))) throw new Problem("unavailable");
}

/** Parameters of all of them: bucket, member, instant. The primary key of each table leads with the first two. */
const MEMBER = "bucket = $1::smallint and member_id = $2::uuid";
const POSTED = `${MEMBER} and posted_at <= $3::timestamptz`;

/** Each lot as it is stored, then what it had then, and its end then where that was changed since. */
const LOTS = `select ${lotRows.list("l")}, s.pending, s.available, s.held,
    (select t.former_end from lot_terms t where t.bucket = l.bucket and t.member_id = l.member_id and t.lot_id = l.lot_id
      and t.posted_at > $3::timestamptz order by t.posted_at, t.wallet_version, t.ordinal limit 1) as end_then
  from (select lot_id, entity, ${LOT_ACCOUNTS.map((account) => `${moved(account)}::bigint as ${account}`).join(", ")} from transfers
    where ${POSTED} and lot_id is not null group by lot_id, entity) s
  join lots l on l.bucket = $1::smallint and l.member_id = $2::uuid and l.lot_id = s.lot_id and l.issuer = s.entity
  where s.pending <> 0 or s.available <> 0 or s.held <> 0`;
const DEBTS = `select entity, sum(case when debit = 'debt' then amount else -amount end)::bigint as debt from transfers
  where ${POSTED} and (debit = 'debt' or credit = 'debt') group by entity`;
/** All that the wallet ever had: also those placed since, of which nothing was left, or there, then. */
const HOLDS = `select ${holdRows.list("h")}, (select max(posted_at) from transfers where ${POSTED}) as posted,
    h.hold_id in (select operation_id from transfers where ${POSTED} and event = 'hold') as placed
  from holds h where h.${MEMBER}`;

/**
 * A wallet as it stood at an instant that has passed: rebuilt from what the ledger had posted by then, and nothing else.
 *
 * - What was in each lot, and what was owed, is the sum of transfers posted by then: also of a lot that has moved into
 *   another wallet since, whose row stayed here.
 * - Each lot ended as the next change of its terms says that it had ended until then, or as it does now.
 * - In a hold was what had not left it by the last posting before that instant; one that had run out by itself and was not
 *   posted as ended yet is still open here, so that time ends it like any other. Its end may have been moved since: only
 *   while it was open, so to no instant before the one that is asked for.
 *
 * What was due by then and not posted yet is for the caller to apply, as on a wallet of today. So an answer about a day
 * never changes: neither by what is posted later about earlier days, nor by when time's own moves came to be posted.
 * A member who was not born yet has nothing. Several statements: use a snapshot.
 */
export async function pastWallet(tx: Transaction, memberId: MemberId, at: Instant): Promise<Wallet> {
  const parameters = [bucketOf(memberId), uuidOf(memberId), new Date(at).toISOString()];
  const [lots, debts, holds] = await Promise.all([
    tx.values(LOTS, parameters),
    tx.run<{ entity: string; debt: bigint }>(DEBTS, parameters),
    tx.values(HOLDS, parameters),
  ]);
  return wholeWallet({
    memberId,
    version: 0n,
    postedAt: at,
    debts: new Map(debts.filter(({ debt }) => debt > 0n).map(({ entity, debt }) => [entity, debt])),
    holds: holds.flatMap((values) => holdThen(values, memberId)),
    lots: lots.map(lotThen),
  });
}

function lotThen(values: readonly unknown[]): Lot {
  const stored = lotRows.decode(values);
  const [pending, available, held, endThen] = values.slice(-4) as [bigint, bigint, bigint, Instant | null];
  return { ...stored, pending, available, held, closed: false, expiresAt: endThen ?? stored.expiresAt };
}

/** A hold as it was after the last posting; none where nothing was left in it, or it was in another wallet then. */
function holdThen(values: readonly unknown[], member: MemberId): OpenHold[] {
  const { id, memberId, orderId, brand, amount, parts, moves, reference, expiresAt } = holdOf(values);
  const [posted, placed] = values.slice(-2) as [Instant, boolean];
  const came = moves.some((move) => move.event === "move" && move.to === member && move.at <= posted);
  if ((!placed && !came) || holderAt({ memberId, moves }, posted) !== member) return [];
  if (leftIn({ parts, moves }, posted).length === 0) return [];
  const until = moves.filter(({ at }) => at <= posted);
  return [{ id, memberId, orderId, brand, amount, parts, moves: until, reference, expiresAt, status: "open" }];
}
