/**
 * Recognises a server that runs on our folder already, because the process that started it was killed.
 */
import { readFile, readlink, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { WORKING_FOLDER } from "./user.ts";

type PidFile = { pid: number; port: number; ready: boolean };

/** A server that is starting, recovering or stopping is given this long to make up its mind. */
const SETTLE_MS = 60_000;

/** The live server of this cluster, or null when there is none. What a dead one left behind is no obstacle. */
export async function findRunning(cluster: {
  pgDir: string;
  password: string;
}): Promise<{ pid: number; port: number } | null> {
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline) {
    const found = await readPidFile(cluster.pgDir);
    if (!found) return null;
    if (!(await isAlive(found.pid))) {
      // The server itself takes an exited but uncollected process for a live one, and would refuse to start.
      await rm(join(cluster.pgDir, "postmaster.pid"), { force: true });
      return null;
    }
    if (found.ready) return (await isOurs(cluster, found)) ? found : null;
    await sleep(20);
  }
  return null;
}

/** What the server noted about itself: its pid, port and state; null when no server runs. */
export async function readPidFile(pgDir: string): Promise<PidFile | null> {
  const text = await readFile(join(pgDir, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === "ready" };
}

/** Whether the process runs; one that has exited and waits to be collected does not. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const status = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return !/\) [ZX] /.test(status);
}

/**
 * A pid can be recycled and a folder can be copied: the server is ours when it takes our password (SCRAM proves it
 * to us as well) and says that it serves this very folder.
 */
async function isOurs({ pgDir, password }: { pgDir: string; password: string }, found: PidFile): Promise<boolean> {
  const sql = postgres({
    ...{ host: "127.0.0.1", port: found.port, user: "mclub", password, database: "mclub" },
    ...{ max: 1, connect_timeout: 5, fetch_types: false, onnotice: () => {} },
  });
  try {
    const [row] = await sql<{ folder: string }[]>`select current_setting('data_directory') as folder`;
    const folder = row?.folder === WORKING_FOLDER ? await readlink(`/proc/${found.pid}/cwd`) : row?.folder;
    return folder !== undefined && (await realpath(folder)) === (await realpath(pgDir));
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
