/** The migration that seals personal data: applies where there is none, and touches nothing where there is some. */
import { cp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate, pendingMigrations } from "../../src/db/migrate.ts";
import { MIGRATIONS } from "../../src/db/migrations.ts";
import { emptyDatabase, type TestDatabase } from "../support/database/database.ts";
import { temporaryFolder } from "../support/database/server.ts";
import { seedStores } from "../support/ledger.ts";

const LAST_BEFORE = 4;

let database: TestDatabase;
beforeEach(async () => {
  database = await emptyDatabase();
  const folder = await temporaryFolder();
  await cp(MIGRATIONS, folder, { recursive: true });
  const files = (await readdir(folder)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  const kept = files.slice(0, LAST_BEFORE + 1).map((name) => name.slice(0, -".sql".length));
  for (const name of files.slice(LAST_BEFORE + 1)) await rm(join(folder, name));
  const journal = { entries: kept.map((tag, idx) => ({ idx, tag })) };
  await writeFile(join(folder, "meta", "_journal.json"), JSON.stringify(journal));
  await migrate(database, folder);
  await rm(folder, { recursive: true });
  await seedStores(database);
});
afterEach(() => database.drop());

test("it applies to a database of the former release that nobody has been registered in", async () => {
  const { applied } = await migrate(database);
  expect(applied).toContain("0005_personal_data");
  expect(await pendingMigrations(database.sql)).toEqual([]);
  expect(await database.sql`select count(*)::int as count from stores`).toEqual([{ count: 3 }]);
});

test("it refuses one with profiles, says why, and leaves it as it was", async () => {
  await database.sql`insert into profiles (bucket, profile_id, member_id, brand, external_id, person, identifiers, consents, created_at)
    values (1, gen_random_uuid(), gen_random_uuid(), 'mvideo', 'C-1', '{}', '[]', '{}', now())`;
  await expect(migrate(database)).rejects.toMatchObject({ name: "MigrationRefused", reason: "unfit" });
  await expect(migrate(database)).rejects.toThrow(/profiles or requests from before personal data was encrypted/);
  expect(await database.sql`select external_id from profiles`).toEqual([{ external_id: "C-1" }]);
});
