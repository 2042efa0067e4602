/** SQL: the text of an export as the server writes it. */
import type { AnyExport, Column, ColumnType } from "../definition/export.ts";

export type Asked = Pick<AnyExport, "columns" | "rows" | "order" | "isShort" | "xml" | "summary">;

/** SQL: how the file shows a column of each type. */
const SHOWN: Readonly<Record<ColumnType, (column: string) => string>> = {
  amount: (column) => `round(${column} / 100.0, 2)::text`,
  rate: (column) => `round(${column}, 6)::text`,
  instant: (column) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  date: (column) => `${column}::text`,
  count: (column) => column,
  text: (column) => column,
};

const shown = ({ name, type }: Column): string => SHOWN[type](`r.${name}`);
const ordered = ({ rows, order }: Asked): string => `from (${rows}) r order by ${order}`;
const listOf = ({ columns }: Asked, cast = ""): string =>
  columns.map((column) => `(${shown(column)})${cast} as ${column.name}`).join(", ");

/** SQL: a row as an object. Put together as text: to find out the types of all fields anew for each row takes longer than all the rest. */
function jsonOf({ columns }: Asked): string {
  const fields = columns.map((column, at) => {
    const name = `${at === 0 ? "{" : ","}"${column.name}":`;
    if (column.type === "count") return `'${name}', ${shown(column)}`;
    // Nothing in a date or an amount needs another form; a rate may be null, as texts may.
    if (column.type === "text" || column.type === "rate") {
      return `'${name}', coalesce(to_json(${shown(column)})::text, 'null')`;
    }
    return `'${name}"', ${shown(column)}, '"'`;
  });
  return `concat(${fields.join(", ")}, '}')`;
}

/** SQL: the file. A line of JSON is given as a text of one column that nothing in it is taken to quote or to part. */
export function copyOf(asked: Asked, format: "csv" | "jsonl"): string {
  if (format === "csv") {
    return `copy (select ${listOf(asked)} ${ordered(asked)}) to stdout with (format csv, header true)`;
  }
  return `copy (select ${jsonOf(asked)} ${ordered(asked)}) to stdout with (format csv, quote e'\\x01', delimiter e'\\x02')`;
}

/** SQL: the same as rows of texts, no more than so many. */
export const firstRowsOf = (asked: Asked, most: number): string =>
  `select ${listOf(asked, "::text")} ${ordered(asked)} limit ${most}`;
