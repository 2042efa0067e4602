/** The summary of a replay: every line of the file by its fate, the money, the bonuses, and the proof. */
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { grouped, money, proofReport, type ReportRow, table } from "../report/report.ts";
import { bonusRows, receiptRows } from "../report/sales-report.ts";
import { FATES, type Fate } from "./fate.ts";
import type { SalesFile } from "./read.ts";
import { AFTERMATH_DAYS, type Outcome } from "./run.ts";

export interface Slice {
  readonly file: SalesFile;
  /** How many of the file's invoices were replayed, and the lines that they have. */
  readonly invoices: number;
  readonly lines: number;
  readonly seed: string;
}

/** Whether every line has its fate, none was refused, and the ledger proves. */
export const succeeded = ({ tally, proof }: Outcome, { lines }: Slice): boolean =>
  tally.total === lines && !tally.counts.has("refused") && proof.holds;

const HOW_IT_IS_READ = `How the file is read
  £1 is 100 ₽; times are taken as UTC; each brand has a store in each country, which keeps Moscow's days
  invoices with an even number are mvideo's, with an odd one eldorado's, cancellations by their own number
  a customer is a member from the first invoice on, registered by the brand of that invoice
  a cancellation is matched with the same customer's earlier sales of the product, the latest first
`;

/** The summary for people. */
export function textSummary(outcome: Outcome, slice: Slice): string {
  return [
    "",
    HOW_IT_IS_READ,
    linesTable(outcome, slice),
    receiptsTable(outcome),
    bonusesTable(outcome, slice.seed),
    proofReport(outcome.proof),
  ].join("\n");
}

function linesTable({ tally, split }: Outcome, { file, invoices, lines }: Slice): string {
  const fates = Object.keys(FATES) as Fate[];
  const rows: ReportRow[] = fates.map((fate) => ({
    label: FATES[fate],
    value: grouped(tally.counts.get(fate) ?? 0),
    ...(fate === "refused" && tally.refusals.size > 0
      ? { note: [...tally.refusals].map((pair) => pair.join(": ")).join(", ") }
      : {}),
  }));
  const complete = tally.total === lines;
  rows.push({
    label: "all lines by outcome",
    value: grouped(tally.total),
    note: complete ? "= lines read" : "NOT ALL LINES ARE ACCOUNTED FOR",
  });
  const part = lines === file.lines ? "the whole file" : `of ${grouped(file.lines)} in the file`;
  rows.push({ label: "lines read", value: grouped(lines), note: `in ${grouped(invoices)} invoices, ${part}` });
  const heading = "Lines of the file, by outcome";
  return table(
    split === 0 ? heading : `${heading} (${split} invoices of more than 500 lines became several receipts)`,
    rows,
  );
}

function receiptsTable({ totals, seconds, first, last }: Outcome): string {
  const rows = receiptRows(totals, seconds);
  rows.splice(3, 0, { label: "returns parked", value: grouped(totals.parkedReturns) });
  return table(`Receipts, ${day(first)} to ${day(last)}`, rows);
}

function bonusesTable({ totals, atTheEnd, aftermath, crossings, proof }: Outcome, seed: string): string {
  const rows = bonusRows(totals, atTheEnd, crossings, proof);
  if (aftermath !== null) {
    rows.push(
      { label: `expired ${AFTERMATH_DAYS} days later`, value: money(totals.expired(aftermath)) },
      { label: "  left then", value: money(aftermath.pending + aftermath.available) },
      { label: "  debt then", value: money(aftermath.debt) },
    );
  }
  return table(`Bonuses (one receipt of members in three spends all it may; seed ${seed})`, rows);
}

const day = (at: number): string => formatInstant(at).slice(0, 10);

/** The same for programs: one JSON object. */
export function jsonSummary(outcome: Outcome, slice: Slice): string {
  const { tally, totals, atTheEnd, aftermath, crossings, proof, seconds, split } = outcome;
  const summary = {
    succeeded: succeeded(outcome, slice),
    seed: slice.seed,
    linesInFile: slice.file.lines,
    linesRead: slice.lines,
    invoices: slice.invoices,
    invoicesSplit: split,
    linesByOutcome: Object.fromEntries(tally.counts),
    refusals: Object.fromEntries(tally.refusals),
    seconds: Number(seconds.toFixed(1)),
    receiptsPerSecond: Math.round(totals.documents / Math.max(seconds, 0.001)),
    ...totals.entries(),
    expired: totals.expired(atTheEnd),
    left: atTheEnd,
    ...(aftermath === null ? {} : { aftermath: { ...aftermath, expired: totals.expired(aftermath) } }),
    spentAcrossBrands: Object.fromEntries(
      crossings.map(({ issuer, seller, amount }) => [`${issuer} at ${seller}`, amount]),
    ),
    proof,
  };
  return JSON.stringify(summary, (_, value: unknown) => (typeof value === "bigint" ? formatAmount(value) : value));
}
