/** Files that are there as a whole, or not at all: written under another name beside, and given their own when they are complete. */
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { lstat, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

interface Written {
  readonly bytes: bigint;
  /** SHA-256, in hex. */
  readonly sha256: string;
}

/** What a person can do something about. */
export class FileRefused extends Error {}

interface Terms<T> {
  readonly path: string;
  /** Where it is written first; in the same folder. */
  readonly partial?: string;
  readonly seen?: ((chunk: Uint8Array) => void) | undefined;
  readonly beside: {
    readonly path: string;
    /** What stands there as JSON, by what was written. Throws where the file is not what it must be. */
    readonly told: (written: Written) => T | Promise<T>;
  };
}

/**
 * Writes a file, and what is told of it beside, which gets its name last: whoever finds that finds the file whole. Answers what is told.
 * {@link FileRefused} where the disk is full, or the folder cannot be written to: then neither is there, and what was there before
 * still is.
 */
export async function writeWhole<T>(source: Readable, terms: Terms<T>): Promise<T> {
  const { path, partial = `${path}.${randomUUID()}.partial`, seen = () => {}, beside } = terms;
  const partialBeside = `${partial}.told`;
  try {
    for (const each of [path, beside.path]) await requireReplaceable(each);
    const told = await beside.told(await writeThrough(source, partial, seen));
    await writeFile(partialBeside, `${JSON.stringify(told, null, 2)}\n`, { flush: true });
    await rename(partial, path);
    await rename(partialBeside, beside.path);
    await flushFolder(dirname(path));
    return told;
  } catch (error) {
    source.destroy();
    await Promise.all([rm(partial, { force: true }), rm(partialBeside, { force: true })]);
    throw refusalOf(error, path) ?? error;
  }
}

/** A device, a pipe or a link would be replaced by a file, and not written to. */
async function requireReplaceable(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile()) {
    throw new FileRefused(`${path} was not written: it is there, and no file`);
  }
}

async function writeThrough(source: Readable, partial: string, seen: (chunk: Uint8Array) => void): Promise<Written> {
  const hash = createHash("sha256");
  let bytes = 0n;
  await pipeline(
    source,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += BigInt(chunk.length);
        seen(chunk);
        yield chunk;
      }
    },
    createWriteStream(partial, { flush: true }),
  );
  return { bytes, sha256: hash.digest("hex") };
}

/** The new names last through a power cut. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch {
    // Some systems have no such thing for folders.
  } finally {
    await handle.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "no room is left on its disk",
  EDQUOT: "no room is left on its disk",
  EFBIG: "no file there may be so large",
  EACCES: "its folder may not be written to",
  EROFS: "its folder may not be written to",
  ENOENT: "its folder is not there",
  ENOTDIR: "its folder is not there",
  EISDIR: "it is a folder",
};

function refusalOf(error: unknown, path: string): FileRefused | undefined {
  const reason = REASONS[(error as { code?: string }).code ?? ""];
  return reason === undefined ? undefined : new FileRefused(`${path} was not written: ${reason}`, { cause: error });
}
