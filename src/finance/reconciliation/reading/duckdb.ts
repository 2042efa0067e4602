/**
 * DuckDB in a folder of its own: for what is compared line by line with the ledger. Bounded in memory; what does not fit goes to
 * the disk of that folder, which is removed at the end, whatever happens, and by the next process where this one is killed.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ownFolder } from "../../../engine/own-folder.ts";

/** Of the process, DuckDB takes no more than this. */
const MEMORY_LIMIT = "400MB";
const THREADS = "2";

/** There is no room left where the work is done. */
export class DiskFull extends Error {
  override readonly name = "DiskFull";
}

export interface Workplace {
  readonly folder: string;
  readonly db: DuckDBConnection;
}

export interface WorkplaceOptions {
  /** Where the folder is made; absent: where the system keeps what is temporary. */
  readonly within?: string | undefined;
}

/** Does some work in a folder with a database. Throws `DiskFull` where there was no room for it. */
export async function inWorkplace<T>({ within }: WorkplaceOptions, work: (place: Workplace) => Promise<T>): Promise<T> {
  const folder = await ownFolder("reconciliation", within);
  try {
    // Not in a file: tables would be compressed and written down, which takes longer than all that is asked of them.
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: MEMORY_LIMIT,
      threads: THREADS,
      temp_directory: join(folder, "spilled"),
    });
    const db = await instance.connect();
    try {
      // No extension is fetched from anywhere.
      await db.run("set autoinstall_known_extensions = false");
      await db.run("set autoload_known_extensions = false");
      return await work({ folder, db });
    } finally {
      db.closeSync();
      instance.closeSync();
    }
  } catch (error) {
    throw isDiskFull(error) ? new DiskFull("no room is left on the disk", { cause: error }) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Said by the operating system, or by DuckDB in words. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { readonly code?: unknown };
  return (
    code === "ENOSPC" ||
    code === "EDQUOT" ||
    /no space left|failed to offload|max_temp_directory_size/i.test(error.message)
  );
}

/** SQL: a text as DuckDB reads it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** SQL: a name of a column. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;
