/**
 * Pairs the lines of a file (`f`) with receipts of the ledger (`l`), set by set: first what agrees in everything, then what
 * agrees in less and less of it. A line is in one pair at most, and so is a receipt; where several would do, the first line
 * takes the first receipt, so the same two sets always give the same pairs.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { AMOUNT_COLUMNS, type MatchTerms } from "./terms.ts";

/** What a pair agrees in; both sides have it, and it is not empty. */
interface Step {
  readonly by: readonly string[];
  /** Of the receipts, those that were reversed. */
  readonly reversed?: true;
}

/**
 * Makes the tables `f_rest` and `l_rest`, of what does not agree in everything; of these `pairs` (line, id), and `again` (line):
 * lines of receipts that other lines have already.
 */
export async function match(db: DuckDBConnection, terms: MatchTerms): Promise<void> {
  await db.run("create table pairs (line bigint, id varchar)");
  await db.run("create table again (line bigint)");
  const key = keyOf(terms);
  const given = AMOUNT_COLUMNS.filter((name) => terms.mapped[name]);
  const amounts = given.filter((name) => name === "total" || name === "paid");
  const who = terms.mapped.member ? ["who"] : [];
  await leaveWhatDiffers(db, [...key, "day", ...given, ...who]);
  // Nearly all of it is done: what is left is small, and gone through again and again.
  await db.run("create table f_left as select * from f_rest");
  await db.run("create table l_left as select * from l_rest");
  const isWhole = terms.mapped.terminal && terms.mapped.shift;
  // Numbers are used again: in another shift, at another till. Only all of it names a receipt by itself.
  const receipt = isWhole ? key : [...key, "day"];
  await pair(db, { by: [...key, "day", ...amounts, ...who] });
  await pair(db, { by: [...key, "day", ...amounts] });
  await pair(db, { by: [...key, "day"] });
  await pair(db, { by: [...key, ...amounts] });
  if (isWhole) await pair(db, { by: key });
  await pair(db, { by: receipt, reversed: true });
  // A copy of a line is one; a line that only bears another's number may be of another store.
  await seenAgain(db, [...receipt, ...amounts]);
  await pair(db, { by: ["is_return", "fiscal"] });
  const others = ["number", "day", ...amounts];
  for (const by of [
    ["is_return", "terminal", "shift", ...others],
    ["is_return", "terminal", ...others],
    ["is_return", "store", ...others],
    ["is_return", ...others],
    [...key.filter((name) => name !== "is_return"), "day", ...amounts],
  ]) {
    if (by.every((name) => (name !== "terminal" && name !== "shift") || terms.mapped[name])) await pair(db, { by });
  }
  await seenAgain(db, receipt);
}

/**
 * Leaves out what agrees in everything that the file tells, where no other line and no other receipt does so as well: by one join, without
 * an order. Of several that are alike the first takes the first, later.
 */
async function leaveWhatDiffers(db: DuckDBConnection, by: readonly string[]): Promise<void> {
  const given = by.map((name) => `${name} is not null`).join(" and ");
  const hashOf = (side: string): string => `hash(${by.map((name) => `${side}.${name}`).join(", ")})`;
  const twice = (side: "f" | "l"): string => `select ${hashOf(side)} as h from ${side} where ${given}
    ${side === "l" ? "and not reversed" : ""} group by 1 having count(*) > 1`;
  await db.run(`create table twice as ${twice("f")} union ${twice("l")}`);
  await db.run(`create table agreed as select f.line, l.rowid as place from f join l on ${equal(by, "l")}
    where not l.reversed and ${hashOf("f")} not in (select h from twice)`);
  await db.run("create table f_rest as select * from f anti join agreed using (line)");
  await db.run("create table l_rest as select * from l anti join agreed a on a.place = l.rowid");
  await db.run("drop table agreed");
}

/** Adds lines without a receipt that agree with a line that has one; they are looked for no further. */
async function seenAgain(db: DuckDBConnection, by: readonly string[]): Promise<void> {
  await db.run(`insert into again select f.line from f_left f
    semi join (select f.* from f semi join (select distinct ${by.join(", ")} from f_left) r on ${equal(by, "r")}
      anti join f_left o on o.line = f.line anti join again a on a.line = f.line) p
    on ${equal(by, "p")}`);
  await db.run("delete from f_left where line in (select line from again)");
}

const keyOf = ({ mapped }: MatchTerms): string[] => [
  "is_return",
  "store",
  "number",
  ...(mapped.terminal ? ["terminal"] : []),
  ...(mapped.shift ? ["shift"] : []),
];

const equal = (columns: readonly string[], other: string): string =>
  columns.map((name) => `f.${name} = ${other}.${name}`).join(" and ");

async function pair(db: DuckDBConnection, { by, reversed }: Step): Promise<void> {
  const list = by.join(", ");
  const given = by.map((name) => `${name} is not null`).join(" and ");
  const condition = reversed === true ? "reversed" : "not reversed";
  await db.run(`insert into pairs select f.line, l.id from
    (select line, ${list}, row_number() over (partition by ${list} order by line) as nth from f_left where ${given}) f
    join (select id, ${list}, row_number() over (partition by ${list} order by day, id) as nth from l_left
      where ${given} and ${condition}) l
    on ${equal(by, "l")} and f.nth = l.nth`);
  await db.run("delete from f_left where line in (select line from pairs)");
  await db.run("delete from l_left where id in (select id from pairs)");
}
