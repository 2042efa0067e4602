/** What a year's books have come to, for people. */
import { BRANDS } from "../client/brands.ts";
import { FATES } from "../replay/fate.ts";
import { grouped, type ReportRow, table } from "../report/report.ts";
import type { YearFigures } from "./year.ts";

/** Everything of the books, and what does not hold of them. */
export function booksText(figures: YearFigures, faults: readonly string[]): string {
  return [
    ...BRANDS.map((entity) => liabilityText(figures, entity)),
    settlementText(figures),
    reconciliationText(figures),
    verdict(figures, faults),
  ].join("\n");
}

function liabilityText({ months }: YearFigures, entity: string): string {
  const rows = months.map(({ month, entities }) => {
    const { liability, turnover, closing } = entities[entity] ?? { liability: {}, turnover: "", closing: "" };
    const { opening = "", closing: closes = "", ...changes } = liability;
    const moved = Object.entries(changes).filter(([, amount]) => amount !== "0.00");
    const told = moved.map(([name, amount]) => `${name.replaceAll("_", " ")} ${grouped(amount)}`).join(", ");
    const balance = `debits = credits ${grouped(turnover)}, balances ${grouped(closing)}`;
    return { label: month, value: grouped(closes), note: `= ${grouped(opening)} ${told}; ${balance}` };
  });
  return table(`Liability of ${entity} at the end of each month`, rows);
}

function settlementText({ months, settled }: YearFigures): string {
  const rows: ReportRow[] = months.map(({ month, settlement: { number, owes, creditNotes, balance } }) => ({
    label: `${month}, no. ${number}`,
    value: grouped(balance["mvideo"] ?? ""),
    note: `eldorado owes ${grouped(owes["eldorado"] ?? "")}, mvideo ${grouped(owes["mvideo"] ?? "")}; by credit notes ${grouped(creditNotes["eldorado"] ?? "")} and ${grouped(creditNotes["mvideo"] ?? "")}`,
  }));
  const all = Object.entries(settled).map(([entity, amount]) => `${entity} for ${grouped(amount)}`);
  return table(`Settlements, paid: what mvideo is owed; in all months ${all.join(", ")} bonuses`, rows);
}

function reconciliationText({ reconciliation: { brands, aside } }: YearFigures): string {
  const rows: ReportRow[] = Object.entries(brands).map(([brand, { lines, matched, missing, others }]) => ({
    label: `lines of ${brand}`,
    value: grouped(lines),
    note: `${grouped(matched)} agree, ${grouped(missing)} are not in the ledger, ${grouped(others)} differ`,
  }));
  for (const [why, count] of Object.entries(aside)) {
    rows.push({
      label: `  ${FATES[why as keyof typeof FATES]}`,
      value: grouped(count),
      note: "put aside by the replay",
    });
  }
  return table("The shop's receipts against the ledger", rows);
}

function verdict({ months }: YearFigures, faults: readonly string[]): string {
  if (faults.length > 0) return ["THE BOOKS DO NOT HOLD.", ...faults.map((fault) => `  ${fault}`), ""].join("\n");
  return `Closed months: ${months.length}. Debits are credits, the liability rolls forward, statements mirror each other and are what the books
say, closed months are told as they were when they were closed, and the ledger lacks exactly the lines that were put aside.
`;
}
