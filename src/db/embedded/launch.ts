/**
 * Starts the server's process and waits until it accepts sessions.
 */
import { spawn } from "node:child_process";
import { open, readFile, rename, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import { run, SERVER_ENV } from "./cluster.ts";
import { readPidFile } from "./running.ts";
import type { ServerUser } from "./user.ts";

type Cluster = { pgDir: string; dataPath: string; user: ServerUser; binaries: Binaries };
type Launch = { settings: Record<string, string>; logFile: string; socket: boolean };

/** The server ended before it was ready; what it said is in its log. */
export class ServerExited extends Error {}

/** Recovery after a crash replays up to max_wal_size: it may take minutes, and must not be cut short. */
const READY_MS = 600_000;
const LOG_LIMIT_BYTES = 10_000_000;

/** Durable, and quiet about what people bought: statements and details of errors stay out of the log. */
const DEFAULTS: Record<string, string> = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  shared_buffers: "256MB",
  max_wal_size: "4GB",
  checkpoint_timeout: "15min",
  max_connections: "100",
  jit: "off",
  password_encryption: "scram-sha-256",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
};

/** Starts the server on a port that is free now. Throws `ServerExited` when it does not come up. */
export async function launch(cluster: Cluster, how: Launch): Promise<{ pid: number; port: number }> {
  const port = await freePort();
  const args = await accepted(cluster, {
    ...DEFAULTS,
    ...how.settings,
    port: String(port),
    listen_addresses: "127.0.0.1",
    // Relative to the cluster's folder, which is open to the server's user only.
    unix_socket_directories: how.socket ? "." : "",
  });
  await rotate(how.logFile);
  const log = await open(how.logFile, "a", 0o600);
  try {
    // In a process group of its own: Ctrl-C reaches us first, and the server outlives our draining.
    const child = spawn(cluster.binaries.postgres, ["-D", cluster.dataPath, ...args], {
      ...cluster.user,
      cwd: cluster.pgDir,
      env: SERVER_ENV,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    const ended = new Promise<never>((_, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => reject(new ServerExited(`exit ${code ?? signal}`)));
    });
    ended.catch(() => {});
    child.unref();
    const pid = await Promise.race([ready(cluster.pgDir, () => child.pid), ended]);
    return { pid, port };
  } catch (error) {
    if (!(error instanceof ServerExited)) throw error;
    throw new ServerExited(
      `the database server did not start (${error.message}); ${how.logFile} ends with:\n${await tail(how.logFile)}`,
    );
  } finally {
    await log.close();
  }
}

async function ready(pgDir: string, childPid: () => number | undefined): Promise<number> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    const noted = await readPidFile(pgDir);
    if (noted?.ready && noted.pid === childPid()) return noted.pid;
    await sleep(5);
  }
  throw new Error(`the database server is not ready after ${READY_MS / 1000} s`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/**
 * The settings as this build of the server takes them; throws what it says when it refuses one. Pages in the log are
 * compressed where lz4 is there; pglz would cost the server more than the bytes that it saves.
 */
async function accepted(cluster: Cluster, settings: Record<string, string>): Promise<string[]> {
  const { binaries, dataPath, pgDir, user } = cluster;
  const attempt = async (walCompression: string) => {
    const args = settingArguments({ wal_compression: walCompression, ...settings });
    await run(binaries.postgres, ["-D", dataPath, ...args, "-C", "wal_compression"], { cwd: pgDir, user, input: "" });
    return args;
  };
  return attempt("lz4").catch(() => attempt("off"));
}

function settingArguments(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

async function rotate(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_LIMIT_BYTES) await rename(logFile, `${logFile}.1`);
}

async function tail(logFile: string): Promise<string> {
  return (await readFile(logFile, "utf8")).trimEnd().split("\n").slice(-5).join("\n");
}
