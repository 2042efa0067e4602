/**
 * A database of its own for each test file: a clone of the migrated template, on the run's one server.
 */
import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { connect } from "../../../src/db/connect.ts";
import type { Sql } from "../../../src/db/connect.ts";

/** How workers find the server; given by the global setup. */
export type ServerAddress = { url: string; socketPath: string | null };

export type TestDatabase = ServerAddress & {
  /** The owner's connection: may do everything. For the application's rights, `connect(database, { role })`. */
  sql: Sql;
  /** Closes `sql`, cuts what other sessions are left, and removes the database. */
  drop(): Promise<void>;
};

export const TEMPLATE = "mclub_template";

/** Test files run beside each other: clones are made one after another. */
const CLONE_LOCK = 7_001;

/** A migrated, otherwise empty database. `drop()` it in `afterAll`. */
export function testDatabase(): Promise<TestDatabase> {
  return create(`template ${TEMPLATE}`);
}

/** A database without any table, for tests of the migrations themselves. */
export function emptyDatabase(): Promise<TestDatabase> {
  return create("template template0");
}

/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

async function create(from: string): Promise<TestDatabase> {
  const server = inject("server");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asAdmin(server, async (admin) => {
    await admin`select pg_advisory_lock(${CLONE_LOCK})`;
    await admin.unsafe(`create database ${name} ${from}`);
  });
  const address = { url: withDatabase(server.url, name), socketPath: server.socketPath };
  const sql = connect(address, { max: 5, applicationName: "test" });
  return {
    ...address,
    sql,
    async drop() {
      await sql.end({ timeout: 5 });
      await asAdmin(server, (admin) => admin.unsafe(`drop database ${name} with (force)`));
    },
  };
}

/** A session of its own: ending it frees the advisory lock. */
async function asAdmin(server: ServerAddress, work: (admin: Sql) => Promise<unknown>): Promise<void> {
  const admin = connect(server, { max: 1, applicationName: "test-admin", statementTimeoutMs: 0, lockTimeoutMs: 0 });
  try {
    await work(admin);
  } finally {
    await admin.end({ timeout: 5 });
  }
}
