/** The books of a month as the exports tell them, read again. Amounts are hundredths. */
import { parse } from "csv-parse/sync";
import { sum } from "../../kernel/amount.ts";
import { REASON_NAMES, type Reason } from "../../finance/exports/reasons.ts";
import type { Month } from "../../finance/periods/months.ts";
import { signedAmount, type SettlementStatement } from "./wire.ts";

type Row = Readonly<Record<string, string>>;

/** An account of an entity and a kind of bonuses, in a month. */
export interface AccountRow {
  readonly entity: string;
  readonly account: string;
  readonly kind: string;
  /** Credit less debit. */
  readonly opening: bigint;
  readonly debit: bigint;
  readonly credit: bigint;
  /** Credit less debit. */
  readonly closing: bigint;
}

export interface LiabilityRow {
  readonly entity: string;
  readonly kind: string;
  readonly opening: bigint;
  readonly changes: Readonly<Record<Reason, bigint>>;
  readonly closing: bigint;
}

/** The books of a month, as they were taken at one mark after it was closed. */
export interface MonthBooks {
  readonly month: Month;
  /** Each export as it came, byte for byte. */
  readonly files: ReadonlyMap<string, string>;
  readonly accounts: readonly AccountRow[];
  readonly liability: readonly LiabilityRow[];
  /** One of each party, after it was paid. */
  readonly statements: readonly SettlementStatement[];
}

export const accountRows = (csv: string): AccountRow[] =>
  rowsOf(csv).map((row) => ({
    ...namesOf(row),
    account: fieldOf(row, "account"),
    opening: amountOf(row, "opening_credit") - amountOf(row, "opening_debit"),
    debit: amountOf(row, "debit"),
    credit: amountOf(row, "credit"),
    closing: amountOf(row, "closing_credit") - amountOf(row, "closing_debit"),
  }));

export const liabilityRows = (csv: string): LiabilityRow[] =>
  rowsOf(csv).map((row) => ({
    ...namesOf(row),
    opening: amountOf(row, "opening"),
    changes: Object.fromEntries(REASON_NAMES.map((name) => [name, amountOf(row, name)])) as Record<Reason, bigint>,
    closing: amountOf(row, "closing"),
  }));

/** What some accounts come to, credit less debit. */
export const balanceOf = (rows: readonly AccountRow[], accounts: readonly string[], entity?: string): bigint =>
  sum(
    rows
      .filter((row) => accounts.includes(row.account) && (entity === undefined || row.entity === entity))
      .map(({ closing }) => closing),
  );

export const rowsOf = (csv: string): Row[] => parse(csv, { columns: true, bom: true });
const namesOf = (row: Row) => ({ entity: fieldOf(row, "entity"), kind: fieldOf(row, "kind") });
const amountOf = (row: Row, name: string): bigint => signedAmount(fieldOf(row, name));

export function fieldOf(row: Row, name: string): string {
  const value = row[name];
  if (value === undefined) throw new RangeError(`there is no column ${name}`);
  return value;
}
