/** Has followers follow the journal of a test's ledger, by hand. */
import { snapshotOver } from "../../src/engine/connection/reader.ts";
import type { Follower } from "../../src/engine/definition/follower.ts";
import { beginAnew, type Followed, followOnce } from "../../src/engine/following/follow.ts";
import type { TestDatabase } from "./database/database.ts";

export const followBy = ({ sql }: TestDatabase, follower: Follower, limit?: number): Promise<Followed> =>
  sql.begin((tx) => followOnce(snapshotOver(tx), follower, limit));

/** Until the end of the journal is reached: past what was committed when it was asked, however long others keep the horizon. */
export async function followToEnd(database: TestDatabase, follower: Follower, limit?: number): Promise<void> {
  const [last] = await database.sql<{ position: bigint }[]>`select max(position) as position from operations`;
  for (const patience = Date.now() + 20_000; ; ) {
    await followBy(database, follower, limit);
    const [at] = await database.sql<
      { position: bigint }[]
    >`select position from followers where name = ${follower.name}`;
    if (at !== undefined && at.position > (last?.position ?? 0n)) return;
    if (Date.now() > patience) throw new Error(`${follower.name} does not come to the end of the journal`);
  }
}

export const forgetBy = ({ sql }: TestDatabase, follower: Follower): Promise<boolean> =>
  sql.begin((tx) => beginAnew(snapshotOver(tx), follower));
