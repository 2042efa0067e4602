/** A logical dump that was restored into a cluster of lower numbers: nothing is written before the numbers are past the journal's. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { JournalAhead, requireJournalOrder } from "../../src/db/journal-order.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

/** As the guide for operators has it. */
async function raising(): Promise<string> {
  const guide = await readFile("docs/guides/operators.md", "utf8");
  const [, sql] = /```sql\n(do \$\$.*?)```/s.exec(guide) ?? [];
  if (sql === undefined) throw new Error("the guide does not say how");
  return sql;
}

it("is told before anything is written, and goes on once the numbers have been raised as the guide says", async () => {
  const { database } = ledger;
  await requireJournalOrder(database);
  await ledger.give(await ledger.newMember(), 100n);
  await requireJournalOrder(database);
  const places = (by: string) =>
    database.sql.unsafe(`set session_replication_role = replica; update operations set position = position ${by};
      update transfers set position = position ${by}; reset session_replication_role`);
  await places("+ 20000");
  await expect(requireJournalOrder(database)).rejects.toThrow(JournalAhead);
  await database.sql.unsafe(await raising());
  await requireJournalOrder(database);
  await ledger.give(await ledger.newMember(), 100n);
  await expectProof(ledger);
});
