import { appendFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../src/db/connect.ts";
import { migrate, pendingMigrations } from "../../src/db/migrate.ts";
import { MigrationRefused } from "../../src/db/migrations.ts";
import { emptyDatabase, testDatabase } from "../support/database/database.ts";
import type { TestDatabase } from "../support/database/database.ts";
import { migrationFolder } from "../support/database/migration-folder.ts";

const FIRST = { "0000_first": "create table one (id int);\n--> statement-breakpoint\ninsert into one values (1);\n" };
const TWO = { ...FIRST, "0001_second": "alter table one add column name text;\n" };

let database: TestDatabase;
let folder: string;

beforeEach(async () => {
  database = await emptyDatabase();
  folder = await migrationFolder(TWO);
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test("files are applied in the journal's order, once", async () => {
  expect(await pendingMigrations(database.sql, folder)).toEqual(["0000_first", "0001_second"]);
  expect(await migrate(database, folder)).toEqual({ applied: ["0000_first", "0001_second"] });
  expect(await pendingMigrations(database.sql, folder)).toEqual([]);
  expect(await migrate(database, folder)).toEqual({ applied: [] });
  expect(await database.sql`select * from one`).toEqual([{ id: 1, name: null }]);
});

test("a later release applies only what is new", async () => {
  await migrationFolder(FIRST, (folder = await emptied()));
  expect(await migrate(database, folder)).toEqual({ applied: ["0000_first"] });
  await migrationFolder(TWO, folder);
  expect(await pendingMigrations(database.sql, folder)).toEqual(["0001_second"]);
  expect(await migrate(database, folder)).toEqual({ applied: ["0001_second"] });
});

test("two processes that start at once apply each file once", async () => {
  const slow = { ...TWO, "0002_slow": "select pg_sleep(0.2); create table three (id int);" };
  await migrationFolder(slow, folder);
  const runs = await Promise.all([1, 2, 3].map(() => migrate(database, folder)));
  expect(runs.flatMap((run) => run.applied).toSorted()).toEqual(Object.keys(slow));
  expect(await database.sql`select count(*) from one`).toEqual([{ count: 1n }]);
});

test("a file that fails leaves nothing of itself, and all of the files before it", async () => {
  await migrationFolder(
    { ...TWO, "0002_bad": "create table half (id int);--> statement-breakpoint\nselect 1/0;" },
    folder,
  );
  await expect(migrate(database, folder)).rejects.toMatchObject({ code: "22012" });
  expect(await database.sql`select to_regclass('half')::text as half, to_regclass('one')::text as one`).toEqual([
    { half: null, one: "one" },
  ]);
  expect(await pendingMigrations(database.sql, folder)).toEqual(["0002_bad"]);
});

test("a file that was mended in place is no other file to a database that has it as it was", async () => {
  await migrate(database, folder);
  const [was] = await database.sql<
    { sha256: string }[]
  >`select sha256 from mclub_migrations where name = '0001_second'`;
  const mended = `-- formerly applied as ${was?.sha256}\nalter table one add column if not exists name text;\n`;
  await migrationFolder({ ...TWO, "0001_second": mended, "0002_third": "create table three (id int);" }, folder);
  expect(await migrate(database, folder)).toEqual({ applied: ["0002_third"] });
  expect(await pendingMigrations(database.sql, folder)).toEqual([]);
});

test("an applied file that was changed afterwards is refused, whatever else is pending", async () => {
  await migrate(database, folder);
  await migrationFolder({ ...TWO, "0002_third": "create table three (id int);" }, folder);
  await appendFile(join(folder, "0000_first.sql"), "-- harmless?\n");
  expect(await refusals()).toEqual([{ reason: "changed", names: ["0000_first"] }]);
  expect(await database.sql`select to_regclass('three') as three`).toEqual([{ three: null }]);
});

test("line ends turned by a checkout are no change", async () => {
  await migrate(database, folder);
  await writeFile(join(folder, "0000_first.sql"), FIRST["0000_first"].replaceAll("\n", "\r\n"));
  expect(await migrate(database, folder)).toEqual({ applied: [] });
});

test("a file merged in front of applied ones is refused instead of skipped", async () => {
  await migrate(database, folder);
  await migrationFolder({ ...FIRST, "0001_late": "create table late (id int);", ...TWO }, folder);
  expect(await refusals()).toEqual([{ reason: "skipped", names: ["0001_late"] }]);
});

test("a database that a newer release has migrated is refused", async () => {
  await migrate(database, folder);
  await migrationFolder(FIRST, (folder = await emptied()));
  expect(await refusals()).toEqual([{ reason: "newer_database", names: ["0001_second"] }]);
});

test("a SQL file that the journal does not name is refused; the dump for reviewers is not one", async () => {
  await writeFile(join(folder, "schema.sql"), "-- for reading");
  await writeFile(join(folder, "0002_forgotten.sql"), "create table forgotten (id int);");
  expect(await refusals()).toEqual([{ reason: "not_journalled", names: ["0002_forgotten"] }]);
});

test("a file that the journal names and the folder lacks is refused", async () => {
  await rm(join(folder, "0001_second.sql"));
  expect(await refusals()).toEqual([{ reason: "missing", names: ["0001_second"] }]);
});

test("a folder without migrations is no error", async () => {
  folder = await emptied();
  expect(await migrate(database, folder)).toEqual({ applied: [] });
});

test("the application's role may ask what is pending, and may not forge the answer", async () => {
  const migrated = await testDatabase();
  const sql = connect(migrated, { max: 1, role: "mclub_app" });
  try {
    expect(await pendingMigrations(sql)).toEqual([]);
    await expect(sql`delete from mclub_migrations`).rejects.toMatchObject({ code: "42501" });
  } finally {
    await sql.end();
    await migrated.drop();
  }
});

/** How migrating and asking what is pending are refused: one entry when both agree, as they must. */
async function refusals(): Promise<unknown[]> {
  const attempts = await Promise.allSettled([migrate(database, folder), pendingMigrations(database.sql, folder)]);
  const told = attempts.map((attempt) => {
    const refusal: unknown = attempt.status === "rejected" ? attempt.reason : null;
    return refusal instanceof MigrationRefused
      ? JSON.stringify({ reason: refusal.reason, names: refusal.names })
      : "{}";
  });
  return [...new Set(told)].map((text): unknown => JSON.parse(text));
}

/** The folder goes, a new one without anything comes. */
async function emptied(): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  return migrationFolder({});
}
