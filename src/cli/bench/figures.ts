/** Figures of one run: how many a second, and how long they took. */

export interface Figures {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Collects durations of a run that has a beginning and an end. */
export class Stopwatch {
  readonly #milliseconds: number[] = [];
  readonly #started = performance.now();

  /** Notes how long one took that began then. */
  note(began: number, times = 1): void {
    const took = performance.now() - began;
    for (let index = 0; index < times; index += 1) this.#milliseconds.push(took);
  }

  figures(): Figures {
    const seconds = (performance.now() - this.#started) / 1000;
    const sorted = Float64Array.from(this.#milliseconds).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { perSecond: sorted.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

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
