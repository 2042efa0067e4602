/** An export as a file of columns: its text is put into a folder of its own, and the folder is gone when the file is read. */
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "../../kernel/problems.ts";
import type { Column } from "../definition/export.ts";
import type { OpenExport } from "./formats.ts";
import { makeFolder } from "./own-folder.ts";
import { writeParquet } from "./parquet.ts";

/** Of the text that `copy` hands out. `disk_full` where the disk has no room for it. */
export async function parquetOf(
  columns: readonly Column[],
  copy: (use: (opened: OpenExport) => Promise<void>) => Promise<void>,
  seen: (chunk: Uint8Array) => void = () => {},
): Promise<OpenExport> {
  const folder = await makeFolder(tmpdir(), "mclub-export-");
  const leave = () => rm(folder, { recursive: true, force: true });
  try {
    const csv = join(folder, "rows.csv");
    let at = 0n;
    await copy(async ({ mark, bytes }) => {
      at = mark;
      bytes.on("data", seen);
      await pipeline(bytes, createWriteStream(csv));
    });
    const path = await writeParquet(csv, folder, columns);
    await rm(csv);
    const bytes = createReadStream(path);
    bytes.once("close", () => void leave());
    return { mark: at, bytes };
  } catch (error) {
    await leave();
    throw isFull(error) ? new Problem("disk_full") : error;
  }
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && ((error as { code?: string }).code === "ENOSPC" || /No space left/.test(error.message));
