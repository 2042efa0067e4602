/**
 * Folders of migrations as drizzle-kit would write them, for tests of what reads them.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "./server.ts";

/** Writes the files and their journal, in the given order, into a folder (a new one when none is given). */
export async function migrationFolder(files: Record<string, string>, folder?: string): Promise<string> {
  const target = folder ?? (await temporaryFolder());
  await mkdir(join(target, "meta"), { recursive: true });
  const entries = Object.keys(files).map((tag, idx) => ({
    idx,
    version: "7",
    when: 1_000 + idx,
    tag,
    breakpoints: true,
  }));
  await writeFile(
    join(target, "meta", "_journal.json"),
    JSON.stringify({ version: "7", dialect: "postgresql", entries }),
  );
  for (const [name, text] of Object.entries(files)) await writeFile(join(target, `${name}.sql`), text);
  return target;
}
