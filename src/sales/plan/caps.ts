/** Bounds of what bonuses may pay of a category, and of a receipt: each line gives way in proportion to what it may bear. */
import { type Bonus, type Kopecks, maxOf, minOf, sum } from "../../kernel/amount.ts";
import { splitByLargestRemainder } from "../../kernel/rounding.ts";
import type { Policy, Scope } from "../../policy/policy.ts";
import type { SoldLine } from "../receipt/pricing.ts";

/** A line that stands on the same receipt already: what it costs, and what is spent on it. */
export type LineBefore = Pick<SoldLine, "category" | "total" | "spend">;

interface BoundLine {
  readonly line: { readonly category: string };
  readonly total: Kopecks;
  /** The most by the rules and the bound of the line itself. */
  readonly bounded: Bonus;
}

/**
 * The most of each line, within what the bounds of its category and then of the receipt leave after the lines that stand on
 * the receipt already. In whole kopecks: the parts of a bound add up to it.
 */
export function withinCaps(
  lines: readonly BoundLine[],
  before: readonly LineBefore[],
  { brand, channel }: Pick<Scope, "brand" | "channel">,
  policy: Policy,
): readonly Bonus[] {
  let most: readonly Bonus[] = lines.map((line) => line.bounded);
  if (policy.rules.burning.caps.length === 0) return most;
  const all = lines.map((_, index) => index);
  const costOf = (chosen: readonly number[]) => sum(chosen.map((index) => lines[index]?.total ?? 0n));
  for (const category of new Set(lines.map(({ line }) => line.category))) {
    const chosen = all.filter((index) => lines[index]?.line.category === category);
    const capOf = (total: Kopecks) => policy.cap("category", { brand, category, channel }, total);
    const ofCategory = before.filter((line) => line.category === category);
    most = bounded(most, chosen, capLeft(capOf, costOf(chosen), ofCategory));
  }
  const capOf = (total: Kopecks) => policy.cap("receipt", { brand, channel }, total);
  return bounded(most, all, capLeft(capOf, costOf(all), before));
}

/**
 * What a bound leaves for goods of a price. Never more than it lets be spent on them alone: a bound that is a share is not
 * raised by goods on the same receipt that took less than theirs.
 */
function capLeft(
  capOf: (total: Kopecks) => Bonus | undefined,
  total: Kopecks,
  before: readonly LineBefore[],
): Bonus | undefined {
  const alone = capOf(total);
  if (alone === undefined || before.length === 0) return alone;
  const together = capOf(total + sum(before.map((line) => line.total))) ?? alone;
  return maxOf(0n, minOf(alone, together - sum(before.map((line) => line.spend))));
}

/** What is to be spent on lines whose price has fallen, so that the bounds of categories and of the receipt are kept: the others stay. */
export function withinCapsAgain(
  lines: readonly (BoundLine & { readonly hasFallen: boolean })[],
  { brand, channel }: Pick<Scope, "brand" | "channel">,
  policy: Policy,
): readonly Bonus[] {
  const most = lines.map((line) => line.bounded);
  if (policy.rules.burning.caps.length === 0) return most;
  const reduce = (chosen: readonly number[], cap: Bonus | undefined) => {
    const of = (indexes: readonly number[]) => indexes.map((index) => most[index] ?? 0n);
    const fallen = chosen.filter((index) => lines[index]?.hasFallen === true);
    const over = cap === undefined ? 0n : sum(of(chosen)) - cap;
    if (over <= 0n || fallen.length === 0) return;
    const left = sum(of(fallen)) - minOf(over, sum(of(fallen)));
    const parts = splitByLargestRemainder(left, of(fallen));
    for (const [place, index] of fallen.entries()) most[index] = parts[place] ?? 0n;
  };
  const all = lines.map((_, index) => index);
  const costOf = (chosen: readonly number[]) => sum(chosen.map((index) => lines[index]?.total ?? 0n));
  for (const category of new Set(lines.map(({ line }) => line.category))) {
    const chosen = all.filter((index) => lines[index]?.line.category === category);
    reduce(chosen, policy.cap("category", { brand, category, channel }, costOf(chosen)));
  }
  reduce(all, policy.cap("receipt", { brand, channel }, costOf(all)));
  return most;
}

function bounded(most: readonly Bonus[], chosen: readonly number[], cap: Bonus | undefined): Bonus[] {
  const weights = chosen.map((index) => most[index] ?? 0n);
  const changed = [...most];
  if (cap === undefined || sum(weights) <= cap) return changed;
  const parts = splitByLargestRemainder(cap, weights);
  for (const [place, index] of chosen.entries()) changed[index] = parts[place] ?? 0n;
  return changed;
}
