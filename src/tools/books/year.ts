/** What a year's books have come to, as figures: for programs, and for the pages that show them. Amounts are texts. */
import { formatAmount, sum } from "../../kernel/amount.ts";
import { REASON_NAMES } from "../../finance/exports/reasons.ts";
import { BRANDS } from "../client/brands.ts";
import { countAside } from "./aside.ts";
import { settledBonuses } from "./checks.ts";
import { type AccountRow, fieldOf, type MonthBooks, rowsOf } from "./figures.ts";
import type { BooksOutcome } from "./run.ts";
import { signedAmount } from "./wire.ts";

type Amounts = Readonly<Record<string, string>>;

interface EntityFigures {
  /** Debits of the month, which are its credits. */
  readonly turnover: string;
  /** Debit balances of all accounts at its end, which are the credit balances. */
  readonly closing: string;
  /** Opening, each reason of change, closing; of all kinds of bonuses. */
  readonly liability: Amounts;
}

interface MonthFigures {
  readonly month: string;
  readonly entities: Readonly<Record<string, EntityFigures>>;
  readonly settlement: {
    readonly number: number;
    /** What each owes the other, with VAT. */
    readonly owes: Amounts;
    /** Of it by credit notes: what corrects earlier months. */
    readonly creditNotes: Amounts;
    /** What the first of the two is paid; below zero where it pays. */
    readonly balance: Amounts;
  };
}

export interface YearFigures {
  readonly invoices: number;
  readonly lines: number;
  readonly seed: string;
  readonly months: readonly MonthFigures[];
  /** Bonuses of each debtor in all settlements. */
  readonly settled: Amounts;
  readonly reconciliation: {
    readonly brands: Readonly<Record<string, { lines: number; matched: number; missing: number; others: number }>>;
    readonly aside: Readonly<Record<string, number>>;
  };
  /** At the end of the last month, by entity: by age. */
  readonly ageing: Readonly<Record<string, Amounts>>;
  /** At the end of the last month, by entity: what is taken to end unspent. */
  readonly breakage: Amounts;
  /** Once all had ended, by entity: the share that did end unspent; absent where the clock has not moved on. */
  readonly observed?: Amounts;
}

export interface Played {
  readonly invoices: number;
  readonly lines: number;
  readonly seed: string;
}

export function yearFigures(
  { months, shop, reconciled, ageing, breakage, ended }: BooksOutcome,
  played: Played,
): YearFigures {
  const { invoices, lines, seed } = played;
  return {
    invoices,
    lines,
    seed,
    months: months.map(monthFigures),
    settled: byEntity((entity) => formatAmount(settledBonuses(months, entity))),
    reconciliation: {
      brands: Object.fromEntries(
        reconciled.map(({ brand, lines: all, matched, missing, others }) => [
          brand,
          { lines: all, matched, missing: missing.length, others: others.length },
        ]),
      ),
      aside: Object.fromEntries(countAside(shop)),
    },
    ageing: byEntity((entity) => ageingOf(ageing, entity)),
    breakage: byEntity((entity) => columnOf(breakage, entity, "expected")),
    ...(ended === null ? {} : { observed: byEntity((entity) => textIn(ended, entity, "observed")) }),
  };
}

export const toJson = (figures: YearFigures): string => `${JSON.stringify(figures, null, 2)}\n`;

function monthFigures({ month, accounts, liability, statements }: MonthBooks): MonthFigures {
  const directions = statements[0]?.directions ?? [];
  const owedBy = (entity: string) => directions.find(({ debtor }) => debtor === entity);
  return {
    month,
    entities: byEntity((entity) => {
      const own = liability.filter((row) => row.entity === entity);
      const total = (of: (row: (typeof own)[number]) => bigint) => formatAmount(sum(own.map(of)));
      const reasons = REASON_NAMES.map((name) => [name, total(({ changes }) => changes[name])] as const);
      return {
        turnover: formatAmount(sum(ownOf(accounts, entity).map(({ debit }) => debit))),
        closing: formatAmount(sum(ownOf(accounts, entity).map(({ closing }) => (closing < 0n ? -closing : 0n)))),
        liability: {
          opening: total(({ opening }) => opening),
          ...Object.fromEntries(reasons),
          closing: total(({ closing }) => closing),
        },
      };
    }),
    settlement: {
      number: statements[0]?.number ?? 0,
      owes: byEntity((entity) => formatAmount(owedBy(entity)?.total ?? 0n)),
      creditNotes: byEntity((entity) => {
        const notes = (owedBy(entity)?.lines ?? []).filter(({ section }) => section === "credit_note");
        return formatAmount(sum(notes.map(({ total }) => total)));
      }),
      balance: byEntity((entity) => formatAmount(statements.find((each) => each.entity === entity)?.balance ?? 0n)),
    },
  };
}

/** What each entity's bonuses that are `available`, waiting or held come to, by age. */
function ageingOf(csv: string, entity: string): Amounts {
  const sums = new Map<string, bigint>();
  for (const row of rowsOf(csv)) {
    if (row["entity"] !== entity) continue;
    const age = fieldOf(row, "age");
    sums.set(age, (sums.get(age) ?? 0n) + signedAmount(fieldOf(row, "total")));
  }
  return Object.fromEntries([...sums.keys()].toSorted().map((age) => [age, formatAmount(sums.get(age) ?? 0n)]));
}

const columnOf = (csv: string, entity: string, name: string): string =>
  formatAmount(
    sum(
      rowsOf(csv)
        .filter((row) => row["entity"] === entity)
        .map((row) => signedAmount(fieldOf(row, name))),
    ),
  );

/** Of ordinary bonuses, the only ones that there are in this year. */
function textIn(csv: string, entity: string, name: string): string {
  const row = rowsOf(csv).find((each) => each["entity"] === entity && each["kind"] === "ordinary");
  return row === undefined ? "" : fieldOf(row, name);
}

const ownOf = (rows: readonly AccountRow[], entity: string) => rows.filter((row) => row.entity === entity);

const byEntity = <V>(of: (entity: (typeof BRANDS)[number]) => V): Readonly<Record<string, V>> =>
  Object.fromEntries(BRANDS.map((entity) => [entity, of(entity)]));
