/** The database as the guide for operators has it made: its owner is no superuser, and may not make roles. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { connect, type Sql } from "../../src/db/connect.ts";
import { migrate } from "../../src/db/migrate.ts";
import { withDatabase } from "../support/database/database.ts";
import { ledgerOn } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { liveThrough } from "../support/town.ts";

const name = `owner_${randomBytes(6).toString("hex")}`;
let admin: Sql;
let url: string;
beforeAll(async () => {
  const server = inject("server");
  admin = connect(server, { max: 1 });
  await admin.unsafe(`create role ${name} login password 'secret'`);
  await admin.unsafe(`grant mclub_app to ${name}`);
  await admin.unsafe(`create database ${name} owner ${name}`);
  const address = new URL(withDatabase(server.url, name));
  [address.username, address.password] = [name, "secret"];
  url = address.href;
});
afterAll(async () => {
  await admin.unsafe(`drop database if exists ${name} with (force)`);
  await admin.unsafe(`drop role ${name}`);
  await admin.end();
});

it("an owner who is no superuser migrates, and does all that there is, members erased included; the proof holds", async () => {
  await migrate(url);
  const sql = connect(url, { max: 2 });
  const [user] = await sql<{ super: boolean; roles: boolean }[]>`
    select rolsuper as super, rolcreaterole as roles from pg_roles where rolname = current_user`;
  expect(user).toEqual({ super: false, roles: false });
  const ledger = await ledgerOn({ url, socketPath: null, sql, drop: () => sql.end({ timeout: 5 }) });
  try {
    await liveThrough(ledger);
    await expectProof(ledger);
  } finally {
    await ledger.close();
  }
}, 60_000);
