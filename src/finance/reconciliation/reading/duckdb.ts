/**
 * DuckDB in a folder of its own: for what is compared line by line with the ledger. Bounded in memory; what does not fit goes to
 * the disk of that folder, which is removed at the end, whatever happens, and by the next process where this one is killed.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ownFolder } from "../../../engine/own-folder.ts";
import type { Fault } from "../words.ts";

/** Of the process, DuckDB takes no more than this. */
const MEMORY_LIMIT = "400MB";
const THREADS = "2";

/** From then on its database is told to stop, until it has. */
const LONGEST_MS = 3_600_000;
const LOOK_EVERY_MS = 1_000;

type Shortage = Exclude<Fault, "cannot_be_matched">;

/** The work takes more than there is for it: of the disk, of memory, of time. */
export class WorkStopped extends Error {
  override readonly name = "WorkStopped";
  readonly fault: Shortage;

  constructor(fault: Shortage, cause: unknown) {
    super(fault, { cause });
    this.fault = fault;
  }
}

export interface Workplace {
  readonly folder: string;
  readonly db: DuckDBConnection;
}

export interface WorkplaceOptions {
  /** Where the folder is made; absent: where the system keeps what is temporary. */
  readonly within?: string | undefined;
  /** How long the work may last; absent: an hour. */
  readonly longestMs?: number | undefined;
}

/** Does some work in a folder with a database. Throws `WorkStopped` where it takes too much. */
export async function inWorkplace<T>(
  { within, longestMs = LONGEST_MS }: WorkplaceOptions,
  work: (place: Workplace) => Promise<T>,
): Promise<T> {
  const folder = await ownFolder("reconciliation", within);
  try {
    // Not in a file: tables would be compressed and written down, which takes longer than all that is asked of them.
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: MEMORY_LIMIT,
      threads: THREADS,
      temp_directory: join(folder, "spilled"),
    });
    const db = await instance.connect();
    // Between two statements there is nothing to be stopped: the next one is.
    const end = performance.now() + longestMs;
    const watch = setInterval(
      () => {
        if (performance.now() > end) db.interrupt();
      },
      Math.min(LOOK_EVERY_MS, longestMs),
    );
    try {
      // No extension is fetched from anywhere.
      await db.run("set autoinstall_known_extensions = false");
      await db.run("set autoload_known_extensions = false");
      return await work({ folder, db });
    } finally {
      clearInterval(watch);
      db.closeSync();
      instance.closeSync();
    }
  } catch (error) {
    const fault = shortageOf(error);
    throw fault === undefined ? error : new WorkStopped(fault, error);
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

/** What there is too little of; undefined where it is something else. */
export function shortageOf(error: unknown): Shortage | undefined {
  if (isDiskFull(error)) return "disk_full";
  if (!(error instanceof Error)) return undefined;
  if (error.message.startsWith("Out of Memory Error")) return "out_of_memory";
  return error.message.startsWith("INTERRUPT Error") ? "took_too_long" : undefined;
}

/** SQL: a text as DuckDB reads it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** SQL: a name of a column. */
export const named = (name: string): string => `"${name.replaceAll('"', '""')}"`;
