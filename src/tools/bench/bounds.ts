/** What a row is to keep to besides its ratio to the yardstick, and whether it did. */
import { median, middleOf, type Run, totalOf } from "./figures.ts";

/** So much processor time of a command, in times of what another row takes; or so many milliseconds for 99 of 100. */
export type Bound =
  | { readonly of: "processor time"; readonly row: string; readonly atMost: number }
  | { readonly of: "p99"; readonly atMost: number };

interface Bounded {
  readonly name: string;
  readonly what: string;
  readonly runs: readonly Run[];
  readonly bound?: Bound;
}

export interface Verdict {
  readonly what: string;
  /** Of the median, and of the runs it is the median of. */
  readonly value: number;
  readonly values: readonly number[];
  readonly atMost: number;
  readonly holds: boolean;
}

/** What was measured of a row's bound; undefined where it has none, or what it needs is not known. */
export function verdictOf({ what, runs, bound }: Bounded, rows: readonly Bounded[]): Verdict | undefined {
  if (bound === undefined) return undefined;
  const { atMost } = bound;
  if (bound.of === "p99") {
    const value = middleOf(runs).p99;
    return { what: `${what}: p99, ms`, value, values: runs.map(({ p99 }) => p99), atMost, holds: value <= atMost };
  }
  const base = rows.find(({ name }) => name === bound.row);
  if (base === undefined) return undefined;
  const values = ratiosOf(runs, base.runs);
  const value = median(values);
  if (Number.isNaN(value)) return undefined;
  return { what: `${what}: processor time, in times of ${base.what}`, value, values, atMost, holds: value <= atMost };
}

/** Round by round: both were measured in turn, so that what else the machine did fell on both. */
const ratiosOf = (runs: readonly Run[], base: readonly Run[]): number[] =>
  runs.map(
    ({ cpu }, round) => totalOf(cpu) / totalOf(base[round]?.cpu ?? { service: Number.NaN, database: Number.NaN }),
  );
