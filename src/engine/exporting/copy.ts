/** SQL: the text of an export as the server writes it. */
import type { AnyExport, Column, ColumnType } from "../definition/export.ts";

export type Asked = Pick<AnyExport, "columns" | "rows" | "order" | "isShort" | "xml" | "summary">;

/** SQL: how the file shows a column of each type; what is not a text yet becomes one where it is written. */
const SHOWN: Readonly<Record<ColumnType, (column: string) => string>> = {
  // A product of numerics is cheaper than a quotient.
  amount: (column) => `round(${column} * 0.01, 2)`,
  rate: (column) => `round(${column}, 6)`,
  instant: (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  date: (column) => column,
  count: (column) => column,
  code: (column) => column,
  text: (column) => column,
};

const shown = ({ name, type }: Column): string => SHOWN[type](`r.${name}`);
const ordered = ({ rows, order }: Asked): string => `from (${rows}) r order by ${order}`;
const listOf = ({ columns }: Asked, cast = ""): string =>
  columns.map((column) => `(${shown(column)})${cast} as ${column.name}`).join(", ");

type InObject = readonly [before: string, sql: string, after: string];
const between = (value: string): InObject => [`"`, value, `"`];
const orNull = (quoted: string): InObject => ["", `coalesce(${quoted}, 'null')`, ""];
const codeOrNull = (value: string): InObject => orNull(`'"' || ${value} || '"'`);

/** How an object shows a value: between these marks, or as SQL says. Nothing in a code, a date or an amount needs another form. */
const IN_OBJECT: Readonly<Record<ColumnType, (value: string, column: Column) => InObject>> = {
  amount: between,
  instant: between,
  date: between,
  count: (value) => ["", value, ""],
  rate: codeOrNull,
  code: (value, { isNeverNull }) => (isNeverNull === true ? between(value) : codeOrNull(value)),
  text: (value) => orNull(`to_json(${value})`),
};

/**
 * SQL: a row as an object. Put together as text: to find out the types of all fields anew for each row takes longer than all the
 * rest. What stands between two values is one constant: each costs as much as a value.
 */
function jsonOf({ columns }: Asked): string {
  let upTo = "{";
  const parts = columns.flatMap((column) => {
    const [before, sql, after] = IN_OBJECT[column.type](shown(column), column);
    const constant = `'${upTo}"${column.name}":${before}'`;
    upTo = `${after},`;
    return [constant, sql];
  });
  return `concat(${parts.join(", ")}, '${upTo.slice(0, -1)}}', e'\\n')`;
}

/** SQL: the file. Lines of JSON are texts of one column, each with its end: see lines.ts. */
export function copyOf(asked: Asked, format: "csv" | "jsonl"): string {
  return format === "csv"
    ? `copy (select ${listOf(asked)} ${ordered(asked)}) to stdout with (format csv, header true)`
    : `copy (select ${jsonOf(asked)} ${ordered(asked)}) to stdout with (format binary)`;
}

/** SQL: the same as rows of texts, no more than so many. */
export const firstRowsOf = (asked: Asked, most: number): string =>
  `select ${listOf(asked, "::text")} ${ordered(asked)} limit ${most}`;
