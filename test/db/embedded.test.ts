import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../src/db/connect.ts";
import type { Sql } from "../../src/db/connect.ts";
import { startEmbedded } from "../../src/db/embedded.ts";
import type { EmbeddedServer } from "../../src/db/embedded.ts";
import { guardAgainstKill, temporaryFolder } from "../support/database/server.ts";

/** Durable like the real thing, only smaller. */
const SMALL = { shared_buffers: "32MB", max_connections: "20" };

let folder: string;
let cleanUp: (() => unknown)[];

beforeEach(async () => {
  folder = await temporaryFolder();
  cleanUp = [() => rm(folder, { recursive: true, force: true })];
});
afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
});

test("what was committed is there after a restart, and durability is never traded away", async () => {
  const first = await start(folder);
  await withSql(first, (sql) => sql.unsafe("create table kept (id int); insert into kept values (7)"));
  await first.stop();
  await first.stop();
  const second = await start(folder);
  await withSql(second, async (sql) => {
    expect(await sql`select id from kept`).toEqual([{ id: 7 }]);
    expect([...(await settingsOf(sql))]).toEqual([
      { name: "data_checksums", setting: "on" },
      { name: "fsync", setting: "on" },
      { name: "full_page_writes", setting: "on" },
      { name: "listen_addresses", setting: "127.0.0.1" },
      { name: "max_connections", setting: "20" },
      { name: "server_encoding", setting: "UTF8" },
      { name: "synchronous_commit", setting: "on" },
    ]);
    const [locale] = await sql`select datlocprovider::text as provider, datlocale::text as locale from pg_database
      where datname = current_database()`;
    expect(locale).toEqual({ provider: "b", locale: "C.UTF-8" });
  });
});

test("nobody gets in without the password, which only its owner can read", async () => {
  const server = await start(folder);
  const wrong = new URL(server.url);
  wrong.password = "guessed";
  for (const socketPath of [null, server.socketPath]) {
    const sql = connect({ url: wrong.href, socketPath }, { max: 1 });
    await expect(sql`select 1`).rejects.toMatchObject({ code: "28P01" });
    await sql.end();
  }
  const { mode } = await stat(join(folder, "pg", "mclub-password"));
  expect(mode & 0o777).toBe(0o600);
});

test("a server that outlived its killed parent is taken over and can be stopped", async () => {
  const parent = spawn(process.execPath, ["--import", "tsx", "test/support/database/start-server.ts", folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const orphan = await new Promise<number>((resolve) => {
    parent.stdout.once("data", (said: Buffer) => resolve(Number(said.toString())));
  });
  const guard = guardAgainstKill(orphan, folder);
  cleanUp.push(() => guard.kill());
  parent.kill("SIGKILL");
  await once(parent, "exit");

  const messages: string[] = [];
  const server = await start(folder, (message) => messages.push(message));
  expect(server.pid).toBe(orphan);
  expect(messages).toEqual([expect.stringContaining(`pid ${orphan}`)]);
  await withSql(server, (sql) => sql`select 1`);
  await server.stop();
  await expect(withSql(server, (sql) => sql`select 1`)).rejects.toMatchObject({ code: "ENOENT" });
  expect((await start(folder)).pid).not.toBe(orphan);
});

test("a killed server starts again with everything that was acknowledged", async () => {
  const first = await start(folder);
  await withSql(first, (sql) => sql.unsafe("create table kept (id int); insert into kept values (7)"));
  process.kill(first.pid, "SIGKILL");
  const second = await start(folder);
  expect(second.pid).not.toBe(first.pid);
  await withSql(second, async (sql) => expect(await sql`select id from kept`).toEqual([{ id: 7 }]));
});

test("two first starts at once on one folder end with one server", async () => {
  const [one, other] = await Promise.all([start(folder), start(folder)]);
  expect(other.pid).toBe(one.pid);
  await withSql(one, (sql) => sql`select 1`);
});

test("a folder under a home that is closed to others serves as well", async () => {
  const home = join(folder, "home");
  await mkdir(home, { mode: 0o700 });
  const dataDir = join(home, "data");
  const first = await start(dataDir);
  await withSql(first, (sql) => sql.unsafe("create table kept (id int)"));
  const again = await start(dataDir);
  expect(again.pid).toBe(first.pid);
  await first.stop();
  const second = await start(dataDir);
  await withSql(second, (sql) => sql`select from kept`);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
});

test("a path too long for a socket is served over TCP", async () => {
  const server = await start(join(folder, "d".repeat(100)));
  expect(server.socketPath).toBeNull();
  await withSql(server, (sql) => sql`select 1`);
});

test("a setting that the server refuses is told at once, in its words", async () => {
  await expect(startEmbedded({ dataDir: folder, settings: { shared_buffers: "plenty" } })).rejects.toThrow(/plenty/);
});

test("a stranger's process under the pid of a server that died is no obstacle", async () => {
  const first = await start(folder);
  await first.stop();
  const pidFile = join(folder, "pg", "postmaster.pid");
  await writeFile(pidFile, `${process.pid}\n${join(folder, "pg")}\n0\n${first.port}\n.\n127.0.0.1\n0 0\nready\n`);
  const { uid, gid } = await stat(join(folder, "pg"));
  await chown(pidFile, uid, gid);
  expect((await start(folder)).pid).not.toBe(process.pid);
});

async function start(dataDir: string, log: (message: string) => void = () => {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, settings: SMALL, log });
  const guard = guardAgainstKill(server.pid, folder);
  cleanUp.push(async () => {
    guard.kill();
    await server.stop();
  });
  return server;
}

async function withSql<T>(server: EmbeddedServer, work: (sql: Sql) => PromiseLike<T>): Promise<T> {
  const sql = connect(server, { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function settingsOf(sql: Sql) {
  return sql`select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes',
    'data_checksums', 'listen_addresses', 'max_connections', 'server_encoding') order by name`;
}
