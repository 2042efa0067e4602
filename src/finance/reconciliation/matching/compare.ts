/** Compares the lines of a file with the ledger: from what was kept of the file to its breaks, in one folder, once. */
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Target } from "../../../db/connect.ts";
import type { Reconciliation } from "../stores.ts";
import type { Side, SideTotals } from "../stored.ts";
import { quoted, type Workplace } from "../reading/duckdb.ts";
import type { BreakKind, Difference } from "../words.ts";
import { breaksOf, totalsOfFile, totalsOfLedger } from "./breaks-sql.ts";
import { extract, NAMES_AT_ONCE, type Names } from "./extract.ts";
import { match } from "./match.ts";
import { MARGIN_DAYS, type MatchTerms } from "./terms.ts";

/** Breaks of one file: one that has more is not this ledger's, or its mapping is wrong. */
const MOST_BREAKS = 50_000;

export interface FoundBreak {
  readonly kind: BreakKind;
  readonly differences: readonly Difference[];
  readonly line: number | null;
  readonly there: Side | null;
  readonly here: Side | null;
}

export interface Compared {
  readonly mark: bigint;
  readonly matched: number;
  /** In the order of the lines, those of the ledger alone last; undefined where there are more than may be. */
  readonly breaks: readonly FoundBreak[] | undefined;
  readonly there: SideTotals;
  readonly here: SideTotals;
}

/** `lines`: the Parquet of the file's lines, in the folder of the workplace. */
export async function compare(
  { db, folder }: Workplace,
  target: Target,
  { brand, terms }: Pick<Reconciliation, "brand" | "terms">,
  lines: string,
): Promise<Compared> {
  const { mapping, from, to, toleranceAmount, toleranceDays } = terms;
  const around = toleranceDays + MARGIN_DAYS;
  const path = join(folder, "ledger.csv");
  await db.run(`create table named as select distinct who from read_parquet(${quoted(lines)}) where who <> ''`);
  await db.run("create table standing (asked varchar, member varchar)");
  const appender = await db.createAppender("standing");
  const mark = await extract(target, {
    terms: { brand, from: shifted(from, -around), to: shifted(to, around), zone: mapping.zone },
    path,
    names: namesIn(db),
    found(members) {
      for (const [asked, member] of members) {
        appender.appendVarchar(asked);
        appender.appendVarchar(member);
        appender.endRow();
      }
    },
  });
  appender.closeSync();
  await db.run(`create table f as select r.* replace (coalesce(s.member, r.who) as who)
    from read_parquet(${quoted(lines)}) r left join standing s on s.asked = r.who`);
  await db.run(`create table l as select * from read_csv(${quoted(path)}, auto_detect = false, header = true, delim = ',', quote = '"',
    escape = '"', nullstr = '', allow_quoted_nulls = false, columns = {${LEDGER_COLUMNS}})`);
  await db.run("update l set who = '' where who is null");
  const matchTerms: MatchTerms = {
    from,
    to,
    tolerances: { amount: BigInt(toleranceAmount), days: toleranceDays },
    mapped: mappedBy(mapping),
  };
  await match(db, matchTerms);
  await db.run(`create table breaks as ${breaksOf(matchTerms)}`);
  const [[found, ofLines] = []] = (
    await db.runAndReadAll("select count(*)::int, count(line)::int from breaks")
  ).getRows();
  const there = await totals(db, totalsOfFile);
  const here = await totals(db, totalsOfLedger(matchTerms));
  const breaks = Number(found) > MOST_BREAKS ? undefined : await breaksIn(db);
  return { mark, matched: there.receipts - Number(ofLines), breaks, there, here };
}

const LEDGER_COLUMNS = Object.entries({
  id: "varchar",
  is_return: "boolean",
  number: "varchar",
  store: "varchar",
  terminal: "varchar",
  shift: "varchar",
  fiscal: "varchar",
  day: "date",
  total: "bigint",
  paid: "bigint",
  spent: "bigint",
  earned: "bigint",
  who: "varchar",
  reversed: "boolean",
})
  .map(([name, type]) => `'${name}': '${type}'`)
  .join(", ");

const mappedBy = ({ columns, returns }: Reconciliation["terms"]["mapping"]): MatchTerms["mapped"] => ({
  terminal: columns.terminal !== undefined,
  shift: columns.shift !== undefined,
  member: columns.card !== undefined || columns.member !== undefined,
  total: columns.total !== undefined,
  paid: columns.paid !== undefined,
  spent: columns.spent !== undefined,
  earned: columns.earned !== undefined,
  returns: returns !== "none",
});

const DAY_MS = 86_400_000;
/** Days have four digits of a year: nothing happens before the first of them, or after the last. */
const [FIRST_DAY, LAST_DAY] = [Date.parse("0001-01-01"), Date.parse("9999-12-31")];
const shifted = (day: string, days: number): string =>
  new Date(Math.min(Math.max(Date.parse(day) + days * DAY_MS, FIRST_DAY), LAST_DAY)).toISOString().slice(0, 10);

async function* namesIn(db: DuckDBConnection): AsyncGenerator<Names> {
  for (let from = 0; ; from += NAMES_AT_ONCE) {
    const found = await db.runAndReadAll(
      `select who from named where rowid >= ${from} and rowid < ${from + NAMES_AT_ONCE}`,
    );
    const names = found.getRows().map(([who]) => String(who));
    if (names.length === 0) return;
    const of = (kind: string) => names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length));
    yield { cards: of("key:"), members: of("mbr:") };
  }
}

async function totals(db: DuckDBConnection, sql: string): Promise<SideTotals> {
  const [row = {}] = (await db.runAndReadAll(sql)).getRowObjectsJson();
  const text = (name: string) => textIn(row, name) ?? "0";
  return {
    receipts: Number(row["receipts"]),
    total: text("total"),
    paid: text("paid"),
    spent: text("spent"),
    earned: text("earned"),
  };
}

type Row = Readonly<Record<string, unknown>>;

/** A whole number of DuckDB comes as text, a short one as a number. */
function textIn(row: Row, name: string): string | null {
  const value = row[name];
  return typeof value === "string" || typeof value === "number" ? `${value}` : null;
}

async function breaksIn(db: DuckDBConnection): Promise<FoundBreak[]> {
  const rows = (await db.runAndReadAll("select * from breaks order by nth")).getRowObjectsJson() as Row[];
  return rows.map((row) => ({
    kind: row["kind"] as BreakKind,
    differences: row["differences"] as Difference[],
    line: row["line"] === null ? null : Number(row["line"]),
    there: sideOf(row, "f", null),
    here: sideOf(row, "l", row["id"] as string | null),
  }));
}

function sideOf(row: Row, side: "f" | "l", receiptId: string | null): Side | null {
  const text = (name: string) => textIn(row, `${side}_${name}`);
  const [storeId, number, day] = [text("store"), text("number"), text("day")];
  if (storeId === null || number === null || day === null) return null;
  const who = text("who");
  return {
    kind: row[`${side}_is_return`] === true ? "return" : "sale",
    storeId,
    terminalId: text("terminal"),
    shift: text("shift"),
    number,
    fiscalId: text("fiscal"),
    day,
    total: text("total"),
    paid: text("paid"),
    spent: text("spent"),
    earned: text("earned"),
    memberId: who?.startsWith("mbr:") === true ? `mbr_${who.slice(4)}` : null,
    unknownCard: who?.startsWith("key:") === true,
    receiptId,
  };
}
