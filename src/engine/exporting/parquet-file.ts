/** An export as a file of columns: its text is put into a folder of its own, and the folder is gone when the file is read. */
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Problem } from "../../kernel/problems.ts";
import type { Column } from "../definition/export.ts";
import { ownFolder } from "../own-folder.ts";
import type { OpenExport, Taking } from "./formats.ts";
import { writeParquet } from "./parquet.ts";

/** Of the text that `copy` hands out. `disk_full` where the disk has no room for it; `unavailable` where it was ended. */
export async function parquetOf(
  columns: readonly Column[],
  copy: (use: (opened: OpenExport) => Promise<void>) => Promise<void>,
  { seen = () => {}, signal }: Taking = {},
): Promise<OpenExport> {
  const folder = await ownFolder("export");
  const leave = () => rm(folder, { recursive: true, force: true });
  try {
    const csv = join(folder, "rows.csv");
    let at = 0n;
    await copy(async ({ mark, bytes }) => {
      at = mark;
      bytes.on("data", seen);
      await pipeline(bytes, createWriteStream(csv));
    });
    const path = await writeParquet(csv, folder, columns, signal);
    await rm(csv);
    const bytes = createReadStream(path);
    bytes.once("close", () => void leave());
    const end = () => void bytes.destroy();
    signal?.addEventListener("abort", end);
    if (signal?.aborted === true) end();
    return { mark: at, bytes };
  } catch (error) {
    await leave();
    if (signal?.aborted === true) throw new Problem("unavailable");
    throw isFull(error) ? new Problem("disk_full") : error;
  }
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && ((error as { code?: string }).code === "ENOSPC" || /No space left/.test(error.message));
