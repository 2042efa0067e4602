/**
 * Folders for work that needs files: named after their process, so that what one leaves behind that was killed is known to be nobody's.
 * A process of the same number may have been there before: in a container each has it.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const SELF = randomBytes(4).toString("hex");

/** Makes one, after all others of this prefix are gone whose process is. Whoever asks removes it. */
export async function makeFolder(within: string, prefix: string): Promise<string> {
  for (const name of await readdir(within).catch(() => [])) {
    if (isLeftover(name, prefix)) await rm(join(within, name), { recursive: true, force: true });
  }
  return mkdtemp(join(within, `${prefix}${process.pid}-${SELF}-`));
}

function isLeftover(name: string, prefix: string): boolean {
  if (!name.startsWith(prefix)) return false;
  const [, pid, self] = /^(\d+)-(?:([0-9a-f]{8})-)?/.exec(name.slice(prefix.length)) ?? [];
  if (pid === undefined) return false;
  return Number(pid) === process.pid ? self !== SELF : !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === "EPERM";
  }
}
