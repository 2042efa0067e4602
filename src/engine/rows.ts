/**
 * Rows as parameters: one array a column, so that one prepared statement serves a group of any size.
 * Arrays go in as PostgreSQL's text, which costs the server less than JSON.
 */

export type PgType = "smallint" | "int" | "bigint" | "uuid" | "text" | "json" | "jsonb" | "boolean" | "timestamptz";
type Value = string | number | bigint | boolean | null;

/** Collects rows of a fixed set of columns; instants are milliseconds. */
export class Rows<C extends string> {
  readonly #names: readonly C[];
  readonly #encoders: readonly ((value: never) => string)[];
  readonly #columns: string[][];
  size = 0;

  constructor(shape: Readonly<Record<C, PgType>>) {
    this.#names = Object.keys(shape) as C[];
    this.#encoders = this.#names.map((name) => encoderOf(shape[name]));
    this.#columns = this.#names.map(() => []);
  }

  add(row: Readonly<Record<C, Value>>): void {
    for (let index = 0; index < this.#names.length; index += 1) {
      const value = row[this.#names[index] as C];
      const encode = this.#encoders[index] as (value: Value) => string;
      this.#columns[index]?.push(value === null ? "NULL" : encode(value));
    }
    this.size += 1;
  }

  /** One array literal a column, in the order of the shape. */
  parameters(): string[] {
    return this.#columns.map((column) => `{${column.join(",")}}`);
  }
}

/**
 * Rows of a shape as a table of a name, out of one array parameter a column: `… from ${table(shape, "n")}`.
 * Arrays unrolled side by side in a select list cost the server less than a function in FROM,
 * and instants as milliseconds less than dates to be read.
 */
export function table(shape: Readonly<Record<string, PgType>>, name: string): string {
  const columns = Object.entries(shape).map(([column, type], index) => {
    const parameter = index + 1;
    if (type !== "timestamptz") return `unnest($${parameter}::${type}[]) as ${column}`;
    return `to_timestamp(unnest($${parameter}::bigint[]) / 1000.0::float8) as ${column}`;
  });
  return `(select ${columns.join(", ")}) as ${name}`;
}

/** An insert of rows of a shape; `tail` says what follows, such as what to do on a conflict. */
export function insertInto(into: string, shape: Readonly<Record<string, PgType>>, tail = ""): string {
  const columns = Object.keys(shape).join(", ");
  return `insert into ${into} (${columns}) select ${columns} from ${table(shape, "n")} ${tail}`;
}

/** A list of values as an array literal. */
export function arrayOf(values: readonly Value[], type: PgType): string {
  const encode = encoderOf(type);
  return `{${values.map((value) => (value === null ? "NULL" : encode(value))).join(",")}}`;
}

function encoderOf(type: PgType): (value: Value) => string {
  switch (type) {
    case "text":
      return (value) => quote(String(value));
    case "json":
    case "jsonb":
      // JSON text has no raw control characters, so writing it as a JSON string escapes quotes and backslashes, and no more.
      return (value) => JSON.stringify(value);
    default:
      return String;
  }
}

const needsEscape = /["\\]/;

function quote(text: string): string {
  return needsEscape.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : `"${text}"`;
}
