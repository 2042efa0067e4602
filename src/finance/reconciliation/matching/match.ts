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

/** Makes the tables `pairs` (line, id) and `again` (line): lines of receipts that other lines have already. */
export async function match(db: DuckDBConnection, terms: MatchTerms): Promise<void> {
  await db.run("create table pairs (line bigint, id varchar)");
  await db.run("create table again (line bigint)");
  const key = keyOf(terms);
  const amounts = AMOUNT_COLUMNS.slice(0, 2).filter((name) => terms.mapped[name]);
  const who = terms.mapped.member ? ["who"] : [];
  const isWhole = terms.mapped.terminal && terms.mapped.shift;
  // Numbers are used again: in another shift, at another till. Only all of it names a receipt by itself.
  const receipt = isWhole ? key : [...key, "day"];
  await pair(db, { by: [...key, "day", ...amounts, ...who] }, { lines: "f", receipts: "l" });
  // Nearly all of it is done: what is left is small, and gone through again and again.
  await db.run("create table f_left as select * from f anti join pairs using (line)");
  await db.run("create table l_left as select * from l anti join pairs using (id)");
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

/** Adds lines without a receipt that agree with a line that has one; they are looked for no further. */
async function seenAgain(db: DuckDBConnection, by: readonly string[]): Promise<void> {
  await db.run(`insert into again select f.line from f_left f
    semi join (select f.* from f semi join (select distinct ${by.join(", ")} from f_left) r on ${equal(by, "r")} semi join pairs using (line)) p
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

const LEFT = { lines: "f_left", receipts: "l_left" } as const;

async function pair(db: DuckDBConnection, { by, reversed }: Step, { lines, receipts }: Sets = LEFT): Promise<void> {
  const list = by.join(", ");
  const given = by.map((name) => `${name} is not null`).join(" and ");
  const condition = reversed === true ? "reversed" : "not reversed";
  await db.run(`insert into pairs select f.line, l.id from
    (select line, ${list}, row_number() over (partition by ${list} order by line) as nth from ${lines} where ${given}) f
    join (select id, ${list}, row_number() over (partition by ${list} order by day, id) as nth from ${receipts}
      where ${given} and ${condition}) l
    on ${equal(by, "l")} and f.nth = l.nth`);
  if (lines === "f") return;
  await db.run("delete from f_left where line in (select line from pairs)");
  await db.run("delete from l_left where id in (select id from pairs)");
}

interface Sets {
  readonly lines: string;
  readonly receipts: string;
}
