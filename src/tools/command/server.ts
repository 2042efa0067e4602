/** A service of its own for one run: a free port, a database in a temporary folder, a clock that is moved by hand. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface OwnServer {
  readonly baseUrl: string;
  readonly adminKey: string;
  /** Stops the service and removes its data. Safe to call twice. */
  stop(): Promise<void>;
}

const PROJECT = fileURLToPath(new URL("../../../", import.meta.url));
const READY_MS = 60_000;
const DRAIN_MS = 15_000;

/** Starts the service from its source, and waits until it says where it listens. Ctrl-C stops it, too. */
export async function startOwnServer(): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), "mclub-"));
  const adminKey = randomBytes(24).toString("hex");
  const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts"], {
    cwd: PROJECT,
    // Exactly this, and nothing of the caller's: a DATABASE_URL, say, must not lead a made-up town to a real ledger.
    env: {
      PORT: "0",
      HOST: "127.0.0.1",
      MCLUB_DATA: join(folder, "data"),
      MCLUB_ADMIN_KEY: adminKey,
      MCLUB_CLOCK: "manual",
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "inherit"],
    // Ctrl-C in a terminal goes to the whole group: this one is to be stopped in order, by `stop`.
    detached: true,
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopChild(child, folder));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  }
  try {
    return { baseUrl: await whereItListens(child), adminKey, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function whereItListens(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the service did not start in time")), READY_MS);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the service ended with ${code ?? "a signal"} as it started`)));
    if (child.stdout === null) return;
    // Read to its end, or a full pipe would make the service wait.
    createInterface({ input: child.stdout }).on("line", (line) => {
      const url = /http:\/\/[^\s"',]+/.exec(line)?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(new URL(url).origin);
    });
  });
}

async function stopChild(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), DRAIN_MS);
    await ended;
    clearTimeout(timer);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
