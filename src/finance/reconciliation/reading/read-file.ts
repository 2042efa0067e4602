/**
 * Reads a file of receipts as its mapping says into lines of one form: amounts in kopecks, days, returns told by a word. What
 * cannot be read is told by its line; nothing of the file is guessed, left out or quoted.
 */
import { open, readFile as bytesOf, stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { Problem } from "../../../kernel/problems.ts";
import type { FileFormat } from "../words.ts";
import { named, quoted, shortageOf } from "./duckdb.ts";
import { type FileError, inWords, linesOf, WRONG } from "./lines-sql.ts";
import type { Mapping } from "./mapping.ts";

/** Lines of a file. */
export const MOST_LINES = 5_000_000;
/** Bytes of one line. */
export const MOST_LINE_BYTES = 65_536;
/** Columns of a file. */
const MOST_COLUMNS = 200;
/** Characters of a value of Parquet, which has no lines: what is longer is cut, and is no text, amount or day any more. */
const MOST_VALUE_TEXT = 1_000;
/** Wrong lines that are named. */
const MOST_ERRORS = 20;

interface FileToRead {
  readonly path: string;
  readonly format: FileFormat;
  readonly mapping: Mapping;
}

/** Makes the table `lines` of a file; `file_unreadable` where it is not what the mapping says. */
export async function readFile(db: DuckDBConnection, file: FileToRead): Promise<void> {
  const source = await sourceOf(db, file);
  try {
    await db.run(`create table raw as select * from ${source} limit ${MOST_LINES + 1}`);
  } catch (error) {
    throw shortageOf(error) !== undefined ? error : unreadable([faultOf(error)]);
  }
  const [count = 0] = await row(db, "select count(*)::int from raw");
  if (Number(count) > MOST_LINES) throw unreadable([TOO_MANY]);
  if (Number(count) === 0 && file.format === "jsonl" && (await hasText(file.path))) throw unreadable([NO_JSON]);
  // What stands before the first line of a file of its own.
  const heading = file.format === "csv" ? 2 : 1;
  await db.run(`create table lines as ${linesOf(file.mapping, heading)}`);
  await db.run("drop table raw");
  const errors: FileError[] = [];
  for (const { condition, column, message } of WRONG) {
    if (errors.length >= MOST_ERRORS) break;
    const found = await db.runAndReadAll(
      `select line from lines where ${condition} order by line limit ${MOST_ERRORS - errors.length}`,
    );
    for (const [line] of found.getRows()) errors.push({ line: Number(line), column, message });
  }
  if (errors.length > 0) throw unreadable(errors);
}

async function sourceOf(db: DuckDBConnection, { path, format, mapping }: FileToRead): Promise<string> {
  const from = quoted(path);
  const asked = columnsAsked(mapping);
  if (format === "jsonl") {
    const list = asked.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ");
    return `read_json(${from}, format = 'newline_delimited', columns = {${list}}, maximum_object_size = ${2 * MOST_LINE_BYTES})`;
  }
  const names = format === "csv" ? await headerOf(path, mapping.delimiter) : await parquetColumns(db, from, asked);
  if (names.length > MOST_COLUMNS) throw unreadable([{ message: `more than ${MOST_COLUMNS} columns` }]);
  const alike = names.map((name) => name.toLowerCase());
  const twice = names.find((_, place) => alike.indexOf(alike[place] ?? "") !== place);
  const errors = [
    ...(names.includes("") ? [{ line: 1, message: "a column has no name" }] : []),
    ...(twice === undefined ? [] : [{ message: "two columns have one name", column: twice }]),
    ...asked.filter((name) => !names.includes(name)).map((name) => ({ message: "no such column", column: name })),
  ];
  if (errors.length > 0) throw unreadable(errors);
  if (format === "parquet") {
    const values = asked.map((name) => `left(${named(name)}::varchar, ${MOST_VALUE_TEXT}) as ${named(name)}`);
    return `(select ${values.join(", ")} from read_parquet(${from}))`;
  }
  const columns = names.map((name) => `${quoted(name)}: 'VARCHAR'`).join(", ");
  return (
    `read_csv(${from}, auto_detect = false, header = true, columns = {${columns}}, delim = ${quoted(mapping.delimiter)}, quote = '"', ` +
    `escape = '"', nullstr = '', max_line_size = ${2 * MOST_LINE_BYTES}, strict_mode = true, ignore_errors = false, allow_quoted_nulls = true)`
  );
}

/** The columns that a mapping names, each once. */
const columnsAsked = ({ columns, returns }: Mapping): string[] => [
  ...new Set([
    ...Object.values(columns).filter((name) => name !== undefined),
    ...(typeof returns === "object" ? [returns.column] : []),
  ]),
];

/** Read here, so that nothing about the form of the file is guessed. */
async function headerOf(path: string, delimiter: string): Promise<string[]> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_LINE_BYTES), 0, MOST_LINE_BYTES, 0);
    const text = buffer.toString("utf8", 0, bytesRead).replace(/^\uFEFF/, "");
    const [line = ""] = text.split(/\r?\n/, 1);
    if (line === "") throw unreadable([{ line: 1, message: "the first line names no columns" }]);
    return line.split(delimiter).map((name) => name.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'));
  } finally {
    await file.close();
  }
}

/** DuckDB finds no line in a file of one byte, whatever it is. */
async function hasText(path: string): Promise<boolean> {
  return (await stat(path)).size === 1 && (await bytesOf(path, "utf8")).trim() !== "";
}

const NO_JSON: FileError = { line: 1, message: "not JSON" };
const TOO_MANY: FileError = { message: `more than ${MOST_LINES} lines` };
/** Types of lists, maps and the like, as DuckDB names them. */
const IS_NESTED = /\]$|^(?:STRUCT|MAP|UNION|VARIANT)/;

async function parquetColumns(db: DuckDBConnection, from: string, asked: readonly string[]): Promise<string[]> {
  try {
    // A file of a few kilobytes may have a billion rows, or one value of a billion: it is asked before any is read.
    const [rows = 0] = await row(db, `select sum(num_rows) from parquet_file_metadata(${from})`);
    if (Number(rows) > MOST_LINES) throw unreadable([TOO_MANY]);
    const found = await db.runAndReadAll(
      `select column_name, column_type from (describe select * from read_parquet(${from}))`,
    );
    const columns = found.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
    const nested = columns.filter(({ name, type }) => asked.includes(name) && IS_NESTED.test(type));
    if (nested.length > 0) {
      throw unreadable(nested.map(({ name }) => ({ message: "has no plain values", column: name })));
    }
    return columns.map(({ name }) => name);
  } catch (error) {
    throw error instanceof Problem ? error : unreadable([{ message: "not a Parquet file" }]);
  }
}

/** What DuckDB says of a file quotes the line: only where it is, and which of its faults, is passed on. */
function faultOf(error: unknown): FileError {
  const text = error instanceof Error ? error.message : "";
  const ofCsv = /\bon Line: (\d+)/.exec(text)?.[1];
  const ofJson = Number(/\bin line (\d+)/.exec(text)?.[1] ?? Number.NaN);
  // Of what is no JSON at all it names the line after.
  const line = ofCsv === undefined ? ofJson - (text.includes("Malformed JSON") ? 1 : 0) : Number(ofCsv);
  const where = Number.isNaN(line) ? {} : { line };
  const faults: readonly (readonly [RegExp, string])[] = [
    [/Invalid unicode|not utf-8/i, "not UTF-8"],
    [/parser state machine/i, "a quote inside of a value, or two kinds of ends of lines"],
    [/Expected Number of Columns/i, "another number of columns than the first line"],
    [/unterminated quote|value with unescaped quote|quote/i, "a quote that is not closed, or stands inside of a value"],
    [/maximum line size|maximum_object_size/i, `longer than ${MOST_LINE_BYTES} bytes`],
    [/json/i, "not JSON"],
  ];
  const message = faults.find(([pattern]) => pattern.test(text.split("\n", 3).join(" ") + text.slice(-2_000)))?.[1];
  return { ...where, message: message ?? "cannot be read" };
}

async function row(db: DuckDBConnection, sql: string): Promise<readonly unknown[]> {
  return (await db.runAndReadAll(sql)).getRows()[0] ?? [];
}

const unreadable = (errors: readonly FileError[]): Problem =>
  new Problem("file_unreadable", { errors: errors.slice(0, MOST_ERRORS).map(inWords) });
