/**
 * Readers and writers of rows, compiled from the names of their columns once, as if somebody had written them out: so all
 * rows of a table are objects of one shape, and nothing is looked up by name for every value, which costs several times
 * as much. The code is made of the names of Drizzle's properties alone, never of anything that came from outside.
 */
import { compileFunction } from "node:vm";

/** Separates JSON texts, in which no raw control character can stand. The server finds it faster than it reads an array's escapes. */
const JSON_SEPARATOR = "\u001f";

export interface ReadField {
  readonly property: string;
  decode(stored: unknown): unknown;
}

/** Reads the values of one row, in the order of the fields. */
export function compiledReader(fields: readonly ReadField[]): (values: readonly unknown[]) => Record<string, unknown> {
  const decoders = fields.map((_, index) => `const decode${index} = fields[${index}].decode;`);
  const properties = fields.map(
    ({ property }, index) =>
      `${JSON.stringify(property)}: values[${index}] === null ? null : decode${index}(values[${index}])`,
  );
  return compiled(`${decoders.join("\n")} return (values) => ({ ${properties.join(", ")} });`, fields) as never;
}

export interface WriteField<R> {
  readonly property: string;
  /** Array type of the parameter. */
  readonly type: string;
  /** Where the row does not carry the value. */
  readonly compute?: ((row: R) => unknown) | undefined;
  encode(value: unknown): string;
}

/** Writes rows as parameters, one a field: an array literal, or JSON texts in a row (see `unrolled`). */
export function compiledWriter<R>(fields: readonly WriteField<R>[]): (rows: Iterable<R>) => string[] {
  const [heads, steps, ends]: [string[], string[], string[]] = [[], [], []];
  for (const [index, { property, type, compute }] of fields.entries()) {
    const value = compute === undefined ? `row[${JSON.stringify(property)}]` : `fields[${index}].compute(row)`;
    const [absent, separator] = isJson(type) ? ["", JSON_SEPARATOR] : ["NULL", ","];
    heads.push(`const encode${index} = fields[${index}].encode; let text${index} = "";`);
    steps.push(`const value${index} = ${value};
      if (later) text${index} += ${JSON.stringify(separator)};
      text${index} += value${index} == null ? "${absent}" : encode${index}(value${index});`);
    ends.push(isJson(type) ? `text${index}` : `"{" + text${index} + "}"`);
  }
  const code = `return (rows) => {
    ${heads.join("\n")}
    let later = false;
    for (const row of rows) { ${steps.join("\n")} later = true; }
    return [${ends.join(", ")}];
  };`;
  return compiled(code, fields) as never;
}

/** The parameter of a field as a set of values, in SQL. Instants go as milliseconds: that costs the server less than dates to be read. */
export function unrolled(type: string, parameter: number): string {
  if (isJson(type)) return `unnest(string_to_array($${parameter}::text, E'\\x1f', ''))::${type}`;
  if (type === "timestamptz") return `to_timestamp(unnest($${parameter}::bigint[]) / 1000.0::float8)`;
  return `unnest($${parameter}::${type}[])`;
}

const isJson = (type: string): boolean => type === "json" || type === "jsonb";

/** What the code returns, run once with `fields`. */
const compiled = (code: string, fields: readonly unknown[]): unknown =>
  Reflect.apply(compileFunction(code, ["fields"]), undefined, [fields]);
