import { connect as openSocket } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { connect, TYPES } from "../../src/db/connect.ts";
import type { Sql } from "../../src/db/connect.ts";
import { postgres } from "../../src/db/driver.ts";
import { classify } from "../../src/db/errors.ts";
import { emptyDatabase } from "../support/database/database.ts";
import type { TestDatabase } from "../support/database/database.ts";
import { type Network, openNetwork } from "../support/network.ts";

let database: TestDatabase;
let network: Network;
let sql: Sql;

beforeAll(async () => {
  database = await emptyDatabase();
  await database.sql.unsafe("create table entries (id int)");
  network = await openNetwork(database.url);
});
afterAll(async () => {
  await network.close();
  await database.drop();
});
beforeEach(() => {
  sql = connect(network.url, { max: 2, applicationName: "victim" });
});
afterEach(async () => {
  await sql.end({ timeout: 1 });
  await killSessions();
});

const LOST = { kind: "unavailable", sqlstate: "CONNECTION_CLOSED" };

test("a statement that fails after its first rows does not move the rows of the next one", async () => {
  const one = connect(database, { max: 1 });
  await one`select 1 / (3 - x) from generate_series(1, 5) x`.catch(classify);
  const rows = await one`select 'first' as name`;
  await one.end();
  expect([rows.length, rows[0]]).toEqual([1, { name: "first" }]);
});

test("a connection lost under a transaction is an error of that transaction, and of nothing else", async () => {
  const outcome = sql.begin((tx) => tx`select pg_sleep(10)`).catch(classify);
  await busy(1);
  network.cut();
  expect(await outcome).toEqual(LOST);
  expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
});

test("what a transaction does after its connection was lost is never done outside of it", async () => {
  const lone = connect(network.url, { max: 1 });
  const after: unknown[] = [];
  const outcome = lone
    .begin(async (tx) => {
      await tx`insert into entries values (1)`;
      network.cut();
      await sleep(50);
      // The pool's only connection has a new session by now.
      after.push(await lone`select 1`.then(() => "new session", classify));
      after.push(await tx`insert into entries values (2)`.catch(classify));
      after.push(await tx`commit`.catch(classify));
    })
    .catch(classify);
  expect(await outcome).toEqual(LOST);
  await expect.poll(() => after).toEqual(["new session", LOST, LOST]);
  expect(await database.sql`select id from entries`).toEqual([]);
  await lone.end();
});

test("a pool can be closed after it lost a connection", async () => {
  const lost = sql`select pg_sleep(10)`.catch(classify);
  await busy(1);
  network.cut();
  expect(await lost).toEqual(LOST);
  expect(await answered(sql.end())).not.toBe("stuck");
});

test("a statement given between a socket's error and its close is answered", async () => {
  const { pool, sockets } = await poolWithSockets(1);
  const given = new Promise((resolve) => {
    sockets[0]?.on("error", () => resolve(pool`select 1`.catch(classify)));
  });
  sockets[0]?.destroy(new Error("cable pulled"));
  expect(await answered(given)).toEqual(LOST);
  await pool.end({ timeout: 1 });
});

test("a statement not yet sent when its connection closes does not silence that connection for good", async () => {
  const { pool, sockets } = await poolWithSockets(2);
  // Both close in one turn; what is given at the first one's close goes to the other, and is not sent any more.
  const given: Promise<unknown>[] = [];
  for (const socket of sockets) socket.on("close", () => given.push(pool`select 1`.catch(classify)));
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => given.length).toBe(2);
  expect(await answered(Promise.race(given))).toEqual(LOST);
  expect(await answered(Promise.all([statement(pool, 1), statement(pool, 2)]))).toEqual(["ok", "ok"]);
  await pool.end({ timeout: 1 });
});

test("under load, sessions that are killed over and over leave no statement without an answer", async () => {
  const answers: unknown[] = [];
  const rounds = 40;
  for (let round = 0; round < rounds; round++) {
    const work = Array.from({ length: 9 }, (_, nth) =>
      (nth % 3 === 0 ? transaction(sql) : statement(sql, nth)).then((answer) => answers.push(answer)),
    );
    await sleep(round % 6);
    if (round % 2 === 0) network.cut();
    else await killSessions();
    work.push(...[1, 2, 3].map((nth) => statement(sql, nth).then((answer) => answers.push(answer))));
    const stuck = sleep(10_000, "stuck", { ref: false });
    expect(await Promise.race([Promise.all(work), stuck])).not.toBe("stuck");
  }
  const lost = answers.filter((answer) => answer !== "ok");
  expect(answers).toHaveLength(rounds * 12);
  expect(lost).toEqual(lost.map(() => expect.objectContaining({ kind: "unavailable" }) as unknown));
  expect(lost.length).toBeGreaterThan(rounds);
  expect(lost.length).toBeLessThan(answers.length);
  // Every slot of the pool is alive.
  expect(await Promise.all([1, 2, 3, 4].map((nth) => statement(sql, nth)))).toEqual(["ok", "ok", "ok", "ok"]);
}, 60_000);

/** The server does not notice by itself that a client is gone while it works for it. */
function killSessions(): PromiseLike<unknown> {
  return database.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'`;
}

/** A pool with that many sessions open, and the sockets beneath them. */
async function poolWithSockets(max: number): Promise<{ pool: Sql; sockets: Socket[] }> {
  const { pathname, hostname, port, username, password } = new URL(database.url);
  const sockets: Socket[] = [];
  const options = {
    username,
    password,
    database: pathname.slice(1),
    max,
    fetch_types: false,
    types: TYPES,
    socket() {
      const socket = openSocket(Number(port), hostname);
      sockets.push(socket);
      return socket;
    },
  };
  const pool = postgres(options);
  await Promise.all(Array.from({ length: max }, (_, nth) => statement(pool, nth)));
  expect(sockets).toHaveLength(max);
  return { pool, sockets };
}

/** What comes of it, or "stuck". */
function answered(outcome: PromiseLike<unknown>): Promise<unknown> {
  return Promise.race([outcome, sleep(3_000, "stuck", { ref: false })]);
}

function statement(pool: Sql, nth: number): Promise<unknown> {
  return pool`select ${nth}::int, pg_sleep(0.001)`.then(() => "ok", classify);
}

function transaction(pool: Sql): Promise<unknown> {
  return pool
    .begin(async (tx) => {
      await tx`select 1`;
      await tx`select pg_sleep(0.002)`;
      await tx`select 2`;
      return "ok";
    })
    .catch(classify);
}

/** Until so many of the pool's sessions are at work. */
async function busy(count: number): Promise<void> {
  await expect
    .poll(async () => {
      const [row] = await database.sql<{ count: bigint }[]>`select count(*) from pg_stat_activity
        where application_name = 'victim' and wait_event = 'PgSleep'`;
      return row?.count;
    })
    .toBe(BigInt(count));
}
