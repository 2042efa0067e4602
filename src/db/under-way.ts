/**
 * Waiting for the transactions that are under way in this database, and for no other's: a server may have further databases,
 * whose transactions last as long as they like.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** Runs a statement without parameters; answers its rows as arrays. */
export type Values = (text: string) => PromiseLike<unknown[][]>;

const POLL_MS = 10;

/** A transaction that is later than all that are under way: a snapshot names those only that began before one that has ended. */
const LATER = "select pg_current_xact_id()::text";
/**
 * All of the server's, but for those that are known to be another database's, by the lock that each has on its own number: it
 * takes that a moment later than the number.
 */
const UNDER_WAY = `select x::text from pg_snapshot_xip(pg_current_snapshot()) x
    left join pg_locks l on l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted and l.transactionid = x::xid
    left join pg_stat_activity a on a.pid = l.pid
  where a.datname is null or a.datname = current_database()`;

/**
 * Waits until all have ended that had locked or written something when it was asked, and what they wrote can be read.
 * False where `patienceMs` are over before that.
 */
export async function untilEnded(values: Values, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  await values(LATER);
  let waitedFor = await underWay(values);
  while (waitedFor.length > 0) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
    const still = await underWay(values);
    waitedFor = waitedFor.filter((transaction) => still.includes(transaction));
  }
  return true;
}

const underWay = async (values: Values): Promise<unknown[]> => (await values(UNDER_WAY)).flat();
