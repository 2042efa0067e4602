/**
 * Recognises a server that runs on our folder already, because the process that started it was killed.
 */
import { readFile, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { postgres } from "../driver.ts";
import { codeOf } from "../errors.ts";
import { WORKING_FOLDER } from "./user.ts";

type PidFile = { pid: number; port: number; ready: boolean };

/** A server that is starting, recovering or stopping is given this long to make up its mind. */
const SETTLE_MS = 60_000;

/** The live server of this cluster, or null when there is none. What a dead one left behind is no obstacle. */
export async function findRunning(cluster: {
  pgDir: string;
  password: string;
}): Promise<{ pid: number; port: number } | null> {
  const { pgDir } = cluster;
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline) {
    const found = await readPidFile(pgDir);
    if (!found) return null;
    if (!(await isAlive(found.pid)) || (await worksElsewhere(found.pid, pgDir))) {
      // The server itself would take this pid for a live server, and refuse to start until somebody cleans up.
      await rm(join(pgDir, "postmaster.pid"), { force: true });
      return null;
    }
    if (found.ready) return (await answers(cluster, found.port)) ? found : null;
    await sleep(20);
  }
  return null;
}

/**
 * Whether the process is surely not this cluster's server, which always works in the cluster's folder: pids are
 * recycled. False where the operating system does not tell.
 */
async function worksElsewhere(pid: number, pgDir: string): Promise<boolean> {
  // By device and inode: the same folder may be mounted under two names.
  const theirs = await stat(`/proc/${pid}/cwd`).catch(() => null);
  const here = await stat(pgDir);
  return theirs !== null && (theirs.dev !== here.dev || theirs.ino !== here.ino);
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
    return codeOf(error) === "EPERM";
  }
  const status = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return !/\) [ZX] /.test(status);
}

/** It takes our password (SCRAM proves to us that it knows it, too) and says that it serves this very folder. */
async function answers({ pgDir, password }: { pgDir: string; password: string }, port: number): Promise<boolean> {
  const sql = postgres({
    host: "127.0.0.1",
    port,
    user: "mclub",
    password,
    database: "mclub",
    max: 1,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => {},
  });
  try {
    const [row] = await sql<{ folder: string }[]>`select current_setting('data_directory') as folder`;
    // Started in its folder because it may not walk there: then the working folder has been compared before.
    if (row?.folder === WORKING_FOLDER) return true;
    return row !== undefined && (await realpath(row.folder)) === (await realpath(pgDir));
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
