/** Chance that repeats itself: the same seed gives the same town, to the last kopeck. */
import { hash128 } from "../../kernel/hash.ts";

export interface Chance {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  yes(probability: number): boolean;
}

/** A source of chance for one purpose, so that a change of one part of the town leaves the others as they are. */
export function chanceOf(seed: string, purpose: string): Chance {
  let state = Number.parseInt(hash128(`${seed}|${purpose}`).slice(0, 8), 16);
  // Mulberry32: small, and good enough for a town.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError("nothing to pick from");
      return list[int(0, list.length - 1)] as T;
    },
    yes: (probability) => next() < probability,
  };
}
