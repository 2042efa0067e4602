/** SQL: what is not as it should be, one row for each line or receipt, out of the pairs that were found. */
import { AMOUNT_COLUMNS, type MatchTerms } from "./terms.ts";

/** `line`, `id`, `kind`, `differences`, and both sides. */
export function breaksOf(terms: MatchTerms): string {
  return `select *, row_number() over (order by line nulls last, l_day, l_store, l_number, id) as nth from (
    ${paired(terms)} union all ${missingHere} union all ${missingThere(terms)})`;
}

/** The most specific word first: where, when, whose, how much. */
const KIND = `case when list_contains(differences, 'reversed') then 'missing_here'
    when list_has_any(differences, ['store', 'terminal']) then 'wrong_store'
    when list_has_any(differences, ['day', 'shift']) then 'wrong_day'
    when list_contains(differences, 'member') then 'wrong_member'
    else 'amount_differs' end`;

const SIDES = "is_return number store terminal shift fiscal day total paid spent earned who".split(" ");
const sideOf = (side: "f" | "l"): string => SIDES.map((name) => `${side}.${name} as ${side}_${name}`).join(", ");
const NO_SIDE = (side: "f" | "l"): string => SIDES.map((name) => `null as ${side}_${name}`).join(", ");

function paired({ tolerances, mapped }: MatchTerms): string {
  const differs: readonly (readonly [string, string])[] = [
    ["reversed", "l.reversed"],
    ["store", "f.store <> l.store"],
    ["terminal", mapped.terminal ? "f.terminal <> l.terminal" : "false"],
    ["shift", mapped.shift ? "f.shift <> l.shift" : "false"],
    ["day", `abs(f.day - l.day) > ${tolerances.days}`],
    ["member", mapped.member ? "f.who <> l.who" : "false"],
    ["kind", "f.is_return <> l.is_return"],
    ...AMOUNT_COLUMNS.map(
      (name) => [name, mapped[name] ? `abs(f.${name} - l.${name}) > ${tolerances.amount}` : "false"] as const,
    ),
  ];
  const list = differs.map(([word, sql]) => `case when ${sql} then '${word}' end`).join(", ");
  return `select line, id, ${KIND} as kind, differences, * exclude (line, id, differences) from
    (select p.line, p.id, list_filter([${list}], lambda word: word is not null) as differences, ${sideOf("f")}, ${sideOf("l")}
      from pairs p join f_rest f on f.line = p.line join l_rest l on l.id = p.id) where len(differences) > 0`;
}

const missingHere = `select f.line, null as id, case when again.line is null then 'missing_here' else 'duplicate' end as kind,
    []::varchar[] as differences, ${sideOf("f")}, ${NO_SIDE("l")}
  from (select f.* from f_rest f anti join pairs using (line)) f left join again on again.line = f.line`;

const missingThere = ({ from, to, mapped }: MatchTerms): string => `select null as line, l.id, 'missing_there' as kind,
    []::varchar[] as differences, ${NO_SIDE("f")}, ${sideOf("l")}
  from l_rest l anti join pairs using (id) where not l.reversed and l.day between date '${from}' and date '${to}'
    ${mapped.returns ? "" : "and not l.is_return"}`;

const sums = (side: "f" | "l"): string =>
  AMOUNT_COLUMNS.map(
    (name) =>
      `coalesce(sum(case when ${side}.is_return then -${side}.${name} else ${side}.${name} end), 0)::bigint as ${name}`,
  ).join(", ");

/** SQL: lines and totals of the file; returns count below zero. */
export const totalsOfFile = `select count(*)::bigint as receipts, ${sums("f")} from f`;
/** SQL: receipts and totals of the ledger, of the days asked for. */
export const totalsOfLedger = ({ from, to, mapped }: MatchTerms): string =>
  `select count(*)::bigint as receipts, ${sums("l")} from l where not l.reversed and l.day between date '${from}' and date '${to}'
    ${mapped.returns ? "" : "and not l.is_return"}`;
