/** What must hold of the books of closed months. Each check answers what does not, in words: nothing where all is well. Pure. */
import { formatAmount, sum } from "../../kernel/amount.ts";
import { BRANDS, otherBrand } from "../client/brands.ts";
import { type AccountRow, balanceOf, type MonthBooks } from "./figures.ts";
import type { SettlementStatement } from "./wire.ts";

/** Liabilities to members, and to whoever brings the card of a receipt. */
const OWED_TO_MEMBERS = ["pending", "available", "held", "suspense"];

/** Everything that must hold of months that follow one another. */
export function faultsIn(months: readonly MonthBooks[]): string[] {
  return months.flatMap((month, index) => {
    const faults = [...balanceFaults(month), ...liabilityFaults(month), ...settlementFaults(month)];
    const before = months[index - 1];
    return [...faults, ...(before === undefined ? [] : carriedFaults(before, month))].map(
      (fault) => `${month.month}: ${fault}`,
    );
  });
}

/** In each entity's books debits are credits: before the month, in it, and after it. */
function balanceFaults({ accounts }: Pick<MonthBooks, "accounts">): string[] {
  const sums: readonly [string, (row: AccountRow) => bigint][] = [
    ["opening", ({ opening }) => opening],
    ["turnover", ({ debit, credit }) => credit - debit],
    ["closing", ({ closing }) => closing],
  ];
  const unequal = BRANDS.flatMap((entity) =>
    sums.map(([name, of]) => [entity, name, sum(rowsOf(accounts, entity).map(of))] as const),
  ).filter(([, , rest]) => rest !== 0n);
  const rolled = accounts.filter(({ opening, debit, credit, closing }) => opening + credit - debit !== closing);
  return [
    ...unequal.map(([entity, name, rest]) => `the trial balance of ${entity} is off by ${formatAmount(rest)}: ${name}`),
    ...rolled.map(({ entity, account }) => `${entity} ${account}: opening and turnover are not its closing`),
  ];
}

/** Opening and changes are the closing, which is what the accounts of members come to. */
function liabilityFaults({ liability, accounts }: Pick<MonthBooks, "liability" | "accounts">): string[] {
  const unrolled = liability.filter(
    ({ opening, changes, closing }) => opening + sum(Object.values(changes)) !== closing,
  );
  const apart = BRANDS.filter((entity) => {
    const told = sum(rowsOf(liability, entity).map(({ closing }) => closing));
    return told !== balanceOf(accounts, OWED_TO_MEMBERS, entity);
  });
  return [
    ...unrolled.map(({ entity, kind }) => `the liability of ${entity}, ${kind}, does not roll forward`),
    ...apart.map((entity) => `the liability of ${entity} is not what the accounts of members come to`),
  ];
}

/** What a month ends with is what the next one begins with. */
function carriedFaults(before: MonthBooks, month: MonthBooks): string[] {
  const keyOf = ({ entity, account, kind }: AccountRow) => `${entity} ${account} ${kind}`;
  const ended = new Map(before.accounts.map((row) => [keyOf(row), row.closing]));
  const began = new Map(month.accounts.map((row) => [keyOf(row), row.opening]));
  const keys = [...new Set([...ended.keys(), ...began.keys()])];
  const apart = keys.filter((key) => (ended.get(key) ?? 0n) !== (began.get(key) ?? 0n));
  const owed = BRANDS.filter(
    (entity) =>
      sum(rowsOf(before.liability, entity).map(({ closing }) => closing)) !==
      sum(rowsOf(month.liability, entity).map(({ opening }) => opening)),
  );
  return [
    ...apart.map((key) => `${key} begins otherwise than ${before.month} has ended`),
    ...owed.map((entity) => `the liability of ${entity} begins otherwise than ${before.month} has ended`),
  ];
}

/** One statement of each party, paid; the same lines, mirrored; and as many bonuses as both parties' books have between them. */
function settlementFaults({ month, statements, accounts }: MonthBooks): string[] {
  const [one, other] = BRANDS.map((entity) => statements.find((statement) => statement.entity === entity));
  if (one === undefined || other === undefined || statements.length !== BRANDS.length) {
    return ["there is not one statement of each party"];
  }
  return [
    ...(one.from === month && one.to === month && one.status === "paid" ? [] : ["its settlement is not paid"]),
    ...mirrorFaults(one, other),
    ...one.directions.flatMap((direction) => [...sumFaults(direction), ...bookedFaults(direction, accounts)]),
  ];
}

type Direction = SettlementStatement["directions"][number];

function mirrorFaults(one: SettlementStatement, other: SettlementStatement): string[] {
  const agree = [
    one.number === other.number,
    one.payable === other.receivable,
    one.receivable === other.payable,
    one.balance === -other.balance,
    one.balance === one.receivable - one.payable,
    textOf(one.directions) === textOf(other.directions),
    one.directions.length === BRANDS.length,
    one.directions.every(({ debtor, total }) => total === (debtor === one.entity ? one.payable : one.receivable)),
  ];
  return agree.every(Boolean) ? [] : ["the statements of the two parties do not mirror each other"];
}

/** In whatever order a statement shows the two directions: its own comes first. */
const textOf = (directions: readonly Direction[]): string =>
  JSON.stringify(
    directions.toSorted((a, b) => (a.debtor < b.debtor ? -1 : 1)),
    (_, value: unknown) => (typeof value === "bigint" ? formatAmount(value) : value),
  );

function sumFaults({ debtor, bonuses, total, vat, lines }: Direction): string[] {
  const agree = [
    bonuses === sum(lines.map((line) => line.bonuses)),
    total === sum(lines.map((line) => line.total)),
    vat === sum(lines.map((line) => line.vat)),
  ];
  return agree.every(Boolean) ? [] : [`what ${debtor} owes is not the sum of its lines`];
}

/** What the debtor's `due_to` and the creditor's `due_from` came to in the month. */
function bookedFaults({ debtor, creditor, bonuses }: Direction, accounts: readonly AccountRow[]): string[] {
  const moved = (entity: string, named: string) =>
    sum(accounts.filter((row) => row.entity === entity && row.account === named).map((row) => row.credit - row.debit));
  const books = [moved(debtor, `due_to:${creditor}`), -moved(creditor, `due_from:${debtor}`)];
  return books.every((amount) => amount === bonuses)
    ? []
    : [`${debtor} owes for ${formatAmount(bonuses)}, and the books say ${books.map(formatAmount).join(" and ")}`];
}

/** Closed months must be told as they were told when they had been closed, byte for byte. */
export function changedFaults(before: readonly MonthBooks[], after: ReadonlyMap<string, ReadonlyMap<string, string>>) {
  return before.flatMap(({ month, files }) =>
    [...files]
      .filter(([name, text]) => after.get(month)?.get(name) !== text)
      .map(([name]) => `${month}: its ${name} is not what it was when the month was closed`),
  );
}

/** What one owes the other by all settlements must be what stands between them in the books. */
export function owedFaults(months: readonly MonthBooks[]): string[] {
  const last = months.at(-1);
  if (last === undefined) return ["no month was closed"];
  return BRANDS.flatMap((debtor) => {
    const settled = settledBonuses(months, debtor);
    const booked = balanceOf(last.accounts, [`due_to:${otherBrand(debtor)}`], debtor);
    return settled === booked ? [] : [`${debtor} was settled for ${formatAmount(settled)} of ${formatAmount(booked)}`];
  });
}

/** The bonuses of a debtor in all settlements. */
export const settledBonuses = (months: readonly MonthBooks[], debtor: string): bigint =>
  sum(
    months.flatMap(({ statements }) =>
      (statements[0]?.directions ?? []).filter((each) => each.debtor === debtor).map(({ bonuses }) => bonuses),
    ),
  );

const rowsOf = <R extends { readonly entity: string }>(rows: readonly R[], entity: string): R[] =>
  rows.filter((row) => row.entity === entity);
