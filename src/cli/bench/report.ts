/** The table that a person reads, and the line that a program reads. */
import type { Figures } from "./figures.ts";

export interface Row {
  /** The name in the JSON. */
  readonly name: string;
  /** What it is, for a person. */
  readonly what: string;
  readonly figures: Figures;
  /** The least ratio to the yardstick that is aimed at. */
  readonly aim?: number;
}

const round = (value: number, places = 1): number | null =>
  Number.isFinite(value) ? Math.round(value * 10 ** places) / 10 ** places : null;

/** Prints all rows with their ratios to the yardstick. */
export function printTable(rows: readonly Row[], yardstick: number): void {
  console.log(
    `\n${"".padEnd(48)}${"per second".padStart(11)}${"ratio".padStart(8)}${"aim".padStart(7)}${"p50".padStart(9)}${"p95".padStart(9)}${"p99".padStart(9)}`,
  );
  for (const { what, figures, aim } of rows) {
    const cells = [
      String(Math.round(figures.perSecond)).padStart(11),
      (figures.perSecond / yardstick).toFixed(2).padStart(8),
      (aim === undefined ? "" : aim.toFixed(1)).padStart(7),
      ...[figures.p50, figures.p95, figures.p99].map((value) =>
        (Number.isFinite(value) ? value.toFixed(1) : "–").padStart(9),
      ),
    ];
    console.log(what.padEnd(48) + cells.join(""));
  }
  console.log("milliseconds; the ratio is to the median of the yardstick\n");
}

/** One JSON object of all named rows. */
export function jsonLine(rows: readonly Row[], yardstick: number): string {
  return JSON.stringify(
    Object.fromEntries(
      rows.map(({ name, figures }) => [
        name,
        {
          perSecond: round(figures.perSecond),
          ratio: round(figures.perSecond / yardstick, 2),
          p50: round(figures.p50, 2),
          p95: round(figures.p95, 2),
          p99: round(figures.p99, 2),
        },
      ]),
    ),
  );
}
