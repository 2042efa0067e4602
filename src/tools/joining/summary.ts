/** What a year with pairs is told as: how many, how alike, and what differs and may not. */
import { formatAmount } from "../../kernel/amount.ts";
import { grouped, money, proofReport, type ReportRow, table } from "../report/report.ts";
import { type Slice, succeeded } from "../replay/summary.ts";
import { type Likeness, LIKENESSES, type Likenesses } from "./compare.ts";
import type { Joining } from "./run.ts";

/** Whether both runs were good ones, each pair could be joined, parted and not joined again, and nothing differs that may not. */
export function joiningSucceeded({ pairs, without, joined, apart, comparison }: Joining, slice: Slice): boolean {
  const { merges, partings } = joined.joiner;
  const members = joined.outcome.totals.members - without.outcome.totals.members;
  return (
    [without, joined].every(({ outcome }) => succeeded(outcome, slice)) &&
    members === pairs.size &&
    merges.size > 0 &&
    partings.size === merges.size &&
    apart === partings.size &&
    comparison.faults.length === 0
  );
}

const HOW = `Every tenth customer is two members, one of each brand, until the middle of the year: then they become one, and part at three quarters of it
  whoever comes later is joined at once; whoever comes after three quarters stays two
  a receipt is of the seller's own card, while they are one of either's by chance
  every second of them spends only while they are one, from the second receipt on; the others spend in the run without what they have spent as two
`;

const MOST_FAULTS = 20;

export function joiningText(joining: Joining, slice: Slice): string {
  const { comparison, joined } = joining;
  const { faults } = comparison;
  const more = faults.length > MOST_FAULTS ? [`  and ${faults.length - MOST_FAULTS} more`] : [];
  const verdict = joiningSucceeded(joining, slice)
    ? "Nothing differs but by the rules.\n"
    : ["SOMETHING DIFFERS THAT MAY NOT:", ...faults.slice(0, MOST_FAULTS), ...more, ""].join("\n");
  return [
    "",
    HOW,
    countsTable(joining),
    likenessTable("Pairs, just before they part", comparison.beforeParting),
    likenessTable("Pairs, at the end of the year", comparison.atTheEnd),
    totalsTable(joining),
    proofReport(joined.outcome.proof),
    verdict,
  ].join("\n");
}

function countsTable({ pairs, without, joined, apart, comparison }: Joining): string {
  const good = [...joined.joiner.partings.values()].flatMap(({ madeGood }) => madeGood);
  const sum = (of: "paid" | "owed") => money(good.reduce((total, each) => total + each[of], 0n));
  const parted = [...joined.joiner.partings.values()].filter(({ madeGood }) => madeGood.length > 0).length;
  return table("Joined and parted", [
    { label: "members without", value: grouped(without.outcome.totals.members) },
    { label: "members with", value: grouped(joined.outcome.totals.members), note: `${grouped(pairs.size)} pairs` },
    { label: "merges", value: grouped(joined.joiner.merges.size) },
    { label: "partings", value: grouped(joined.joiner.partings.size), note: "each as much after it as before" },
    { label: "  of them with something to make good", value: grouped(parted) },
    { label: "  paid", value: sum("paid") },
    { label: "  owed", value: sum("owed") },
    { label: "never to be joined again", value: grouped(apart), note: "refused with cannot_link" },
    { label: "receipts and returns compared", value: grouped(comparison.receipts), note: "answered to the kopeck" },
    { label: "other customers compared", value: grouped(comparison.others), note: "balances to the kopeck" },
  ]);
}

function likenessTable(heading: string, { counts, ended }: Likenesses): string {
  const rows: ReportRow[] = (Object.keys(LIKENESSES) as Likeness[]).map((likeness) => ({
    label: likeness.replaceAll("_", " "),
    value: grouped(counts.get(likeness) ?? 0),
    note: LIKENESSES[likeness],
  }));
  rows.push({ label: "ended as two, and not as one", value: money(ended) });
  return table(heading, rows);
}

function totalsTable({ without, joined }: Joining): string {
  const rows = totalsOf(joined.outcome).map(([label, amount], place): ReportRow => {
    const other = totalsOf(without.outcome)[place]?.[1] ?? 0n;
    const note = amount === other ? "the same without" : `${money(other)} without: ${money(amount - other)} more`;
    return { label, value: money(amount), note };
  });
  return table("Bonuses", rows);
}

const totalsOf = ({ totals, atTheEnd, aftermath }: Joining["joined"]["outcome"]): [string, bigint][] => [
  ["granted", totals.granted],
  ["spent", totals.spent],
  ["given back by returns", totals.bonusesBack],
  ["clawed back by returns", totals.clawedBack],
  ["expired", totals.expired(atTheEnd)],
  ["left: waiting to become active", atTheEnd.pending],
  ["left: available", atTheEnd.available],
  ["left: debt", atTheEnd.debt],
  ...(aftermath === null
    ? []
    : ([
        ["expired at last", totals.expired(aftermath)],
        ["  debt then", aftermath.debt],
      ] satisfies [string, bigint][])),
];

/** The same for programs: one JSON object. */
export function joiningJson(joining: Joining, slice: Slice): string {
  const { pairs, without, joined, apart, comparison } = joining;
  const { merges, partings } = joined.joiner;
  const likeness = ({ counts, ended }: Likenesses) => ({ ...Object.fromEntries(counts), ended });
  const run = ({ outcome }: Joining["joined"]) => ({
    seconds: Number(outcome.seconds.toFixed(1)),
    members: outcome.totals.members,
    ...Object.fromEntries(totalsOf(outcome)),
    holds: outcome.proof.holds,
  });
  const summary = {
    succeeded: joiningSucceeded(joining, slice),
    pairs: pairs.size,
    merges: merges.size,
    partings: partings.size,
    apart,
    ...comparison,
    beforeParting: likeness(comparison.beforeParting),
    atTheEnd: likeness(comparison.atTheEnd),
    joined: run(joined),
    without: run(without),
  };
  return JSON.stringify(summary, (_, value: unknown) => (typeof value === "bigint" ? formatAmount(value) : value));
}
