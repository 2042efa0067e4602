/**
 * A file of columns (Parquet) out of one of texts: DuckDB reads the one and writes the other piece by piece, with exact types.
 * One thread, so that the same rows give the same bytes; what does not fit into its memory goes to the folder that it is given.
 */
import { join } from "node:path";
import type { Column, ColumnType } from "../definition/export.ts";

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  code: "VARCHAR",
  amount: "DECIMAL(38,2)",
  rate: "DECIMAL(18,6)",
  count: "BIGINT",
  date: "DATE",
  instant: "TIMESTAMPTZ",
};
const MEMORY = "256MB";

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Writes `rows.parquet` next to the file of texts; gives its path. Nothing is fetched from anywhere. */
export async function writeParquet(
  csv: string,
  folder: string,
  columns: readonly Column[],
  signal?: AbortSignal,
): Promise<string> {
  // Loaded where it is needed: it takes more than the rest of the service together.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: MEMORY,
    temp_directory: join(folder, "spilled"),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const path = join(folder, "rows.parquet");
  try {
    const connection = await instance.connect();
    const interrupt = () => connection.interrupt();
    signal?.addEventListener("abort", interrupt);

    try {
      signal?.throwIfAborted();
      await connection.run(`copy (${readOf(csv, columns)}) to ${literal(path)} (format parquet, compression zstd)`);
    } finally {
      signal?.removeEventListener("abort", interrupt);
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
  return path;
}

/**
 * Nothing is guessed; what is empty and was not quoted is null. Amounts are read by way of a narrower type where they fit: it is
 * many times faster to read, and what does not fit is read as it stands.
 */
function readOf(csv: string, columns: readonly Column[]): string {
  const isAmount = ({ type }: Column) => type === "amount";
  const shown = columns.map((column) =>
    isAmount(column)
      ? `coalesce(try_cast(${column.name} as DECIMAL(18,2)), ${column.name}::${TYPES.amount}) as ${column.name}`
      : column.name,
  );
  const types = columns.map(
    (column) => `${literal(column.name)}: ${literal(isAmount(column) ? "VARCHAR" : TYPES[column.type])}`,
  );
  return `select ${shown.join(", ")} from read_csv(${literal(csv)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    nullstr = '', allow_quoted_nulls = false, columns = {${types.join(", ")}})`;
}
