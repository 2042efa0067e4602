/**
 * Who runs the server. PostgreSQL refuses to run as root, so root hands it to an unprivileged user.
 */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Null: the server runs as ourselves. */
export type ServerUser = { uid: number; gid: number } | null;

/** Where the operating system keeps a process's working folder, reachable whatever its parents permit. */
export const WORKING_FOLDER = "/proc/self/cwd";

const NOBODY = { uid: 65534, gid: 65534 };

/** The owner of an existing cluster when we are root, the user nobody for a new one; else ourselves. */
export async function serverUserFor(pgDir: string): Promise<ServerUser> {
  const owner = await stat(pgDir).catch(() => null);
  const self = process.getuid?.();
  if (self === undefined) return null;
  if (self === 0) return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : NOBODY;
  if (owner && owner.uid !== self) {
    throw new Error(`${pgDir} belongs to another user (uid ${owner.uid}): start as that user, or use another folder`);
  }
  return null;
}

/**
 * How the server shall name its folder. Under a home that only root may enter (mode 0700) the server's user cannot
 * walk the path, but it can stay in a working folder that root has entered for it.
 */
export async function dataPathFor(pgDir: string, user: ServerUser): Promise<string> {
  if (!user || (await reachableBy(user, dirname(pgDir)))) return pgDir;
  if (process.platform === "linux") return WORKING_FOLDER;
  throw new Error(`the database server's user (uid ${user.uid}) may not enter the folders above ${pgDir}`);
}

/** Whether the user may walk into this folder: the x bit on it and on every folder above. */
export async function reachableBy(user: { uid: number; gid: number }, folder: string): Promise<boolean> {
  const { mode, uid, gid } = await stat(folder);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || reachableBy(user, parent);
}
