/** The keys of personal data that a sandbox makes for itself, in a file beside its database that only its user may read. */
import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../errors.ts";

export interface OwnKeys {
  readonly file: string;
  /** Whether they have just been made. */
  readonly made: boolean;
  /** As the file has them: by the names of the variables that another service has them by. */
  readonly texts: unknown;
}

export const keysFile = (dataDir: string): string => join(dataDir, "keys.json");

/** Reads the keys of a data folder; makes them where there are none. */
export async function ownKeys(dataDir: string): Promise<OwnKeys> {
  const file = keysFile(dataDir);
  await mkdir(dataDir, { recursive: true });
  const made = !(await exists(file)) && (await make(file));
  return { file, made, texts: JSON.parse(await readFile(file, "utf8")) as unknown };
}

const exists = (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );

/** Whole or not at all, and on the disk before anything is sealed with it. False where another process was faster. */
async function make(file: string): Promise<boolean> {
  const key = () => randomBytes(32).toString("base64");
  const text = JSON.stringify({ MCLUB_DATA_KEYS: `sandbox:${key()}`, MCLUB_LOOKUP_KEY: key() }, null, 2);
  const making = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(making, "wx", 0o600);
  try {
    await handle.writeFile(`${text}\n`);
    await handle.sync();
    await link(making, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    await handle.close();
    await rm(making, { force: true });
  }
}
