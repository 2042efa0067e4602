/** SQL: the lines of a file in one form, out of the table `raw`, as its mapping says; and what is wrong with each. */
import { patternOf } from "./dates.ts";
import { named, quoted } from "./duckdb.ts";
import type { ColumnName, Mapping } from "./mapping.ts";

/** What is wrong with a file; of a line, which and in which column. */
export interface FileError {
  readonly line?: number;
  readonly column?: string;
  readonly message: string;
}

export const inWords = ({ line, column, message }: FileError) => ({
  path: [...(line === undefined ? [] : [`line ${line}`]), ...(column === undefined ? [] : [column])].join(", "),
  message,
});

/** Characters of a text of a receipt, such as its number. */
const MOST_KEY_TEXT = 64;

const TEXTS = ["number", "store", "terminal", "shift", "fiscalId"] as const;
const AMOUNTS = ["total", "paid", "spent", "earned"] as const;

/** `line`, texts, `day`, amounts in kopecks above zero, `return`, `card`, `member`; what cannot be read is null, and `bad_…` says so. */
export function linesOf(mapping: Mapping, heading: number): string {
  const columns = [
    `rowid + ${heading} as line`,
    ...TEXTS.map((name) => `${textOf(mapping, name)} as ${name}`),
    `${textOf(mapping, "card")} as card`,
    `${textOf(mapping, "member")} as member`,
    `${dayOf(mapping)} as day`,
    ...AMOUNTS.map((name) => `abs(${kopecksOf(mapping, name)}) as ${name}`),
    ...AMOUNTS.map((name) => `${isGiven(mapping, name)} and ${kopecksOf(mapping, name)} is null as bad_${name}`),
    `${isReturn(mapping)} as is_return`,
    `${mapping.returns === "negative" ? "false" : isNegative(mapping)} as bad_sign`,
  ];
  return `select ${columns.join(", ")} from raw`;
}

const column = ({ columns }: Mapping, name: ColumnName): string | undefined => {
  const own = columns[name];
  return own === undefined ? undefined : `nullif(trim(${named(own)}::varchar), '')`;
};
const textOf = (mapping: Mapping, name: ColumnName): string => column(mapping, name) ?? "null::varchar";
const isGiven = (mapping: Mapping, name: ColumnName): string => {
  const own = column(mapping, name);
  return own === undefined ? "false" : `${own} is not null`;
};

/** Exactly, or not at all: a cast alone would round what has more decimals. */
function kopecksOf(mapping: Mapping, name: ColumnName): string {
  const own = column(mapping, name);
  if (own === undefined) return "null::bigint";
  if (mapping.amounts === "kopecks") {
    return `case when regexp_full_match(${own}, '-?[0-9]{1,13}') then try_cast(${own} as bigint) end`;
  }
  const point = `replace(${own}, ${quoted(mapping.decimal)}, '.')`;
  const form = quoted(`-?[0-9]{1,11}([${mapping.decimal}][0-9]{1,2})?`);
  return `case when regexp_full_match(${own}, ${form}) then (try_cast(${point} as decimal(15, 2)) * 100)::bigint end`;
}

const ISO_DAY = "%Y-%m-%d";

/** Where the format is the usual one, a time may follow, and is not asked for. */
function dayOf(mapping: Mapping): string {
  const own = textOf(mapping, "day");
  const { date } = mapping;
  const [text, time] = date === ISO_DAY ? [`left(${own}, 10)`, "(?:[T ][^()]*)?"] : [own, ""];
  return `case when regexp_full_match(${own}, ${quoted(patternOf(date) + time)}) then try_strptime(${text}, ${quoted(date)})::date end`;
}

const isNegative = (mapping: Mapping): string =>
  AMOUNTS.map((name) => `coalesce(${kopecksOf(mapping, name)} < 0, false)`).join(" or ");

function isReturn(mapping: Mapping): string {
  const { returns } = mapping;
  if (returns === "none") return "false";
  if (returns === "negative") {
    return `coalesce(${kopecksOf(mapping, "total")}, ${kopecksOf(mapping, "paid")}) < 0 or (${isNegative(mapping)})`;
  }
  return `coalesce(trim(${named(returns.column)}::varchar) in (${returns.is.map(quoted).join(", ")}), false)`;
}

interface Wrong {
  /** SQL, of a row of `lines`. */
  readonly condition: string;
  readonly column: ColumnName;
  readonly message: string;
}

const NO_AMOUNT = "not an amount of at most two decimals";

/** What a line must not be. */
export const WRONG: readonly Wrong[] = [
  { condition: "number is null", column: "number", message: "is empty" },
  { condition: "store is null", column: "store", message: "is empty" },
  { condition: "day is null", column: "day", message: "not a date of the mapping's format" },
  ...TEXTS.map((name) => ({
    condition: `length(${name}) > ${MOST_KEY_TEXT} or regexp_matches(${name}, '[[:cntrl:]]')`,
    column: name,
    message: `longer than ${MOST_KEY_TEXT} characters, or with control characters`,
  })),
  ...AMOUNTS.map((name) => ({ condition: `bad_${name}`, column: name, message: NO_AMOUNT })),
  {
    condition: "coalesce(total, paid) is null and not bad_total and not bad_paid",
    column: "paid",
    message: "no amount",
  },
  {
    condition: "bad_sign and not is_return",
    column: "paid",
    message: "below zero, and the mapping knows no returns by that",
  },
  {
    condition: "member is not null and not regexp_full_match(member, 'mbr_[0-9a-f]{32}')",
    column: "member",
    message: "not the id of a member",
  },
];
