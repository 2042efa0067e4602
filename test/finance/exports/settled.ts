/** Waits until an export shows all that has been committed: a transaction in any database of the server holds its mark back. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TestDatabase } from "../../support/database/database.ts";

export async function settled({ sql }: Pick<TestDatabase, "sql">): Promise<void> {
  for (const patience = Date.now() + 20_000; ; ) {
    const [row] = await sql<{ all: boolean }[]>`
      select coalesce(max(position), 0) < pg_snapshot_xmin(pg_current_snapshot())::text::bigint as all from operations`;
    if (row?.all === true) return;
    await sleep(20);
    if (Date.now() > patience) throw new Error("some transaction does not end");
  }
}
