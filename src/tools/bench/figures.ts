/** Figures of one run: how many a second, how long they took, and what each cost the processor. */
import type { ProcessorTime } from "./cpu.ts";

export interface Figures {
  readonly count: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** A run, with the processor time of one command. */
export interface Run extends Figures {
  readonly cpu: ProcessorTime;
}

/** Collects durations of a run, which ends with the last of them. */
export class Stopwatch {
  readonly #milliseconds: number[] = [];
  readonly #started = performance.now();
  #ended = this.#started;

  /** Notes how long one took that began then. */
  note(began: number, times = 1): void {
    this.#ended = performance.now();
    const took = this.#ended - began;
    for (let index = 0; index < times; index += 1) this.#milliseconds.push(took);
  }

  figures(): Figures {
    const seconds = (this.#ended - this.#started) / 1000;
    const sorted = Float64Array.from(this.#milliseconds).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { count: sorted.length, perSecond: sorted.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}

/** `NaN` of no values. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (place: number) => sorted[place] ?? Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
};

/** The run whose rate is the median: its latencies belong together. */
export function middleOf(runs: readonly Run[]): Run {
  const middle = [...runs].sort((a, b) => a.perSecond - b.perSecond)[runs.length >> 1];
  if (middle === undefined) throw new RangeError("no run");
  return middle;
}

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
  /** Processor time so far. */
  readonly cpu: () => ProcessorTime;
}

/** What is measured: a run of so many seconds. */
export interface Measured {
  readonly once: (seconds: number) => Promise<Figures>;
  /** Makes what a run uses up, before it; no part of its figures. */
  readonly prepare?: (seconds: number) => Promise<void>;
}

/** Runs something several times, one after another; a shorter time before that warms up, and does not count. */
export async function measure(rounds: Rounds, once: Measured["once"]): Promise<Run[]> {
  const [runs = []] = await measureInTurn(rounds, [{ once }]);
  return runs;
}

/**
 * Runs several things in turn, round by round: what is compared with each other has the same data, and its share of
 * whatever else the machine does.
 */
export async function measureInTurn(rounds: Rounds, all: readonly Measured[]): Promise<Run[][]> {
  for (const each of all) await runOnce(each, Math.max(1, rounds.seconds / 3), rounds.cpu);
  const runs = all.map((): Run[] => []);
  for (let round = 0; round < rounds.rounds; round += 1) {
    for (const [place, each] of all.entries()) runs[place]?.push(await runOnce(each, rounds.seconds, rounds.cpu));
  }
  return runs;
}

async function runOnce({ once, prepare }: Measured, seconds: number, cpu: Rounds["cpu"]): Promise<Run> {
  await prepare?.(seconds);
  const before = cpu();
  const figures = await once(seconds);
  const after = cpu();
  const { count } = figures;
  const service = (after.service - before.service) / count;
  return { ...figures, cpu: { service, database: (after.database - before.database) / count } };
}

/** Processor time of a command, of both sides. The yardstick has no service: its total is the database's. */
export const totalOf = ({ service, database }: ProcessorTime): number =>
  database + (Number.isFinite(service) ? service : 0);

/** Keeps so many of a thing going at once, until the time is over. */
export async function keepGoing(
  atOnce: number,
  seconds: number,
  one: (worker: number) => Promise<void>,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: atOnce }, async (_, worker) => {
      while (performance.now() < end) await one(worker);
    }),
  );
}

/** Does a thing so many times, some of them at once. */
export async function repeat(times: number, one: (place: number) => Promise<void>, atOnce = 512): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, times) }, async () => {
      while (next < times) {
        next += 1;
        await one(next - 1);
      }
    }),
  );
}
