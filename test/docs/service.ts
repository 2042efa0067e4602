/** The service that a page talks to: started as the README says, or, where that is not the point, within this process. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Sql } from "../../src/db/connect.ts";
import { listen } from "../../src/http/server/server.ts";
import { startReconciling } from "../../src/jobs/reconcile.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import { testDatabase } from "../support/database/database.ts";
import { KEY_TEXTS } from "../support/keys.ts";
import { testHttp } from "../support/http.ts";

export interface Sandbox {
  /** The owner's connection to its database. */
  readonly sql: Sql;
  readonly url: string;
  readonly key: string;
  close(): Promise<void>;
}

/** `src/main.ts` as a process of its own, with a clock that is moved by hand and this admin key. */
export async function startMain(key: string): Promise<Sandbox> {
  const database = await testDatabase();
  const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts"], {
    env: {
      PORT: "0",
      DATABASE_URL: database.url,
      ...KEY_TEXTS,
      MCLUB_CLOCK: "manual",
      MCLUB_ADMIN_KEY: key,
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await database.drop();
  };
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const url = /ready at (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
  const url = await Promise.race([ready, ended]);
  if (typeof url === "string") return { url, key, sql: database.sql, close: stop };
  await database.drop();
  throw new Error(`the service ended with ${url ?? "a signal"} as it started`);
}

/** The same within this process: starts at once. */
export async function startWithin(): Promise<Sandbox> {
  const ledger = await testHttp({ clock: new ManualClock(Date.parse("2010-01-01T00:00:00+03:00")) });
  const listening = await listen(ledger.app, { port: 0, host: "127.0.0.1" });
  const { database, clock } = ledger;
  const logger = { info() {}, warn() {} };
  const reconciling = startReconciling({ target: database, clock, logger, pauseMs: 100 });
  return {
    url: `http://127.0.0.1:${listening.port}`,
    key: ledger.adminKey,
    sql: ledger.database.sql,
    async close() {
      await listening.close();
      await reconciling.stop();
      await ledger.close();
    },
  };
}
