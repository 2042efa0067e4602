/** The rules in the proof: versions may be added at any time and for any day, and none is ever changed or taken away unseen. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TransactionSql } from "../../src/db/connect.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { engineInvariants } from "../../src/engine/invariants/invariants.ts";
import { readerOf } from "../../src/engine/connection/reader.ts";
import { salesModule } from "../../src/sales/module.ts";
import { START, testLedger, type TestLedger } from "../support/ledger.ts";
import { addPolicy, POLICY_HASH } from "../support/policies.ts";
import { expectProof } from "../support/proof.ts";
import { bringBack, DAY_MS, sellTo } from "../support/town.ts";

let ledger: TestLedger;
let memberId: MemberId;
beforeAll(async () => {
  ledger = await testLedger();
  memberId = await ledger.newMember();
});
afterAll(() => ledger.close());

const earnsAt = async (occurredAt: number): Promise<string> => (await sellTo(ledger, memberId, { occurredAt })).earned;

/** What the invariants find broken after statements that nobody but the owner could send; nothing of it stays. */
async function brokenAfter(statement: string): Promise<string[]> {
  const undone = new Error("undone");
  const broken: string[] = [];
  const work = ledger.database.sql.begin(async (sql: TransactionSql) => {
    await sql.unsafe("set local session_replication_role = replica");
    expect((await sql.unsafe(statement)).count).toBeGreaterThan(0);
    for (const { name, facts } of [...engineInvariants, ...(salesModule.invariants ?? [])]) {
      const rows = await readerOf(sql as never).run(`select 1 from (${facts}) facts where broken is not null limit 1`);
      if (rows.length > 0) broken.push(name);
    }
    throw undone;
  });
  await expect(work).rejects.toBe(undone);
  return broken;
}

it("holds whatever versions are added, also for days that have passed and were judged by others", async () => {
  expect(await earnsAt(START)).toBe("60.00");
  await addPolicy(ledger.database, 3, START + 2 * DAY_MS, "{earning,rates}", [{ rate: "0.05" }]);
  ledger.clock.moveTo(START + DAY_MS);
  expect(await earnsAt(ledger.clock.now())).toBe("60.00");
  ledger.clock.moveTo(START + 3 * DAY_MS);
  expect(await earnsAt(ledger.clock.now())).toBe("100.00");
  expect(await earnsAt(START + DAY_MS)).toBe("60.00");
  await expectProof(ledger);
  // For days that have passed, in the middle and at the end.
  await addPolicy(ledger.database, 2, START + DAY_MS, "{earning,rates}", [{ rate: "0.04" }]);
  await addPolicy(ledger.database, 4, START + 2 * DAY_MS, "{earning,rates}", [{ rate: "0.06" }]);
  expect(await earnsAt(START + DAY_MS)).toBe("80.00");
  expect(await earnsAt(ledger.clock.now())).toBe("120.00");
  await expectProof(ledger);
  ledger.clock.moveTo(START + 4 * DAY_MS);
  const { purchaseId } = await sellTo(ledger, memberId, { occurredAt: START });
  await bringBack(ledger, purchaseId);
  expect(await earnsAt(ledger.clock.now())).toBe("120.00");
  await expectProof(ledger);
});

it("sees a version that was deleted, though it has judged", async () => {
  expect(await brokenAfter("delete from policies where version = 3")).toEqual([
    "lots_are_their_grants",
    "operations_are_as_judged",
    "purchases_are_as_recorded",
  ]);
});

it("sees a version that is in force from another day, even where its hash was made to fit", async () => {
  const move = (version: number, days: number) =>
    `update policies p set effective_from = n.effective_from, row_hash = n.hash from (
      select version, effective_from, ${POLICY_HASH} as hash from (
        select version, effective_from + interval '${days} days' as effective_from, note, rules from policies) m) n
      where p.version = n.version and p.version = ${version}`;
  expect(await brokenAfter(move(4, 3))).toContain("operations_are_as_judged");
  expect(await brokenAfter(move(4, -3))).toContain("purchases_are_as_recorded");
  expect(await brokenAfter(move(4, 0))).toEqual([]);
});

it("sees a sale that was judged by a version of another day, once it is known which was in use", async () => {
  const sale = "name = 'purchase' and policy_version = 4";
  const judge = (which: string) =>
    `update operations set policy_version = 3 where ${sale} and posted_at = (select ${which}(posted_at) from operations where ${sale})`;
  expect(await brokenAfter(judge("max"))).toEqual(["operations_are_as_judged", "purchases_are_as_recorded"]);
  // Of the first one nobody can say that the version was there already.
  expect(await brokenAfter(judge("min"))).toEqual([]);
});
