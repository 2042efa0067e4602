/**
 * Whether the server's next transaction comes after all that the journal has. Its places are numbers of transactions, and a
 * logical dump that was restored into a new cluster brings numbers along which that cluster has yet to reach: what is written
 * then would stand before what is older, and nothing could mend it. (Decision 0011; guide for operators, Backups.)
 */
import { connect, type Target } from "./connect.ts";

/** The journal has places that the server has not reached. */
export class JournalAhead extends Error {
  override readonly name = "JournalAhead";
}

const AHEAD = `select coalesce(max(position), 0)::text as last, pg_snapshot_xmax(pg_current_snapshot())::text as next
  from operations having max(position) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;

/** Throws `JournalAhead`. On a migrated database, before anything is written. */
export async function requireJournalOrder(target: Target): Promise<void> {
  const sql = connect(target, { max: 1, applicationName: "mclub journal" });
  try {
    const [ahead] = await sql.unsafe<{ last: string; next: string }[]>(AHEAD);
    if (ahead === undefined) return;
    throw new JournalAhead(`its last place is ${ahead.last}, and the server's next transaction is ${ahead.next}`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
