/** The table that a person reads, and the line that a program reads. */
import { type Bound, verdictOf } from "./bounds.ts";
import { median, middleOf, type Run, totalOf } from "./figures.ts";

export interface Row {
  /** The name in the JSON. */
  readonly name: string;
  /** What it is, for a person. */
  readonly what: string;
  readonly runs: readonly Run[];
  /** The least ratio to the yardstick that is aimed at. */
  readonly aim?: number;
  /** What else it is to keep to. */
  readonly bound?: Bound;
}

const COLUMNS = ["per second", "of its runs", "ratio", "aim", "p50", "p95", "p99", "service", "database", "of both"];
const WIDTHS = [11, 15, 7, 6, 8, 8, 8, 9, 10, 13];
const NAME_WIDTH = 56;

const round = (value: number, places = 1): number | null =>
  Number.isFinite(value) ? Math.round(value * 10 ** places) / 10 ** places : null;

const text = (value: number, places: number): string => (Number.isFinite(value) ? value.toFixed(places) : "–");

/** The least and the most of several runs: what the machine does to a figure. */
function range(values: readonly number[], places: number): string {
  const known = values.filter((value) => Number.isFinite(value));
  return known.length === 0 ? "–" : `${Math.min(...known).toFixed(places)}–${Math.max(...known).toFixed(places)}`;
}

/** Processor time of a command, as the median of the runs. */
function cpuOf(runs: readonly Run[]) {
  const totals = runs.map(({ cpu }) => totalOf(cpu));
  return {
    service: median(runs.map(({ cpu }) => cpu.service)),
    database: median(runs.map(({ cpu }) => cpu.database)),
    total: median(totals),
    totals,
  };
}

/** Prints all rows with their ratios to the yardstick; `NaN` where it was not measured. */
export function printTable(rows: readonly Row[], yardstick: number): void {
  const line = (name: string, cells: readonly string[]) =>
    console.log(name.padEnd(NAME_WIDTH) + cells.map((cell, place) => cell.padStart(WIDTHS[place] ?? 0)).join(""));
  console.log("");
  line("", COLUMNS);
  for (const { what, runs, aim } of rows) {
    const { perSecond, p50, p95, p99 } = middleOf(runs);
    const cpu = cpuOf(runs);
    line(what, [
      perSecond.toFixed(0),
      range(
        runs.map((run) => run.perSecond),
        0,
      ),
      text(perSecond / yardstick, 2),
      aim === undefined ? "" : aim.toFixed(1),
      ...[p50, p95, p99].map((value) => text(value, 1)),
      ...[cpu.service, cpu.database].map((value) => text(value, 3)),
      range(cpu.totals, 2),
    ]);
  }
  console.log(
    [
      "",
      "Each row: the middle one of its runs, and the least and the most of them. Ratios are to the yardstick's median.",
      "p50, p95, p99: milliseconds. service, database, of both: milliseconds of processor time for one command, all that the",
      "processes did meanwhile included (vacuum, checkpoints); the load generator is not in it, save in the row in process.",
      "",
    ].join("\n"),
  );
}

/** Prints what the rows were to keep to, and whether they did. */
export function printVerdicts(rows: readonly Row[]): void {
  for (const row of rows) {
    const verdict = verdictOf(row, rows);
    if (verdict === undefined) continue;
    const { what, value, values, atMost, holds } = verdict;
    console.log(`${what}: ${value.toFixed(2)} (${range(values, 2)}), at most ${atMost}: ${holds ? "yes" : "NO"}`);
  }
}

/** One JSON object of all named rows. */
export function jsonLine(rows: readonly Row[], yardstick: number): string {
  return JSON.stringify(
    Object.fromEntries(
      rows.map((row) => {
        const { name, runs } = row;
        const verdict = verdictOf(row, rows);
        const { perSecond, p50, p95, p99 } = middleOf(runs);
        const rates = runs.map((run) => run.perSecond);
        const { service, database, total } = cpuOf(runs);
        return [
          name,
          {
            perSecond: round(perSecond),
            least: round(Math.min(...rates)),
            most: round(Math.max(...rates)),
            ratio: round(perSecond / yardstick, 2),
            p50: round(p50, 2),
            p95: round(p95, 2),
            p99: round(p99, 2),
            cpuMs: { service: round(service, 4), database: round(database, 4), total: round(total, 4) },
            ...(verdict && { bound: { value: round(verdict.value, 2), atMost: verdict.atMost, holds: verdict.holds } }),
          },
        ];
      }),
    ),
  );
}
