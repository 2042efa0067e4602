/** The tables of a real year's books, as pages show them: drawn from the figures of the run. */
import { readFileSync } from "node:fs";
import type { YearFigures } from "../../src/tools/books/year.ts";

const FIGURES = "docs/reference/year-of-sales.json";

export const yearFiguresShown = (): YearFigures => JSON.parse(readFileSync(FIGURES, "utf8")) as YearFigures;

const ENTITIES = ["mvideo", "eldorado"] as const;

/** `1234567.80` as pages write amounts: `1,234,567.80`; below zero with a minus sign. */
function shown(amount: string): string {
  const [whole = "", fraction = ""] = amount.replace("-", "−").split(".");
  return fraction === "" ? whole : `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
}

const count = (whole: number): string => String(whole).replaceAll(/\B(?=(\d{3})+$)/g, ",");

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, place) => (place === 0 ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n")
    .replaceAll("| --- |", "|---|")
    .replaceAll(" ---: |", "---:|");

/** By name: the tables that stand between `<!-- name -->` and `<!-- end -->`. */
export function yearTables(figures: YearFigures): ReadonlyMap<string, string> {
  return new Map([
    ["year", yearTable(figures)],
    ...ENTITIES.map((entity) => [`liability of ${entity}`, liabilityTable(figures, entity)] as const),
    ["trial balances", balanceTable(figures)],
    ["settlements", settlementTable(figures)],
    ["receipts", receiptTable(figures)],
    ["at the end", endTable(figures)],
  ]);
}

function yearTable({ months, settled, reconciliation: { brands } }: YearFigures): string {
  const last = months.at(-1);
  const of = (entity: string) => last?.entities[entity];
  const rows: [string, (entity: (typeof ENTITIES)[number]) => string][] = [
    ["debit balances = credit balances, at the end", (entity) => shown(of(entity)?.closing ?? "")],
    ["liability, at the end", (entity) => shown(of(entity)?.liability["closing"] ?? "")],
    ["owes the other for, in all settlements", (entity) => shown(settled[entity] ?? "")],
    ["receipts that agree with the ledger", (entity) => count(brands[entity]?.matched ?? 0)],
    ["lines that the ledger lacks: all of them put aside", (entity) => count(brands[entity]?.missing ?? 0)],
    ["receipts that differ in anything else", (entity) => count(brands[entity]?.others ?? 0)],
  ];
  return table(
    ["", ...ENTITIES],
    rows.map(([name, value]) => [name, ...ENTITIES.map(value)]),
  );
}

const COLUMNS = ["opening", "granted", "spent", "expired", "clawed_back", "repaid", "closing"] as const;

function liabilityTable({ months }: YearFigures, entity: string): string {
  return table(
    ["month", ...COLUMNS.map((name) => name.replace("_", " "))],
    months.map(({ month, entities }) => {
      const liability = entities[entity]?.liability ?? {};
      return [month, ...COLUMNS.map((name) => shown(liability[name] ?? ""))];
    }),
  );
}

function balanceTable({ months }: YearFigures): string {
  return table(
    ["month", ...ENTITIES.flatMap((entity) => [`${entity}: debits = credits`, "balances at its end, either side"])],
    months.map(({ month, entities }) => [
      month,
      ...ENTITIES.flatMap((entity) => [
        shown(entities[entity]?.turnover ?? ""),
        shown(entities[entity]?.closing ?? ""),
      ]),
    ]),
  );
}

function settlementTable({ months }: YearFigures): string {
  return table(
    [
      "month",
      "no.",
      "mvideo owes",
      "of it by credit notes",
      "eldorado owes",
      "of it by credit notes",
      "mvideo is paid",
    ],
    months.map(({ month, settlement: { number, owes, creditNotes, balance } }) => [
      month,
      `${number}`,
      ...ENTITIES.flatMap((entity) => [shown(owes[entity] ?? ""), shown(creditNotes[entity] ?? "")]),
      shown(balance["mvideo"] ?? ""),
    ]),
  );
}

const WHY: Readonly<Record<string, string>> = {
  parked: "comes back, as a whole or in part, of nothing that was sold before",
  stock_correction: "no sale: stock written off",
  adjustment: "no sale: an adjustment of the shop's books, or a price below zero",
  no_goods: "no sale: nothing on the line",
};

const receiptTable = ({ reconciliation: { aside } }: YearFigures): string =>
  table(
    ["put aside, since the line", "lines"],
    Object.entries(aside)
      .toSorted(([, one], [, other]) => other - one)
      .map(([why, lines]) => [WHY[why] ?? why, count(lines)]),
  );

function endTable({ ageing, breakage, observed = {} }: YearFigures): string {
  const ages = [...new Set(ENTITIES.flatMap((entity) => Object.keys(ageing[entity] ?? {})))].toSorted();
  return table(
    ["", ...ENTITIES],
    [
      ...ages.map((age) => [
        `granted \`${age}\` days ago`,
        ...ENTITIES.map((entity) => shown(ageing[entity]?.[age] ?? "0.00")),
      ]),
      [
        "of it taken to end unspent, by the assumption of a fifth",
        ...ENTITIES.map((entity) => shown(breakage[entity] ?? "")),
      ],
      [
        "ended unspent, of what was not taken back with its goods, when all had ended (`observed`)",
        ...ENTITIES.map((entity) => observed[entity] ?? ""),
      ],
    ],
  );
}
