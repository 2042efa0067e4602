import { drizzle } from "drizzle-orm/postgres-js";
import { sql as query } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../../src/db/connect.ts";
import { classify } from "../../src/db/errors.ts";
import type { DbFault } from "../../src/db/errors.ts";
import { emptyDatabase } from "../support/database/database.ts";
import type { TestDatabase } from "../support/database/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await emptyDatabase();
  await database.sql.unsafe(`
    create table wallets (id int primary key, balance bigint not null constraint wallet_not_below_zero check (balance >= 0));
    create table lots (wallet int constraint lot_of_wallet references wallets);
    insert into wallets values (1, 10), (2, 10)`);
});
afterAll(() => database.drop());

test.each<[string, DbFault]>([
  ["40001", { kind: "retryable", sqlstate: "40001" }],
  ["40P01", { kind: "retryable", sqlstate: "40P01" }],
  ["57014", { kind: "timeout", sqlstate: "57014" }],
  ["55P03", { kind: "timeout", sqlstate: "55P03" }],
  ["25P03", { kind: "timeout", sqlstate: "25P03" }],
  ["08006", { kind: "unavailable", sqlstate: "08006" }],
  ["53300", { kind: "unavailable", sqlstate: "53300" }],
  ["53100", { kind: "unavailable", sqlstate: "53100" }],
  ["57P01", { kind: "unavailable", sqlstate: "57P01" }],
  ["57P02", { kind: "unavailable", sqlstate: "57P02" }],
  ["57P03", { kind: "unavailable", sqlstate: "57P03" }],
  ["25006", { kind: "unavailable", sqlstate: "25006" }],
  ["CONNECTION_CLOSED", { kind: "unavailable", sqlstate: "CONNECTION_CLOSED" }],
  ["CONNECTION_ENDED", { kind: "unavailable", sqlstate: "CONNECTION_ENDED" }],
  ["CONNECTION_DESTROYED", { kind: "unavailable", sqlstate: "CONNECTION_DESTROYED" }],
  ["CONNECT_TIMEOUT", { kind: "unavailable", sqlstate: "CONNECT_TIMEOUT" }],
  ["ECONNRESET", { kind: "unavailable", sqlstate: "ECONNRESET" }],
  ["EPIPE", { kind: "unavailable", sqlstate: "EPIPE" }],
  ["42601", { kind: "other", sqlstate: "42601" }],
  ["XX000", { kind: "other", sqlstate: "XX000" }],
  ["57P04", { kind: "unavailable", sqlstate: "57P04" }],
  ["40002", { kind: "other", sqlstate: "40002" }],
  ["ENOENT", { kind: "other", sqlstate: null }],
  ["EPERM", { kind: "other", sqlstate: null }],
  ["ERR_ASSERTION", { kind: "other", sqlstate: null }],
])("the code %s", (code, fault) => {
  const error = Object.assign(new Error("deadlock detected"), { code });
  expect(classify(error)).toEqual(fault);
  expect(classify(new Error("wrapped", { cause: new Error("twice", { cause: error }) }))).toEqual(fault);
});

test("what is no error of the database is told apart", () => {
  for (const other of [new Error("40001"), "40001", null, undefined, { code: 40001 }]) {
    expect(classify(other)).toEqual({ kind: "other", sqlstate: null });
  }
  const endless = new Error("its own cause");
  endless.cause = endless;
  expect(classify(endless)).toEqual({ kind: "other", sqlstate: null });
});

test("constraints come with their names, through the driver and through drizzle", async () => {
  const { sql } = database;
  const outer = connect(database, { max: 1 });
  const orm = drizzle(outer);
  const faults = [
    await sql`insert into wallets values (1, 0)`.catch(classify),
    await orm.execute(query`insert into wallets values (1, 0)`).catch(classify),
    await sql`update wallets set balance = -1`.catch(classify),
    await sql`insert into lots values (99)`.catch(classify),
    await sql`insert into wallets values (3, null)`.catch(classify),
  ];
  await outer.end();
  expect(faults).toEqual([
    { kind: "constraint", sqlstate: "23505", name: "wallets_pkey" },
    { kind: "constraint", sqlstate: "23505", name: "wallets_pkey" },
    { kind: "constraint", sqlstate: "23514", name: "wallet_not_below_zero" },
    { kind: "constraint", sqlstate: "23503", name: "lot_of_wallet" },
    { kind: "constraint", sqlstate: "23502", name: null },
  ]);
});

test("a deadlock is retryable, for one of the two", async () => {
  const outcomes = await Promise.all([cross(1, 2), cross(2, 1)]);
  expect(outcomes.filter((outcome) => outcome !== null)).toEqual([{ kind: "retryable", sqlstate: "40P01" }]);
});

/** Locks two wallets, the first long before the second. */
function cross(first: number, second: number): Promise<DbFault | null> {
  return database.sql
    .begin(async (tx) => {
      await tx`update wallets set balance = balance + 1 where id = ${first}`;
      await tx`select pg_sleep(0.2)`;
      await tx`update wallets set balance = balance + 1 where id = ${second}`;
      return null;
    })
    .catch(classify);
}

test("a server that is not there, and a session that is cut, are unavailable", async () => {
  const nobody = connect("postgres://mclub:x@127.0.0.1:1/mclub", { max: 1 });
  const noSocket = connect({ url: database.url, socketPath: "/nonexistent/.s.PGSQL.1" }, { max: 1 });
  const cut = connect(database, { max: 1 });
  const faults = [
    await nobody`select 1`.catch(classify),
    await noSocket`select 1`.catch(classify),
    await cut`select pg_terminate_backend(pg_backend_pid())`.catch(classify),
  ];
  expect(faults).toMatchObject([
    { kind: "unavailable", sqlstate: "ECONNREFUSED" },
    { kind: "unavailable", sqlstate: "ENOENT" },
    // 57P01 or CONNECTION_CLOSED: it depends on how far the driver had read.
    { kind: "unavailable" },
  ]);
  // And the pool mends itself, once the driver has noticed.
  await expect.poll(() => cut`select 1 as one`.catch(classify)).toEqual([{ one: 1 }]);
  await Promise.all([nobody.end(), noSocket.end(), cut.end()]);
});

test("a statement and a lock that take too long are timeouts", async () => {
  const impatient = connect(database, { max: 1, statementTimeoutMs: 300, lockTimeoutMs: 50 });
  const faults = await database.sql.begin(async (tx) => {
    await tx`select from wallets where id = 1 for update`;
    return [
      await impatient`select from wallets where id = 1 for update`.catch(classify),
      await impatient`select pg_sleep(5)`.catch(classify),
    ];
  });
  await impatient.end();
  expect(faults).toEqual([
    { kind: "timeout", sqlstate: "55P03" },
    { kind: "timeout", sqlstate: "57014" },
  ]);
});
