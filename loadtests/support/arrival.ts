/** Who comes next: each arrival has its number, and chance of its own. */
import { check } from "k6";
import exec from "k6/execution";
import { type Chance, chanceOf } from "./chance.ts";

export interface Arrival {
  readonly number: number;
  readonly chance: Chance;
}

/** The next arrival of this run; one that breaks off half way is a failure as well. */
export function arrive(come: (arrival: Arrival) => void): void {
  const number = exec.scenario.iterationInTest;
  let ended = false;
  try {
    come({ number, chance: chanceOf(number) });
    ended = true;
  } finally {
    check(ended, { "the visit went to its end": (is) => is });
  }
}
