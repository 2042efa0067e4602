/** The database of a command of an operator: the one that is configured, or the sandbox's, which may be running: then it goes on. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { connect, type Target } from "../../db/connect.ts";
import { pendingMigrations } from "../../db/migrate.ts";
import type { PersonalKeys } from "../../kernel/sealed.ts";
import { type Config, readPersonalKeys } from "../../config.ts";

export interface OpenDatabase {
  readonly target: Target;
  readonly close: () => Promise<void>;
}

/** What a person can do something about. */
export class DatabaseRefused extends Error {}

/** {@link DatabaseRefused} where there is none, or it is not migrated to what this command knows. */
export async function openDatabase({ databaseUrl, dataFolder }: Config): Promise<OpenDatabase> {
  return migrated(databaseUrl === undefined ? await openSandbox(dataFolder) : { target: databaseUrl, close: nothing });
}

/** The same with the keys of its personal data: those that are configured, or the sandbox's own. */
export async function openWithKeys(config: Config): Promise<OpenDatabase & { readonly personal: PersonalKeys }> {
  const { databaseUrl, personalKeys, dataFolder } = config;
  const personal = personalKeys ?? (await keysOfSandbox(dataFolder));
  const opened = databaseUrl === undefined ? await openSandbox(dataFolder) : { target: databaseUrl, close: nothing };
  return { ...(await migrated(opened)), personal };
}

const nothing = () => Promise.resolve();

async function openSandbox(dataFolder: string): Promise<OpenDatabase> {
  const dataDir = resolve(dataFolder);
  // A server makes a new, empty one where there is none.
  if (!existsSync(join(dataDir, "pg"))) throw noSandbox(dataDir);
  const { startEmbedded } = await import("../../db/embedded.ts");
  const server = await startEmbedded({ dataDir });
  return { target: server, close: () => (server.reused ? nothing() : server.stop()) };
}

async function keysOfSandbox(dataFolder: string): Promise<PersonalKeys> {
  const { keysFile, ownKeys } = await import("../../db/embedded/keys.ts");
  const dataDir = resolve(dataFolder);
  if (!existsSync(keysFile(dataDir))) throw noSandbox(dataDir);
  const { file, texts } = await ownKeys(dataDir);
  return readPersonalKeys(file, texts);
}

const noSandbox = (dataDir: string) => new DatabaseRefused(`there is no sandbox in ${dataDir}; set DATABASE_URL`);

/** Itself; closed where it is refused. */
async function migrated(opened: OpenDatabase): Promise<OpenDatabase> {
  try {
    await requireMigrated(opened.target);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
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
