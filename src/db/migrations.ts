/**
 * The folder of migrations as drizzle-kit writes it: SQL files, and a journal that gives their order.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { codeOf } from "./errors.ts";

export type Migration = {
  name: string;
  sha256: string;
  /** Hashes of what the file was before it was mended in place, where a database may have been given that. */
  former: string[];
  statements: string[];
};

/** A file that could not be applied everywhere is mended in place, and says what it was; a later one sees to the rest. */
const FORMER = /^-- formerly applied as ([0-9a-f]{64})$/gm;

const Journal = z.object({ entries: z.array(z.object({ idx: z.int(), tag: z.string() })) });

/** `drizzle/` at the repository's root: as far up from `src/db` as from `dist/db`. */
export const MIGRATIONS = fileURLToPath(new URL("../../drizzle", import.meta.url));

/** The dump for reviewers lies in the same folder and is no migration. */
export const SCHEMA_DUMP = "schema.sql";

const REASONS = {
  changed: "applied files were changed afterwards; write a new migration instead",
  skipped: "files are older than the newest applied one, but were never applied; give them a new place in the journal",
  newer_database: "the database has migrations that this version does not know; run the newer version",
  not_journalled: "SQL files are not in the journal; generate them with drizzle-kit",
  unfit: "what the database holds cannot be taken over",
  missing: "the journal names files that are not there",
};

/** Going on would leave a database that nobody can vouch for. */
export class MigrationRefused extends Error {
  readonly reason: keyof typeof REASONS;
  readonly names: string[];

  constructor(reason: keyof typeof REASONS, names: string[]) {
    super(`${REASONS[reason]}: ${names.join(", ")}`);
    this.name = "MigrationRefused";
    this.reason = reason;
    this.names = names;
  }
}

/** All migrations in the journal's order; none when the folder is still empty. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = await readNames(folder);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".sql") && file !== SCHEMA_DUMP);
  const present = new Set(files.map((file) => file.slice(0, -".sql".length)));
  const missing = names.filter((name) => !present.has(name));
  if (missing.length > 0) throw new MigrationRefused("missing", missing);
  const known = new Set(names);
  const strays = [...present].filter((name) => !known.has(name)).toSorted();
  if (strays.length > 0) throw new MigrationRefused("not_journalled", strays);
  return Promise.all(names.map((name) => readMigration(folder, name)));
}

async function readNames(folder: string): Promise<string[]> {
  try {
    const journal = Journal.parse(JSON.parse(await readFile(join(folder, "meta", "_journal.json"), "utf8")));
    return journal.entries.toSorted((a, b) => a.idx - b.idx).map(({ tag }) => tag);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  // A checkout may have turned the line ends; the hash must not depend on it.
  const text = (await readFile(join(folder, `${name}.sql`), "utf8")).replaceAll("\r\n", "\n");
  const statements = text.split("--> statement-breakpoint").filter((statement) => statement.trim() !== "");
  const former = [...text.matchAll(FORMER)].flatMap(([, hash]) => hash ?? []);
  return { name, sha256: createHash("sha256").update(text).digest("hex"), former, statements };
}
