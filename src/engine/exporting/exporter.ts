/**
 * Streams an export out of one state of the database, over a connection of its own: the server writes the text of the file
 * (COPY), and what cannot be sent on yet is not asked for, so memory stays bounded whatever the number of rows.
 */
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { connect, type Sql, type Target, type TransactionSql } from "../../db/connect.ts";
import { Problem } from "../../kernel/problems.ts";
import { type AnyExport, type Column, type Given, settingOf } from "../definition/export.ts";

export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const EXPORT_FORMATS = ["csv", "jsonl"] as const;

export interface ExportRequest {
  readonly asked: Pick<AnyExport, "columns" | "rows" | "order">;
  readonly given: Given;
  /** The mark of an earlier export, to have the same again; absent: everything that has been committed by now. */
  readonly mark: bigint | undefined;
}

/** What a file must add up to: its rows, and of each column of amounts the sum, in minor units. */
export interface ControlTotals {
  readonly mark: bigint;
  readonly rows: bigint;
  readonly sums: Readonly<Record<string, bigint>>;
}

interface OpenExport {
  readonly mark: bigint;
  /** Whoever stops reading it destroys it; its connection ends with it. */
  readonly bytes: Readable;
}

export interface Exporter {
  /** `overloaded` where too many are being taken; `mark_ahead` where the journal has not come to the mark. */
  open(request: ExportRequest, format: ExportFormat): Promise<OpenExport>;
  totals(request: ExportRequest): Promise<ControlTotals>;
}

/** Each has a connection of its own, and sorts on the disk of the server. */
const MOST_AT_ONCE = 4;
const LONGEST_SECONDS = 3_600;
/** Positions are found by ranges, everything is joined by hash: see BY_POSITIONS. */
const SETTINGS = {
  plan_cache_mode: "force_custom_plan",
  enable_nestloop: "off",
  enable_mergejoin: "off",
  work_mem: "64MB",
};

export function exporterOf(target: Target): Exporter {
  let open = 0;
  const begin = <T>(request: ExportRequest, work: Work<T>): Promise<T> => {
    if (open >= MOST_AT_ONCE) return Promise.reject(new Problem("overloaded"));
    open += 1;
    return inSnapshot(poolOf(target), request, work).finally(() => {
      open -= 1;
    });
  };
  return {
    async open(request, format) {
      // Answered as soon as there are bytes; the snapshot lasts until the last of them.
      let lasting: Promise<unknown> = Promise.resolve();
      const opened = new Promise<OpenExport>((resolve, reject) => {
        lasting = begin(request, async (sql, mark) => {
          const bytes = await sql.unsafe(copyOf(request.asked, format)).readable();
          resolve({ mark, bytes });
          await finished(bytes, { writable: false });
          // The driver leaves a socket paused whose last bytes were too many at once: nothing more would be heard of it.
          throw new Read();
        }).catch(reject);
      });
      lasting.catch(() => {});
      return opened;
    },
    totals: (request) => begin(request, async (sql, mark) => ({ mark, ...(await totalsOf(sql, request.asked)) })),
  };
}

/** A file has been read to its end. */
class Read extends Error {}

type Work<T> = (sql: TransactionSql, mark: bigint) => Promise<T>;

const poolOf = (target: Target): Sql =>
  connect(target, {
    max: 1,
    applicationName: "mclub export",
    role: "mclub_app",
    statementTimeoutMs: LONGEST_SECONDS * 1_000,
    settings: SETTINGS,
  });

/** Where the work fails, its connection is cut: the server may be in the middle of a file that nobody reads any more. */
async function inSnapshot<T>(pool: Sql, { given, mark }: ExportRequest, work: Work<T>): Promise<T> {
  try {
    return (await pool.begin("isolation level repeatable read read only", async (sql) => {
      const at = await markOf(sql, mark);
      for (const [name, value] of Object.entries({ ...given, mark: at.toString() })) {
        await sql`select set_config(${settingOf(name)}, ${value}, true)`;
      }
      return work(sql, at).catch(async (error: unknown) => {
        await pool.end({ timeout: 0 });
        throw error;
      });
    })) as T;
  } finally {
    await pool.end({ timeout: 0 });
  }
}

/** Below the oldest transaction that is still under way nothing can appear any more. */
async function markOf(sql: TransactionSql, asked: bigint | undefined): Promise<bigint> {
  const [row] = await sql<
    { horizon: bigint }[]
  >`select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon`;
  const horizon = row?.horizon ?? 0n;
  if (asked !== undefined && asked > horizon) throw new Problem("mark_ahead", { mark: horizon.toString() });
  return asked ?? horizon;
}

const amountText = (column: string): string => `round(${column} / 100.0, 2)::text`;

/** SQL: a column as the file shows it. */
function shown({ name, type }: Column): string {
  const column = `r.${name}`;
  if (type === "amount") return amountText(column);
  if (type === "instant") return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return type === "date" ? `${column}::text` : column;
}

/** SQL: the file. A line of JSON is given as a text of one column that nothing in it is taken to quote or to part. */
function copyOf({ columns, rows, order }: ExportRequest["asked"], format: ExportFormat): string {
  const from = `from (${rows}) r order by ${order}`;
  if (format === "csv") {
    const list = columns.map((column) => `${shown(column)} as ${column.name}`).join(", ");
    return `copy (select ${list} ${from}) to stdout with (format csv, header true)`;
  }
  const pairs = columns.map((column) => `'${column.name}', ${shown(column)}`).join(", ");
  return `copy (select json_build_object(${pairs}) ${from}) to stdout with (format csv, quote e'\\x01', delimiter e'\\x02')`;
}

async function totalsOf(
  sql: TransactionSql,
  { columns, rows }: ExportRequest["asked"],
): Promise<Omit<ControlTotals, "mark">> {
  const amounts = columns.filter(({ type }) => type === "amount").map(({ name }) => name);
  const list = ["count(*) as rows", ...amounts.map((name) => `coalesce(sum(${name}), 0)::bigint as ${name}`)];
  const [found] = await sql.unsafe<Record<string, bigint>[]>(`select ${list.join(", ")} from (${rows}) r`);
  return {
    rows: found?.["rows"] ?? 0n,
    sums: Object.fromEntries(amounts.map((name) => [name, found?.[name] ?? 0n])),
  };
}
