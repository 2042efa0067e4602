/** How much the proof reads: all that there is, a few times over, and not once more for every row of something. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { invariants } from "../../src/modules.ts";
import { People, type Person } from "../members/joining/people.ts";
import { expectProof } from "../support/proof.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";

/** Lots of each of two members who become one. */
const LOTS = 1000;
/** As many times an invariant may read all that there is: each reads the few tables that it needs once or twice. */
const TIMES = 5;

let ledger: TestLedger;
let pages: number;
beforeAll(async () => {
  ledger = await testLedger();
  const people = new People(ledger);
  const two = [await people.person(), await people.person()] as const;
  const give = (who: Person) => Promise.all(Array.from({ length: LOTS }, () => people.give(who, "1.00")));
  await Promise.all(two.map(give));
  await people.join(...two);
  await ledger.database.sql`vacuum analyze`;
  const [size] = await ledger.database.sql<{ pages: number }[]>`
    select sum(relpages)::int as pages from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`;
  pages = size?.pages ?? 0;
});
afterAll(() => ledger.close());

interface Explained {
  readonly Plan: { readonly "Shared Hit Blocks": number; readonly "Shared Read Blocks": number };
}

/** Pages that a statement reads, each as often as it does. */
async function pagesReadBy(statement: string): Promise<number> {
  const rows = await ledger.database.sql.begin(async (sql) => {
    // As the proof asks.
    await sql.unsafe("set local enable_nestloop = off");
    return await sql.unsafe<{ "QUERY PLAN": readonly Explained[] }[]>(
      `explain (analyze, buffers, timing off, format json) ${statement}`,
    );
  });
  const plan = rows[0]?.["QUERY PLAN"][0]?.Plan;
  if (plan === undefined) throw new Error("there is no plan");
  return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
}

it("holds, and has something to read", async () => {
  await expectProof(ledger);
  expect(pages).toBeGreaterThan(LOTS / 10);
});

it.each(invariants.map(({ name, facts }) => [name, facts]))("%s", async (_, facts) => {
  expect(await pagesReadBy(`select count(broken) from (${facts}) facts`)).toBeLessThan(TIMES * pages);
});
