/** Text for people: aligned tables, grouped digits, shares; and the proof, a line for each invariant. */
import { formatAmount } from "../../kernel/amount.ts";
import type { Proof } from "../client/wire.ts";

/** `1234567.5` thousand-grouped with spaces: `"1 234 567"`. */
export const grouped = (value: number | bigint | string): string => {
  const [whole = "", ...rest] = String(value).split(".");
  return [whole.replaceAll(/\B(?=(\d{3})+$)/g, " "), ...rest].join(".");
};

export const money = (minor: bigint): string => grouped(formatAmount(minor));

/** A share as a percentage with one decimal; a dash of nothing. */
export const share = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${((part / whole) * 100).toFixed(1)} %`;

export interface ReportRow {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

/** A heading, and its rows with the values in one right-aligned column. */
export function table(heading: string, rows: readonly ReportRow[]): string {
  const labels = Math.max(...rows.map(({ label }) => label.length));
  const values = Math.max(...rows.map(({ value }) => value.length));
  const lines = rows.map(({ label, value, note }) =>
    `  ${label.padEnd(labels)}  ${value.padStart(values)}${note === undefined ? "" : `  ${note}`}`.trimEnd(),
  );
  return [heading, ...lines, ""].join("\n");
}

/** Each invariant with what was looked at, and the places where one is broken. */
export function proofReport(proof: Proof): string {
  const rows = proof.invariants.map(({ name, holds, checked, wrong }) => ({
    label: `${holds ? "✓" : "✗"} ${name.replaceAll("_", " ")}`,
    value: grouped(checked),
    note: holds ? "checked" : `checked, ${grouped(wrong)} WRONG`,
  }));
  const broken = proof.invariants
    .filter(({ holds }) => !holds)
    .flatMap(({ name, statement, broken: places }) => [
      `  ${name}: ${statement}`,
      ...places.map((place) => `    ${JSON.stringify(place)}`),
    ]);
  const verdict = proof.holds ? "Every invariant holds.\n" : "THE LEDGER IS BROKEN.\n";
  return [table("Proof", rows).trimEnd(), ...broken, verdict].join("\n");
}

/** The amount of a figure of the proof, in hundredths; zero where there is none of that label. */
export function figureOf(proof: Proof, label: string): bigint {
  for (const { figures } of proof.invariants) {
    const found = figures.find((figure) => figure.label === label);
    if (found !== undefined) return BigInt(found.amount.replace(".", ""));
  }
  return 0n;
}
