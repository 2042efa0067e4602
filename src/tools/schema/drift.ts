/** Whether the migrations say all that the tables do: an index or a check that no migration has is in no database. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { generateDrizzleJson } from "drizzle-kit/api";

const SOURCES = fileURLToPath(new URL("../../", import.meta.url));

/** What differs between the tables of `src` and the last snapshot of a folder of migrations, a line each. */
export async function driftOf(migrations: string): Promise<string[]> {
  const [tables, snapshot] = await Promise.all([readTables(), readSnapshot(migrations)]);
  // As a snapshot is written, so that what is undefined is gone.
  const wanted = JSON.parse(JSON.stringify(generateDrizzleJson(tables))) as Json;
  const ids = { id: null, prevId: null };
  return differences("", { ...snapshot, ...ids }, { ...wanted, ...ids });
}

type Json = Readonly<Record<string, unknown>>;

async function readTables(): Promise<Json> {
  const files = (await readdir(SOURCES, { recursive: true })).filter((path) => basename(path) === "tables.ts");
  const modules = await Promise.all(
    files.map((path) => import(pathToFileURL(join(SOURCES, path)).href) as Promise<Json>),
  );
  return Object.fromEntries(modules.flatMap((module) => Object.entries(module)));
}

async function readSnapshot(migrations: string): Promise<Json> {
  const folder = join(migrations, "meta");
  const [last] = (await readdir(folder))
    .filter((name) => name.endsWith("_snapshot.json"))
    .toSorted()
    .slice(-1);
  return last === undefined ? {} : (JSON.parse(await readFile(join(folder, last), "utf8")) as Json);
}

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

function differences(place: string, migrated: unknown, wanted: unknown): string[] {
  if (isDeepStrictEqual(migrated, wanted)) return [];
  if (!isObject(migrated) || !isObject(wanted)) {
    const said = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
    return [`${place.slice(1)}: ${said(migrated)} in the migrations, ${said(wanted)} in the tables`];
  }
  const keys = new Set([...Object.keys(migrated), ...Object.keys(wanted)]);
  return [...keys].flatMap((key) => differences(`${place}.${key}`, migrated[key], wanted[key]));
}
