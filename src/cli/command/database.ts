/** The database of a command: the one that is configured, or the sandbox's, which may be running: then it goes on. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { connect, type Target } from "../../db/connect.ts";
import { pendingMigrations } from "../../db/migrate.ts";
import type { Config } from "../../config.ts";

export interface OpenDatabase {
  readonly target: Target;
  readonly close: () => Promise<void>;
}

/** What a person can do something about. */
export class DatabaseRefused extends Error {}

/** {@link DatabaseRefused} where there is none, or it is not migrated to what this command knows. */
export async function openDatabase({ databaseUrl, dataFolder }: Config): Promise<OpenDatabase> {
  const opened = databaseUrl === undefined ? await openSandbox(dataFolder) : { target: databaseUrl, close: nothing };
  try {
    await requireMigrated(opened.target);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

const nothing = () => Promise.resolve();

async function openSandbox(dataFolder: string): Promise<OpenDatabase> {
  const dataDir = resolve(dataFolder);
  if (!existsSync(dataDir)) throw new DatabaseRefused(`there is no sandbox in ${dataDir}; set DATABASE_URL`);
  const { startEmbedded } = await import("../../db/embedded.ts");
  const server = await startEmbedded({ dataDir });
  return { target: server, close: () => (server.reused ? nothing() : server.stop()) };
}

async function requireMigrated(target: Target): Promise<void> {
  const sql = connect(target, { max: 1, applicationName: "mclub command" });
  try {
    const pending = await pendingMigrations(sql);
    if (pending.length > 0) throw new DatabaseRefused(`the database is not migrated: ${pending.join(", ")}`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
