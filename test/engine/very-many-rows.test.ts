/** A command that writes thousands of rows does so at several stretches, between which the process does what else there is. */
import { pgTable, integer } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ifAny, TableRows, type Writing } from "../../src/db/table-rows.ts";
import { Session } from "../../src/engine/connection/session.ts";
import { type TestDatabase, testDatabase } from "../support/database/database.ts";

const things = new TableRows(pgTable("test_numbers", { number: integer("number").notNull() }));
const insert = things.inserting();

let database: TestDatabase;
let session: Session;
beforeAll(async () => {
  database = await testDatabase();
  await database.sql`create table test_numbers (number integer primary key)`;
  await database.sql`grant insert on test_numbers to mclub_app`;
  session = new Session(database, { applicationName: "test", lockTimeoutMs: 2_000 });
});
afterAll(async () => {
  await session.end();
  await database.drop();
});

const numbers = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ number: from + index }));

async function stored(): Promise<{ count: number; different: number }> {
  const [found] = await database.sql<{ count: number; different: number }[]>`
    select count(*)::int as count, count(distinct number)::int as different from test_numbers`;
  return found ?? { count: 0, different: 0 };
}

/** What is written, and how often each stretch found that others had had a turn since the one before. */
function watched(writings: readonly Writing[]): { writings: Writing[]; turns: () => number; stop: () => void } {
  let [ticks, seen, turns] = [0, 0, 0];
  let going = true;
  const tick = () => {
    ticks += 1;
    if (going) setImmediate(tick);
  };
  tick();
  function* between(more: Iterable<readonly string[]>) {
    for (const parameters of more) {
      if (ticks > seen) turns += 1;
      seen = ticks;
      yield parameters;
    }
  }
  return {
    writings: writings.map((each) => (each.more === undefined ? each : { ...each, more: between(each.more) })),
    turns: () => turns,
    stop: () => {
      going = false;
    },
  };
}

it.each([0, 1, 2_048, 2_049, 10_000])("writes %d rows, each once", async (count) => {
  await database.sql`truncate test_numbers`;
  await session.transaction(async (_, commit) => commit(ifAny(numbers(0, count), insert)));
  expect(await stored()).toEqual({ count, different: count });
});

it("lets others have their turn before each further stretch", async () => {
  await database.sql`truncate test_numbers`;
  const { writings, turns, stop } = watched(ifAny(numbers(0, 10_000), insert));
  await session.transaction(async (_, commit) => commit(writings));
  stop();
  expect(turns()).toBe(4);
  expect(await stored()).toEqual({ count: 10_000, different: 10_000 });
});

it("writes nothing where a later stretch fails", async () => {
  await database.sql`truncate test_numbers`;
  const twice = [...numbers(0, 9_999), { number: 5 }];
  await expect(session.transaction(async (_, commit) => commit(ifAny(twice, insert)))).rejects.toThrow(/duplicate key/);
  expect(await stored()).toEqual({ count: 0, different: 0 });
  await session.transaction(async (_, commit) => commit(ifAny(numbers(0, 1), insert)));
  expect(await stored()).toEqual({ count: 1, different: 1 });
});

it("stops where the connection is lost between two stretches, and leaves no rejection that nobody hears", async () => {
  await database.sql`truncate test_numbers`;
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => void unheard.push(reason);
  process.on("unhandledRejection", hear);
  let stretches = 0;
  function* losing() {
    for (; stretches < 200_000; stretches += 1) {
      if (stretches === 1) {
        void database.sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'test many'`.execute();
      }
      yield insert(numbers(1 + stretches, 1)).parameters;
    }
  }
  const many = new Session(database, { applicationName: "test many", lockTimeoutMs: 2_000 });
  const writing = { ...insert(numbers(0, 1)), more: losing() };
  await expect(many.transaction(async (_, commit) => commit([writing]))).rejects.toThrow(/connection|CONNECTION/i);
  await many.end();
  process.off("unhandledRejection", hear);
  expect(unheard).toEqual([]);
  expect(stretches).toBeLessThan(200_000);
  expect(await stored()).toEqual({ count: 0, different: 0 });
});
