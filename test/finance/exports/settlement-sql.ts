/** What entities owe each other by months, in DuckDB's SQL over the exported journal: nothing of the project's has a part in it. */

/** Roubles a bonus by kind; `other` of each kind that is not named. */
export interface Prices {
  readonly other: string;
  readonly [kind: string]: string;
}

const moved = (side: "due_to" | "due_from", column: "debit" | "credit", sign: "+" | "-") => {
  const other = `split_part(${column}, ':', 2)`;
  const [debtor, creditor] = side === "due_to" ? ["entity", other] : [other, "entity"];
  return `select strftime(day, '%Y-%m') as month, ${debtor} as debtor, ${creditor} as creditor, coalesce(kind, '') as kind, ${sign}amount as bonuses
    from 'FOLDER/journal.parquet' where starts_with(${column}, '${side}:')`;
};

/** `due_to` is the debtor's side of the books, `due_from` the creditor's: both must say the same. */
export function settlementFromJournal(side: "due_to" | "due_from", { other, ...kinds }: Prices): string {
  const named = Object.entries(kinds).map(([kind, roubles]) => `when kind = '${kind}' then ${roubles}`);
  const price = `(case ${[...named, `when true then ${other}`].join(" ")} end)::decimal(9, 4)`;
  const [up, down] = side === "due_to" ? (["credit", "debit"] as const) : (["debit", "credit"] as const);
  return `select month, debtor, creditor, sum(bonuses)::decimal(38, 2)::varchar as bonuses, round(sum(bonuses * ${price}), 2)::decimal(38, 2)::varchar as total
    from (${moved(side, up, "+")} union all ${moved(side, down, "-")}) group by all order by all`;
}

/** The same by the lines of the settlements that were made, each of one month. */
export const SETTLED = `select from_month as month, debtor, creditor, sum(bonuses::decimal(38, 2))::decimal(38, 2)::varchar as bonuses, sum(total::decimal(38, 2))::decimal(38, 2)::varchar as total
  from read_csv('FOLDER/settlement.csv', header = true, all_varchar = true) group by all order by all`;
