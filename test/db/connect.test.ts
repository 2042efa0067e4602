import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../../src/db/connect.ts";
import { classify } from "../../src/db/errors.ts";
import { testDatabase } from "../support/database/database.ts";
import type { TestDatabase } from "../support/database/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test("amounts keep every digit both ways", async () => {
  const amount = 9_007_199_254_740_993n;
  const [row] = await database.sql<{ amount: bigint; rate: string }[]>`
    select ${amount}::int8 as amount, 0.10000000000000000001::numeric as rate`;
  expect(row).toEqual({ amount, rate: "0.10000000000000000001" });
});

test("instants come and go as milliseconds, dates as the text that they are", async () => {
  const instants = [
    "2026-03-02T09:00:00Z",
    "2026-03-02T09:00:00.1Z",
    "2026-03-02T09:00:00.123Z",
    "1969-12-31T23:59:59.999Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
  ].map((text) => Date.parse(text));
  for (const at of instants) {
    const [row] = await database.sql<{ at: number }[]>`select ${database.sql.typed.instant(at)}::timestamptz as at`;
    expect(row).toEqual({ at });
  }
  const [elsewhere] = await database.sql`select '2026-03-02 23:00:00-05'::timestamptz as at, date '2026-03-02' as day`;
  expect(elsewhere).toEqual({ at: Date.parse("2026-03-03T04:00:00Z"), day: "2026-03-02" });
});

test("a session has its name, its limits and the role it was given, and compiles nothing", async () => {
  const sql = connect(database, {
    max: 1,
    applicationName: "till",
    statementTimeoutMs: 50,
    lockTimeoutMs: 20,
    role: "pg_monitor",
  });
  try {
    const [row] = await sql`select current_user::text as role, current_setting('application_name') as name,
      current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('jit') as jit`;
    expect(row).toEqual({ role: "pg_monitor", name: "till", statement: "50ms", lock: "20ms", jit: "off" });
    const slow = await sql`select pg_sleep(5)`.catch(classify);
    expect(slow).toEqual({ kind: "timeout", sqlstate: "57014" });
    const refused = await sql`create table public.mine (id int)`.catch(classify);
    expect(refused).toEqual({ kind: "other", sqlstate: "42501" });
  } finally {
    await sql.end();
  }
});
