/**
 * An export: rows of the books in a fixed order, as a file that is streamed. Described once; its route, its command and its
 * document are derived from it. What it shows is of one mark of the journal: the same question at the same mark is answered
 * byte for byte alike, whatever has been posted since.
 */
import type { z } from "@hono/zod-openapi";
import type { ProblemCode } from "../../kernel/problems.ts";
import type { Permission } from "../../kernel/permissions.ts";
import type { Actor } from "../actor.ts";

/** `amount`: minor units in the rows, two decimals in the file; an `instant` is RFC 3339 in UTC. */
type ColumnType = "text" | "amount" | "count" | "date" | "instant";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** For the document: what it says. */
  readonly note: string;
}

/** What a question gives to its statement, by name; read there by `given`. An empty text: nothing was given. */
export type Given = Readonly<Record<string, string>>;

export interface Export<Q extends z.ZodObject> {
  /** In the path and in the name of the file: `trial-balance`. */
  readonly name: string;
  readonly permission: Permission;
  readonly summary: string;
  readonly description: string;
  readonly query: Q;
  readonly problems: readonly ProblemCode[];
  readonly columns: readonly Column[];
  /** SQL: rows with these columns, none of them nullable but texts. Sees nothing at or above `MARK`. */
  readonly rows: string;
  /** SQL: the order of the rows; leaves none of it to chance. */
  readonly order: string;
  /** What of the question the statement reads. */
  given(query: z.output<Q>, actor: Actor): Given;
}

export type AnyExport = Export<z.ZodObject>;

export const defineExport = <Q extends z.ZodObject>(terms: Export<Q>): Export<Q> => terms;

/** Settings of a transaction, under which a statement that takes no parameters finds what was given. */
export const settingOf = (name: string): string => `mclub.${name}`;

/** SQL: what was given under a name, or null. */
export const given = (name: string, type: "text" | "date" | "bigint" = "text"): string =>
  `nullif(current_setting('${settingOf(name)}'), '')::${type}`;

/** SQL: the first position of the journal that does not count. */
export const MARK = given("mark", "bigint");
