/** Reads files of the books with DuckDB alone. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

export type DuckRow = Readonly<Record<string, unknown>>;

/** Puts files into a folder of their own, and asks there; `FOLDER` in the statement stands for it. Amounts come as texts. */
export async function askDuck(
  files: Readonly<Record<string, string | Uint8Array>>,
  ...statements: readonly string[]
): Promise<DuckRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "mclub-duck-"));
  const instance = await DuckDBInstance.create(":memory:", { autoinstall_known_extensions: "false" });
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const connection = await instance.connect();
    let rows: DuckRow[] = [];
    for (const statement of statements) {
      rows = (await connection.runAndReadAll(statement.replaceAll("FOLDER", folder))).getRowObjectsJson();
    }
    connection.closeSync();
    return rows;
  } finally {
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}
