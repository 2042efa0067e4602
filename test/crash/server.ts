/** A durable database server that a test kills, without a word, and starts again, under an address that stays. */
import { readFile, rm } from "node:fs/promises";
import { connect, type Sql } from "../../src/db/connect.ts";
import { type EmbeddedServer, startEmbedded } from "../../src/db/embedded.ts";
import { migrate } from "../../src/db/migrate.ts";
import { guardAgainstKill, temporaryFolder } from "../support/database/server.ts";
import { type Network, openNetwork } from "../support/network.ts";

export interface MortalServer {
  readonly url: string;
  /** The owner's connection, by the same address. */
  readonly sql: Sql;
  /** Kills the server and all of its sessions. */
  kill(): Promise<void>;
  /** Starts it again on what is left on disk. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

/** Durable, as in production; only smaller. */
const SETTINGS = { shared_buffers: "64MB" };

export async function startMortal(): Promise<MortalServer> {
  const dataDir = await temporaryFolder();
  const start = async () => {
    const server = await startEmbedded({ dataDir, settings: SETTINGS });
    return { server, guard: guardAgainstKill(server.pid, dataDir) };
  };
  let running = await start();
  await migrate({ url: running.server.url });
  const network: Network = await openNetwork(running.server.url);
  const sql = connect(network.url, { max: 2, applicationName: "test", statementTimeoutMs: 60_000 });
  return {
    url: network.url,
    sql,
    async kill() {
      // The guard would take the server's end for the end of the test, and remove its folder.
      running.guard.kill();
      for (const pid of await processesOf(running.server)) killNow(pid);
    },
    async revive() {
      running = await start();
      network.lead(running.server.port);
    },
    async close() {
      await sql.end({ timeout: 5 });
      await network.close();
      await running.server.stop();
      running.guard.kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The postmaster, then its sessions, where the operating system tells them; elsewhere they notice by themselves. */
async function processesOf({ pid }: EmbeddedServer): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return [pid, ...children.split(" ").filter(Boolean).map(Number)];
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
