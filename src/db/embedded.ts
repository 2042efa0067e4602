/**
 * A real PostgreSQL server that the project brings along: for demo, development and tests.
 * Production uses a server of its own through `DATABASE_URL`.
 *
 *     <dataDir>/pg/           the cluster, owned by the user that runs the server, with its password in a 0600 file
 *     <dataDir>/server.log    what the server says
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { locateBinaries } from "./embedded/binaries.ts";
import type { Binaries } from "./embedded/binaries.ts";
import { ensureCluster, readPassword } from "./embedded/cluster.ts";
import { findRunning, isAlive, readPidFile } from "./embedded/running.ts";
import { launch, ServerExited } from "./embedded/launch.ts";
import { dataPathFor, serverUserFor } from "./embedded/user.ts";
import type { ServerUser } from "./embedded/user.ts";

export type EmbeddedServer = {
  /** Owner's connection to the database `mclub`, over loopback TCP. */
  url: string;
  /** The same server by its unix socket (shorter round trips), where the path is short enough for one. */
  socketPath: string | null;
  port: number;
  pid: number;
  /** Whether somebody else had started it: then it is not ours to stop. */
  reused: boolean;
  /** Fast shutdown: sessions are cut, everything committed is on disk. Safe to call twice. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  dataDir: string;
  /** Server settings on top of the durable defaults; `fsync: "off"` also makes the first start skip syncing. */
  settings?: Record<string, string>;
  log?: (message: string) => void;
};

type Cluster = { pgDir: string; dataPath: string; password: string; user: ServerUser; binaries: Binaries };

const START_ATTEMPTS = 6;

/**
 * Starts the server, or takes over the one that a killed parent left running on the same folder.
 * The first start makes the cluster (about a second); later ones take a few tenths.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { dataDir, settings = {}, log = () => {} } = options;
  await mkdir(dataDir, { recursive: true });
  const pgDir = join(dataDir, "pg");
  const user = await serverUserFor(pgDir);
  const binaries = await locateBinaries(user);
  const fresh = await ensureCluster({ dataDir, pgDir, user, binaries, sync: settings["fsync"] !== "off" });
  if (fresh) log(`made a new database cluster in ${pgDir}`);
  const cluster = {
    pgDir,
    user,
    binaries,
    dataPath: await dataPathFor(pgDir, user),
    password: await readPassword(pgDir),
  };
  return startOrReuse(cluster, join(dataDir, "server.log"), settings, log);
}

/**
 * A start can fail for reasons that pass: the port was taken between choosing and using it, backends of a killed
 * server have not yet noticed, or another process started on the same folder a moment before (then it is reused).
 */
async function startOrReuse(
  cluster: Cluster,
  logFile: string,
  settings: Record<string, string>,
  log: (message: string) => void,
): Promise<EmbeddedServer> {
  for (let attempt = 1; ; attempt++) {
    const running = await findRunning(cluster);
    if (running) {
      log(`reusing the database server already running on ${cluster.pgDir} (pid ${running.pid})`);
      return server(cluster, running, true);
    }
    try {
      return server(cluster, await launch(cluster, { settings, logFile, socket: socketFits(cluster.pgDir) }), false);
    } catch (error) {
      if (!(error instanceof ServerExited) || attempt === START_ATTEMPTS) throw error;
      await sleep(50 * 2 ** attempt);
    }
  }
}

function server(cluster: Cluster, running: { pid: number; port: number }, reused: boolean): EmbeddedServer {
  const { pid, port } = running;
  return {
    url: `postgres://mclub:${cluster.password}@127.0.0.1:${port}/mclub`,
    socketPath: socketFits(cluster.pgDir) ? join(cluster.pgDir, `.s.PGSQL.${port}`) : null,
    port,
    pid,
    reused,
    stop: () => stop(cluster.pgDir, pid),
  };
}

/** A socket's path is limited to about a hundred bytes by the kernel; a longer one is done without. */
function socketFits(pgDir: string): boolean {
  return process.platform !== "win32" && Buffer.byteLength(join(pgDir, ".s.PGSQL.65535")) <= 100;
}

async function stop(pgDir: string, pid: number): Promise<void> {
  const stopped = async () => !(await isAlive(pid)) || (await readPidFile(pgDir))?.pid !== pid;
  const steps: [NodeJS.Signals, number][] = [
    ["SIGINT", 20_000],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ];
  for (const [signal, patienceMs] of steps) {
    if (await stopped()) return;
    process.kill(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      if (await stopped()) return;
      await sleep(10);
    }
  }
  throw new Error(`the database server (pid ${pid}) does not stop`);
}
