/** The summary of a replay: every line of the file by its fate, the money, the bonuses, and the proof. */
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { grouped, money, proofReport, type ReportRow, table } from "../report/report.ts";
import { bonusRows, receiptRows } from "../report/sales-report.ts";
import { FATES, type Fate } from "./fate.ts";
import type { OrderTotals } from "./order-totals.ts";
import type { SalesFile } from "./read.ts";
import { AFTERMATH_DAYS, type Outcome } from "./run.ts";

export interface Slice {
  readonly file: SalesFile;
  /** How many of the file's invoices were replayed, and the lines that they have. */
  readonly invoices: number;
  readonly lines: number;
  readonly seed: string;
}

/** Whether every line has its fate, none was refused, all that orders held is accounted for, and the ledger proves. */
export const succeeded = ({ tally, orders, proof }: Outcome, { lines }: Slice): boolean =>
  tally.total === lines && !tally.counts.has("refused") && orders.complete && proof.holds;

const HOW_IT_IS_READ = `How the file is read
  £1 is 100 ₽; times are taken as UTC; each brand has a store in each country, which keeps Moscow's days
  invoices with an even number are mvideo's, with an odd one eldorado's, cancellations by their own number
  a customer is a member from the first invoice on, registered by the brand of that invoice
  a cancellation is matched with the same customer's earlier sales of the product, the latest first
`;

const HOW_ORDERS_ARE_READ = `  every tenth invoice of a member is ordered at the other brand and handed out by its own, several lines on two visits
`;

/** The summary for people. */
export function textSummary(outcome: Outcome, slice: Slice): string {
  return [
    "",
    outcome.orders.placed === 0 ? HOW_IT_IS_READ : HOW_IT_IS_READ + HOW_ORDERS_ARE_READ,
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

function receiptsTable({ totals, orders, seconds, first, last }: Outcome): string {
  const rows = receiptRows(totals, seconds);
  rows.splice(3, 0, { label: "returns parked", value: grouped(totals.parkedReturns) });
  if (orders.placed > 0) rows.splice(1, 0, ...orderRows(orders));
  return table(`Receipts, ${day(first)} to ${day(last)}`, rows);
}

function orderRows({ placed, inParts, pickups }: OrderTotals): ReportRow[] {
  return [
    { label: "  of them pickups", value: grouped(pickups), note: "goods of an order, handed out" },
    { label: "orders", value: grouped(placed), note: `${grouped(inParts)} of them handed out on two visits` },
  ];
}

/** What pickups have spent of what was held for their orders. */
function heldRow({ held, captured, released, complete }: OrderTotals): ReportRow {
  const back = released === 0n ? "" : `, ${money(released)} given back`;
  const note = complete ? `of ${money(held)} held for them${back}` : "NOT ALL THAT WAS HELD FOR THEM IS ACCOUNTED FOR";
  return { label: "  of it by pickups of orders", value: money(captured), note };
}

function bonusesTable({ totals, orders, atTheEnd, aftermath, crossings, proof }: Outcome, seed: string): string {
  const rows = bonusRows(totals, atTheEnd, crossings, proof);
  if (orders.placed > 0) rows.splice(2, 0, heldRow(orders));
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
  const { tally, totals, orders, atTheEnd, aftermath, crossings, proof, seconds, split } = outcome;
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
    orders,
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
