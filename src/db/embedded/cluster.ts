/**
 * Makes a new cluster with its database and its password, whole or not at all.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdtemp, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { dataPathFor } from "./user.ts";
import type { ServerUser } from "./user.ts";

type NewCluster = { dataDir: string; pgDir: string; user: ServerUser; binaries: Binaries; sync: boolean };

const PASSWORD_FILE = "mclub-password";

/** Nothing of the caller's environment reaches the server: no PG* variable, no locale, no time zone. */
export const SERVER_ENV = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** Makes the cluster when there is none; true when it did. A start that dies half-way leaves nothing behind. */
export async function ensureCluster(cluster: NewCluster): Promise<boolean> {
  const exists = () =>
    stat(join(cluster.pgDir, "PG_VERSION")).then(
      () => true,
      () => false,
    );
  if (await exists()) return false;
  const making = await mkdtemp(join(cluster.dataDir, "making-"));
  try {
    await initialise(making, cluster);
    await rename(making, cluster.pgDir);
    return true;
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    // Two first starts at once: the one that renames second uses what the first has made.
    if (await exists()) return false;
    throw error;
  }
}

/** The owner's password, made with the cluster. */
export async function readPassword(pgDir: string): Promise<string> {
  return (await readFile(join(pgDir, PASSWORD_FILE), "utf8")).trim();
}

async function initialise(folder: string, { user, binaries, sync }: NewCluster): Promise<void> {
  await chmod(folder, 0o700);
  if (user) await chown(folder, user.uid, user.gid);
  const dataPath = await dataPathFor(folder, user);
  const passwordFile = `${folder}.password`;
  // Letters and digits only: goes into a URL as it is.
  await writeFile(passwordFile, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600 });
  try {
    if (user) await chown(passwordFile, user.uid, user.gid);
    await initdb(binaries.initdb, { folder, dataPath, passwordFile, user, sync });
    await rename(passwordFile, join(folder, PASSWORD_FILE));
  } finally {
    await rm(passwordFile, { force: true });
  }
  const single = ["--single", "-D", dataPath, "-c", "log_checkpoints=off", "postgres"];
  await run(binaries.postgres, single, { cwd: folder, user, input: "create database mclub;\n" });
}

async function initdb(
  program: string,
  making: { folder: string; dataPath: string; passwordFile: string; user: ServerUser; sync: boolean },
): Promise<void> {
  // By its descriptor: the server's user may own the file and yet not be allowed to walk to it.
  const windows = process.platform === "win32";
  const password = await open(making.passwordFile);
  const where = ["-D", making.dataPath, "-U", "mclub"];
  const how = ["-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums"];
  const access = ["--auth=scram-sha-256", `--pwfile=${windows ? making.passwordFile : "/dev/stdin"}`];
  const args = [...where, ...how, ...access, ...(making.sync ? [] : ["--no-sync"])];
  try {
    await run(program, args, { cwd: making.folder, user: making.user, input: password.fd });
  } finally {
    await password.close();
  }
}

/** Runs a program of the server to its end; throws with what it said when it fails. */
export async function run(
  program: string,
  args: string[],
  { cwd, user, input }: { cwd: string; user: ServerUser; input: string | number },
): Promise<string> {
  const child = spawn(program, args, {
    cwd,
    env: SERVER_ENV,
    ...user,
    stdio: [typeof input === "number" ? input : "pipe", "pipe", "pipe"],
  });
  const said: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => said.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => said.push(chunk));
  // A program that ends before it has read everything says so by its exit code.
  child.stdin?.on("error", () => {});
  if (typeof input === "string") child.stdin?.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const output = Buffer.concat(said).toString("utf8");
  if (code !== 0) throw new Error(`${program} failed (exit ${code}):\n${output}`);
  return output;
}
