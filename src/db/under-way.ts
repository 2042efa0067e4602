/**
 * Waiting for the transactions that are under way in this database, and for no other's: a server may have further databases,
 * whose transactions last as long as they like.
 */
import { setTimeout as sleep } from "node:timers/promises";

/** Runs a statement without parameters; answers its rows as arrays. */
export type Values = (text: string) => PromiseLike<unknown[][]>;

const POLL_MS = 10;

/** By its lock on its own number: whoever may read nothing of other roles' sessions sees it as well. */
const UNDER_WAY = `select l.transactionid::text from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted and a.datname = current_database()`;

/**
 * Waits until all have ended that had locked or written something when it was asked, and what they wrote can be read.
 * False where `patienceMs` are over before that.
 */
export async function untilEnded(values: Values, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
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
