/** The summary of a replay: every line of the file by its fate, the money, the bonuses, and the proof. */
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { figureOf, grouped, money, proofReport, type ReportRow, share, table } from "../client/report.ts";
import { FATES, type Fate } from "./fate.ts";
import { AFTERMATH_DAYS, type Outcome } from "./run.ts";
import type { SalesFile } from "./read.ts";
import { BRANDS } from "./shop.ts";

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

/** What has expired of the bonuses that these answers tell of: what was granted, and is neither used nor there. */
function expiredBy({ totals }: Outcome, left: Outcome["atTheEnd"]): bigint {
  const { granted, spent, bonusesBack, clawedBack } = totals;
  return granted - spent + bonusesBack - clawedBack - (left.pending + left.available + left.held - left.debt);
}

/** The summary for people. */
export function textSummary(outcome: Outcome, slice: Slice): string {
  return [
    "",
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
  const { receipts, returns, parkedReturns } = totals;
  const documents = receipts + returns + parkedReturns;
  return table(`Receipts, ${day(first)} to ${day(last)}`, [
    { label: "sales", value: grouped(receipts), note: `${money(totals.turnover)} ₽` },
    { label: "returns", value: grouped(returns), note: `${money(totals.moneyBack)} ₽ back in money` },
    {
      label: "  of them at the other brand",
      value: grouped(totals.returnsAtOtherBrand),
      note: share(totals.returnsAtOtherBrand, returns),
    },
    { label: "returns parked", value: grouped(parkedReturns) },
    { label: "members", value: grouped(totals.members) },
    { label: "penetration", value: share(totals.memberReceipts, receipts), note: "of sales have a member" },
    {
      label: "cross-brand",
      value: share(totals.crossBrandReceipts, totals.memberReceipts),
      note: "of members' sales are at the brand that did not register them",
    },
    {
      label: "receipts/s",
      value: grouped(Math.round(documents / Math.max(seconds, 0.001))),
      note: `${grouped(documents)} in ${seconds.toFixed(1)} s`,
    },
  ]);
}

function bonusesTable(outcome: Outcome, seed: string): string {
  const { totals, atTheEnd, aftermath, proof } = outcome;
  const crossing = BRANDS.flatMap((issuer) =>
    BRANDS.filter((seller) => seller !== issuer).map((seller) => ({
      label: `  of ${issuer} at ${seller}`,
      value: money(figureOf(proof, `${issuer} owes ${seller}`)),
      note: "less what returns gave back",
    })),
  );
  return table(`Bonuses (one member's receipt in three spends all it may, seed ${seed})`, [
    { label: "granted", value: money(totals.granted) },
    { label: "spent", value: money(totals.spent), note: `on ${grouped(totals.spendingReceipts)} receipts` },
    ...crossing,
    { label: "given back by returns", value: money(totals.bonusesBack) },
    { label: "clawed back by returns", value: money(totals.clawedBack) },
    { label: "  of it uncovered, became debt", value: money(totals.debtAdded) },
    { label: "expired by the last day", value: money(expiredBy(outcome, atTheEnd)) },
    { label: "left: waiting to become active", value: money(atTheEnd.pending) },
    { label: "left: available", value: money(atTheEnd.available) },
    { label: "left: debt", value: money(atTheEnd.debt), note: `of ${grouped(atTheEnd.debtors)} members` },
    ...(aftermath === null
      ? []
      : [
          { label: `expired ${AFTERMATH_DAYS} days later`, value: money(expiredBy(outcome, aftermath)) },
          { label: "  left then", value: money(aftermath.pending + aftermath.available) },
          { label: "  debt then", value: money(aftermath.debt) },
        ]),
  ]);
}

const day = (at: number): string => formatInstant(at).slice(0, 10);

/** The same for programs: one JSON object. */
export function jsonSummary(outcome: Outcome, slice: Slice): string {
  const { tally, totals, atTheEnd, aftermath, proof, seconds, split } = outcome;
  const documents = totals.receipts + totals.returns + totals.parkedReturns;
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
    receiptsPerSecond: Math.round(documents / Math.max(seconds, 0.001)),
    ...totals.entries(),
    expired: expiredBy(outcome, atTheEnd),
    left: atTheEnd,
    ...(aftermath === null ? {} : { aftermath: { ...aftermath, expired: expiredBy(outcome, aftermath) } }),
    spentAcrossBrands: Object.fromEntries(
      BRANDS.flatMap((issuer) =>
        BRANDS.filter((seller) => seller !== issuer).map((seller) => [
          `${issuer} at ${seller}`,
          figureOf(proof, `${issuer} owes ${seller}`),
        ]),
      ),
    ),
    proof,
  };
  return JSON.stringify(summary, (_, value: unknown) => (typeof value === "bigint" ? formatAmount(value) : value));
}
