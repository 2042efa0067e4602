/**
 * An export: rows of the books in a fixed order, as a file that is streamed. Described once; its route, its command and its
 * document are derived from it. What it shows is of one mark of the journal: the same question at the same mark is answered
 * byte for byte alike, whatever has been posted since.
 */
import type { z } from "@hono/zod-openapi";
import type { ProblemCode } from "../../kernel/problems.ts";
import type { Permission } from "../../kernel/permissions.ts";
import type { Actor } from "../actor.ts";

/**
 * `amount`: minor units in the rows, two decimals in the file; `rate`: six decimals; an `instant` is RFC 3339 in UTC. A `code` is a
 * text of small letters, digits, `_`, `-` and `:`, which no format quotes: that of a brand, an account, an identity.
 */
export type ColumnType = "text" | "code" | "amount" | "rate" | "count" | "date" | "instant";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Of a code: there is one in each row. That is cheaper to write. */
  readonly isNeverNull?: true;
  /** For the document: what it says. */
  readonly note: string;
}

/** What a question gives to its statement, by name; read there by `given`. An empty text: nothing was given. */
export type Given = Readonly<Record<string, string>>;

/** A row as a file shows it, by the names of its columns. */
export type ShownRow = Readonly<Record<string, string | null>>;

/** What a file that is made as a whole says of itself. */
export interface Heading {
  readonly given: Given;
  readonly mark: bigint;
  /** The programme's zone, in which its days begin and end. */
  readonly zone: string;
}

/** A document of an agreed form for another system. */
interface XmlDocument {
  write(rows: readonly ShownRow[], heading: Heading): string;
}

export interface Export<Q extends z.ZodObject> {
  /** In the path and in the name of the file: `trial-balance`. */
  readonly name: string;
  readonly permission: Permission;
  readonly summary: string;
  readonly description: string;
  readonly query: Q;
  readonly problems: readonly ProblemCode[];
  readonly columns: readonly Column[];
  /** SQL: rows with these columns, null where nothing is to be told only in texts, rates and codes that may be. Sees nothing at or above `MARK`. */
  readonly rows: string;
  /** SQL: the order of the rows; leaves none of it to chance. */
  readonly order: string;
  /** Has few rows in most questions: it is also given as a sheet (xlsx), unless there are too many for one. */
  readonly isShort?: true;
  /** Also given as XML; its rows are few. */
  readonly xml?: XmlDocument;
  /** What of the question the statement reads. */
  given(query: z.output<Q>, actor: Actor): Given;
}

export type AnyExport = Export<z.ZodObject>;

export const defineExport = <Q extends z.ZodObject>(terms: Export<Q>): Export<Q> => terms;

const PLACE = /nullif\(current_setting\('mclub\.(\w+)'\), ''\)/g;

/** SQL: what was given under a name, or null. */
export const given = (name: string, type: "text" | "date" | "bigint" = "text"): string =>
  `nullif(current_setting('mclub.${name}'), '')::${type}`;

/**
 * SQL: a statement with what was given written into it. Statements that copy take no parameters, and what the planner does not see
 * it takes for rare.
 */
export const bound = (statement: string, values: Given): string =>
  statement.replaceAll(PLACE, (_, name: string) => {
    const value = values[name] ?? "";
    return value === "" ? "null" : `'${value.replaceAll("'", "''")}'`;
  });

/** SQL: the first position of the journal that does not count. */
export const MARK = given("mark", "bigint");
