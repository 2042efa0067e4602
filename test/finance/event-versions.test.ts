/** Every kind of event, as if it had two versions already: the proof holds of a journal that keeps events of both. */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { TransactionSql } from "../../src/db/connect.ts";
import type * as Events from "../../src/engine/event.ts";
import { invariants, modules } from "../../src/modules.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { liveThrough, refuseEarlyReturn } from "../support/town.ts";

/** Before any kind is defined: each has had a first version, with the same fields. */
vi.mock("../../src/engine/event.ts", async (original) => {
  const real = await original<typeof Events>();
  const defineEvent: typeof real.defineEvent = (terms) =>
    real.defineEvent({ ...terms, former: [terms.data] } as unknown as typeof terms);
  return { ...real, defineEvent };
});

const kinds = modules.flatMap(({ events = [] }) => events);

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
  await liveThrough(ledger);
  await refuseEarlyReturn(ledger);
});
afterAll(() => ledger.close());

const told = (name: string, version: number): string => `"name":"${name}","version":${version},`;

/** Has all events of this name told as of another version, by hand. */
async function retell(sql: TransactionSql, name: string, from: number, to: number): Promise<void> {
  await sql`set local session_replication_role = replica`;
  const { count } =
    await sql`update operations set events = replace(events::text, ${told(name, from)}, ${told(name, to)})::json
    where strpos(events::text, ${told(name, from)}) > 0`;
  expect(count, name).toBeGreaterThan(0);
}

it("holds of events of the second version", async () => {
  expect((await expectProof(ledger)).holds).toBe(true);
});

it.each(kinds.map(({ name }) => name))("sees a %s of a version that was never told", async (name) => {
  const undone = new Error("undone");
  const broken: string[] = [];
  const work = ledger.database.sql.begin(async (sql: TransactionSql) => {
    await retell(sql, name, 2, 3);
    for (const invariant of invariants) {
      const rows = await sql.unsafe(`select from (${invariant.facts}) f where broken is not null limit 1`);
      if (rows.length > 0) broken.push(invariant.name);
    }
    throw undone;
  });
  await expect(work).rejects.toBe(undone);
  expect(broken).not.toEqual([]);
});

it("holds of events of the first version beside those of the second", async () => {
  const first = kinds.filter((_, place) => place % 2 === 0);
  const second = kinds.filter((_, place) => place % 2 !== 0);
  for (const tellFirst of [first, second]) {
    await ledger.database.sql.begin(async (sql: TransactionSql) => {
      for (const { name } of tellFirst) await retell(sql, name, 2, 1);
    });
    expect((await expectProof(ledger)).holds).toBe(true);
  }
});
