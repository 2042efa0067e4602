/**
 * What follows from the description of a table: the type of its rows, their codecs, and the statements that read and
 * write many rows at once, with one array parameter a column. A column is written down once, in the Drizzle table.
 * Names tables: reads their descriptions.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { type ArrayValue, elementEncoder } from "./arrays.ts";
import { compiledReader, compiledWriter, unrolled } from "./row-codecs.ts";

/** A row of a table, as the ledger works with it; `C` are columns that follow from the others. */
export type RowOf<T extends PgTable, C extends string = never> = Omit<T["$inferSelect"], C>;

/** A statement with its parameters. */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly string[];
}

/** A statement that writes rows. */
export interface Writing extends Statement {
  /** With what it is run again, where there are very many rows. Each is made when it is asked for: others have their turn between. */
  readonly more?: Iterable<Statement["parameters"]>;
}

interface Column {
  readonly property: string;
  readonly name: string;
  /** As arrays of it are written: `bigint`, `timestamptz`. */
  readonly type: string;
  encode(value: unknown): string;
  decode(stored: unknown): unknown;
}

/** Some columns of a table. */
export interface RowPart<R> {
  list(alias: string): string;
  decode(values: readonly unknown[]): R;
}

/** Columns that the rows do not carry: computed from a row, or by the database (SQL). */
export interface Derived<R> {
  readonly computed?: Readonly<Record<string, (row: R) => ArrayValue>>;
  readonly sql?: Readonly<Record<string, string>>;
}

export class TableRows<T extends PgTable, C extends string = never> {
  readonly name: string;
  readonly #columns: readonly Column[];
  readonly #byProperty: ReadonlyMap<string, Column>;
  readonly #derived: Derived<RowOf<T, C>>;
  readonly #read: (values: readonly unknown[]) => Record<string, unknown>;

  constructor(table: T, derived: Derived<RowOf<T, C>> = {}) {
    this.name = getTableName(table);
    this.#columns = Object.entries(getTableColumns(table)).map(([property, column]) => columnOf(property, column));
    this.#byProperty = new Map(this.#columns.map((column) => [column.property, column]));
    this.#derived = derived;
    this.#read = compiledReader(this.#columns);
  }

  /** `l.lot_id, l.issuer, …`: all columns, in the order in which `decode` wants them. */
  list(alias: string): string {
    return listOf(this.#columns, alias);
  }

  /** The database's name of a column. */
  column(property: keyof T["$inferSelect"] & string): string {
    return this.#column(property).name;
  }

  /** The same for some of the columns: their list, and how their values are read. */
  only<P extends keyof T["$inferSelect"] & string>(properties: readonly P[]): RowPart<Pick<T["$inferSelect"], P>> {
    const columns = properties.map((property) => this.#column(property));
    return { list: (alias) => listOf(columns, alias), decode: compiledReader(columns) as never };
  }

  /** Reads one row out of the values of `list`. */
  decode(values: readonly unknown[]): T["$inferSelect"] {
    return this.#read(values);
  }

  /** Inserts rows of any number; `tail` says what follows, such as what to do on a conflict. */
  inserting(tail = ""): (rows: Iterable<RowOf<T, C>>) => Statement {
    const sql = this.#derived.sql ?? {};
    const given = this.#columns.filter(({ property }) => sql[property] === undefined);
    const bare = given.map(({ name }) => name);
    const made = this.#columns.filter(({ property }) => sql[property] !== undefined);
    const names = [...bare, ...made.map(({ name }) => name)].join(", ");
    const values = [...bare, ...made.map(({ property }) => sql[property])].join(", ");
    const text = `insert into ${this.name} (${names}) select ${values} from ${tableOf(given, "n")} ${tail}`;
    const write = this.#writer(given);
    return (rows) => ({ text, parameters: write(rows) });
  }

  /** Inserts rows, or changes those that are there already, by their key: all columns but those that are fixed. */
  upserting(
    key: readonly (keyof T["$inferSelect"] & string)[],
    fixed: readonly (keyof RowOf<T, C> & string)[] = [],
  ): (rows: Iterable<RowOf<T, C>>) => Statement {
    const changes = this.#changing([...key, ...fixed]).map(({ name }) => `${name} = excluded.${name}`);
    const change = changes.length === 0 ? "nothing" : `update set ${changes.join(", ")}`;
    return this.inserting(`on conflict (${key.map((property) => this.column(property)).join(", ")}) do ${change}`);
  }

  /** Changes rows that are found by their key: all columns but those that are fixed. With `bucket`, says so for the sake of shards. */
  updating(
    key: readonly (keyof T["$inferSelect"] & string)[],
    fixed: readonly (keyof RowOf<T, C> & string)[] = [],
  ): (rows: readonly RowOf<T, C>[]) => Statement {
    const set = this.#changing([...key, ...fixed]);
    const columns = [...key.map((property) => this.#column(property)), ...set];
    const changes = set.map(({ name }) => `${name} = n.${name}`);
    const found = key.map((property) => this.column(property)).map((name) => `t.${name} = n.${name}`);
    const bucketed = (key as readonly string[]).includes("bucket");
    const routed = bucketed ? `t.bucket = any($${columns.length + 1}::smallint[]) and ` : "";
    const text =
      `update ${this.name} t set ${changes.join(", ")} from ${tableOf(columns, "n")} ` +
      `where ${routed}${found.join(" and ")}`;
    const write = this.#writer(columns);
    return (rows) => {
      const parameters = write(rows);
      return { text, parameters: bucketed ? [...parameters, distinct(parameters[0] ?? "{}")] : parameters };
    };
  }

  /** All columns but some: what may change of a row. A new column may, until somebody says that it does not. */
  #changing(fixed: readonly string[]): Column[] {
    return this.#columns.filter(({ property }) => !fixed.includes(property));
  }

  #column(property: string): Column {
    const column = this.#byProperty.get(property);
    if (column === undefined) throw new RangeError(`${this.name} has no ${property}`);
    return column;
  }

  #writer(columns: readonly Column[]): (rows: Iterable<RowOf<T, C>>) => string[] {
    const computed = this.#derived.computed ?? {};
    return compiledWriter(columns.map((column) => ({ ...column, compute: computed[column.property] })));
  }
}

/** To encode so many rows takes a process some milliseconds, in which it does nothing else. */
const ROWS_AT_A_STRETCH = 2_048;

/** The statement that writes rows, where there are any. */
export function ifAny<R>(rows: readonly R[], statement: (rows: readonly R[]) => Statement): Writing[] {
  if (rows.length <= ROWS_AT_A_STRETCH) return rows.length === 0 ? [] : [statement(rows)];
  return [{ ...statement(rows.slice(0, ROWS_AT_A_STRETCH)), more: laterRows(rows, statement) }];
}

function* laterRows<R>(
  rows: readonly R[],
  statement: (rows: readonly R[]) => Statement,
): Generator<Statement["parameters"]> {
  for (let begin = ROWS_AT_A_STRETCH; begin < rows.length; begin += ROWS_AT_A_STRETCH) {
    yield statement(rows.slice(begin, begin + ROWS_AT_A_STRETCH)).parameters;
  }
}

const listOf = (columns: readonly Column[], alias: string): string =>
  columns.map(({ name }) => `${alias}.${name}`).join(", ");

/**
 * Columns as a table of a name, out of one parameter a column. Arrays unrolled side by side in a select list cost
 * the server less than a function in FROM.
 */
function tableOf(columns: readonly Pick<Column, "name" | "type">[], name: string): string {
  const list = columns.map((column, index) => `${unrolled(column.type, index + 1)} as ${column.name}`);
  return `(select ${list.join(", ")}) as ${name}`;
}

/** An array literal of plain numbers with each of them once. */
function distinct(literal: string): string {
  return `{${[...new Set(literal.slice(1, -1).split(","))].join(",")}}`;
}

type DrizzleColumn = ReturnType<typeof getTableColumns<PgTable>>[string];

function columnOf(property: string, column: DrizzleColumn): Column {
  const type = arrayTypeOf(column.getSQLType());
  const element = elementEncoder(type);
  return {
    property,
    name: column.name,
    type,
    encode: (value) => element(column.mapToDriverValue(value) as ArrayValue),
    decode: (stored) => column.mapFromDriverValue(stored),
  };
}

/** Drizzle writes types as DDL does. */
function arrayTypeOf(sqlType: string): string {
  return sqlType.startsWith("timestamp") ? "timestamptz" : sqlType === "integer" ? "int" : sqlType;
}
