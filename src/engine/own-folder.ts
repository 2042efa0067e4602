/**
 * Folders for what a process makes meanwhile and nobody keeps. Each names the process that has made it, so that what was left by
 * one that was killed is removed by the next.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PURPOSES = ["export", "reconciliation"] as const;

/** Of a process that cannot be seen from here a folder stays so long untouched. No work takes as long. */
const LONGEST_UNTOUCHED_MS = 43_200_000;

const ANY = new RegExp(`^mclub-(?:${PURPOSES.join("|")})-`);
const NAMED = new RegExp(`${ANY.source}(\\d+)-(\\d+)-(\\d+)-`);

/** Removes what processes have left that are not there any more, and makes an empty folder for this one. */
export async function ownFolder(purpose: (typeof PURPOSES)[number], within = tmpdir()): Promise<string> {
  await removeLeftovers(within);
  const { pid } = process;
  return mkdtemp(join(within, `mclub-${purpose}-${pid}-${startOf(pid) ?? 0}-${numberspace()}-`));
}

/** Removes the folders of processes that are not there any more, as far as this one may. */
export async function removeLeftovers(within = tmpdir()): Promise<void> {
  for (const name of await readdir(within).catch(() => [])) {
    const path = join(within, name);
    if (ANY.test(name) && (await isLeft(name, path))) {
      await rm(path, { recursive: true, force: true }).catch(() => {});
    }
  }
}

/** Numbers of processes mean something only where they were given: a container has numbers of its own. */
async function isLeft(name: string, path: string): Promise<boolean> {
  const [, pid = "", start = "", space = ""] = NAMED.exec(name) ?? [];
  if (space === numberspace()) return !isRunning(Number(pid)) || (startOf(Number(pid)) ?? start) !== start;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > LONGEST_UNTOUCHED_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === "EPERM";
  }
}

/** When a process was started, in ticks: its number may be given again. Undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    // The name of the program, in brackets, may have spaces in it.
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
  } catch {
    return undefined;
  }
}

/** Where the system gives the numbers of processes from. */
function numberspace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "");
  } catch {
    return "0";
  }
}
