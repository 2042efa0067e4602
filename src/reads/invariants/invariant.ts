/** An invariant: something that is always true of the ledger, and the one statement that looks at every fact about it. */

export interface Invariant {
  /** Stands in the proof, for ever. */
  readonly name: string;
  /** In words, for who reads the proof. */
  readonly statement: string;
  /**
   * One row for every fact that is looked at, with a column `broken`: null where it holds,
   * else the text of a JSON object that says where it does not, and what was found there.
   * Set-based: joins of whole tables, so that millions of rows take seconds.
   */
  readonly facts: string;
  /** Rows of `label` and `amount` (minor units) that the invariant is about; few, whatever the ledger's size. */
  readonly figures?: string;
}

/** SQL: the identifier that the API shows for a uuid. */
export const id = (prefix: string, uuid: string): string => `'${prefix}_' || replace(${uuid}::text, '-', '')`;

/** SQL: an amount as the API writes it. */
export const decimal = (amount: string): string => `round((${amount}) / 100.0, 2)::text`;

/** SQL: the column `broken`. `fields` are pairs of a name and an expression. */
export function brokenUnless(holds: string, fields: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(fields).map(([name, value]) => `'${name}', ${value}`);
  return `case when ${holds} then null else json_build_object(${pairs.join(", ")})::text end as broken`;
}

/** SQL: what a transfer adds to a member's account that is a liability: credit adds, debit takes. */
export const moved = (account: string): string =>
  `coalesce(sum(case when credit = '${account}' then amount when debit = '${account}' then -amount end), 0)`;

/** SQL: what a transfer adds to what a member owes: debit adds, credit takes. */
export const OWED = "coalesce(sum(case when debit = 'debt' then amount when credit = 'debt' then -amount end), 0)";
