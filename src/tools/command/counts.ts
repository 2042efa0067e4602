/** Whole numbers on a command line. */
import { InvalidArgumentError } from "commander";

/** Reads a whole number that is not below a bound; anything else is told to the person who typed it. */
export function atLeast(least: number): (text: string) => number {
  return (text) => {
    const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    if (count < least) throw new InvalidArgumentError(`must be a whole number, at least ${least}`);
    return count;
  };
}
