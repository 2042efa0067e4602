/** The database that a command of an operator works on, with its keys. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Target } from "../db/connect.ts";
import { KeysRefused } from "../db/known-keys.ts";
import type { PersonalKeys } from "../kernel/sealed.ts";
import { type Config, readPersonalKeys } from "../config.ts";

export interface Opened {
  readonly target: Target;
  readonly personal: PersonalKeys;
  readonly close: () => Promise<void>;
}

/** The configured database, or the sandbox's, which may be running: then it goes on. */
export async function openConfigured({ databaseUrl, personalKeys, dataFolder }: Config): Promise<Opened> {
  if (databaseUrl !== undefined && personalKeys !== undefined) {
    return { target: databaseUrl, personal: personalKeys, close: () => Promise.resolve() };
  }
  const [{ startEmbedded }, { keysFile, ownKeys }] = await Promise.all([
    import("../db/embedded.ts"),
    import("../db/embedded/keys.ts"),
  ]);
  const dataDir = resolve(dataFolder);
  if (!existsSync(keysFile(dataDir))) throw new KeysRefused(`there is no sandbox in ${dataDir}; set DATABASE_URL`);
  const { file, texts } = await ownKeys(dataDir);
  const personal = personalKeys ?? readPersonalKeys(file, texts);
  const server = await startEmbedded({ dataDir });
  const close = () => (server.reused ? Promise.resolve() : server.stop());
  return { target: server, personal, close };
}
