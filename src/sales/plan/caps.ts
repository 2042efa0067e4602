/** Bounds of what bonuses may pay of a category, and of a receipt: lines give way in proportion to what each may bear. */
import { type Bonus, type Kopecks, maxOf, minOf, sum } from "../../kernel/amount.ts";
import { splitByLargestRemainder } from "../../kernel/rounding.ts";
import type { Policy, Scope } from "../../policy/policy.ts";
import type { SoldLine } from "../receipt/pricing.ts";

/** A line that stands on the same receipt already: what it costs, and what is spent on it. */
export type LineBefore = Pick<SoldLine, "category" | "total" | "spend">;

interface CappedLine {
  readonly line: { readonly category: string };
  readonly total: Kopecks;
  /** The most by the line itself, whatever the bounds over lines. */
  readonly most: Bonus;
}

type Place = Pick<Scope, "brand" | "channel">;

/**
 * The most of each line, within what the bounds of its category and then of the receipt leave after the lines that stand on
 * the receipt already. In whole kopecks: the parts of a bound add up to it.
 */
export function withinCaps(
  lines: readonly CappedLine[],
  before: readonly LineBefore[],
  place: Place,
  policy: Policy,
): readonly Bonus[] {
  return underEachCap(lines, place, policy, (most, { chosen, total, capOf, category }) => {
    const standing = category === undefined ? before : before.filter((line) => line.category === category);
    return reduced(most, chosen, capLeft(capOf, total, standing));
  });
}

/** What is to be spent on lines whose price has fallen, so that the bounds of categories and of the receipt are kept: the others stay. */
export function withinCapsAgain(
  lines: readonly (CappedLine & { readonly hasFallen: boolean })[],
  place: Place,
  policy: Policy,
): readonly Bonus[] {
  const hasFallen = (index: number) => lines[index]?.hasFallen === true;
  return underEachCap(lines, place, policy, (most, { chosen, total, capOf }) => {
    const cap = capOf(total);
    const others = chosen.filter((index) => !hasFallen(index));
    const left = cap === undefined ? undefined : maxOf(0n, cap - sum(amountsOf(most, others)));
    return reduced(most, chosen.filter(hasFallen), left);
  });
}

type CapOf = (total: Kopecks) => Bonus | undefined;

/** The lines that one bound is for. */
interface Group {
  /** Their places. */
  readonly chosen: readonly number[];
  readonly total: Kopecks;
  /** The bound, of goods that cost so much. */
  readonly capOf: CapOf;
  /** Undefined: all lines of the receipt. */
  readonly category: string | undefined;
}

/** Applies the bound of each category, then that of the receipt, to what the lines may bear by themselves. */
function underEachCap(
  lines: readonly CappedLine[],
  { brand, channel }: Place,
  policy: Policy,
  reduce: (most: readonly Bonus[], group: Group) => readonly Bonus[],
): readonly Bonus[] {
  let most: readonly Bonus[] = lines.map((line) => line.most);
  if (policy.rules.burning.caps.length === 0) return most;
  const all = lines.map((_, index) => index);
  const totalOf = (chosen: readonly number[]) => sum(chosen.map((index) => lines[index]?.total ?? 0n));
  for (const category of new Set(lines.map(({ line }) => line.category))) {
    const chosen = all.filter((index) => lines[index]?.line.category === category);
    const capOf: CapOf = (total) => policy.cap("category", { brand, category, channel }, total);
    most = reduce(most, { chosen, total: totalOf(chosen), capOf, category });
  }
  const capOf: CapOf = (total) => policy.cap("receipt", { brand, channel }, total);
  return reduce(most, { chosen: all, total: totalOf(all), capOf, category: undefined });
}

/**
 * What a bound leaves for goods of a price. Never more than it lets be spent on them alone: a bound that is a share is not
 * raised by goods on the same receipt that took less than theirs.
 */
function capLeft(capOf: CapOf, total: Kopecks, before: readonly LineBefore[]): Bonus | undefined {
  const alone = capOf(total);
  if (alone === undefined || before.length === 0) return alone;
  const together = capOf(total + sum(before.map((line) => line.total))) ?? alone;
  return maxOf(0n, minOf(alone, together - sum(before.map((line) => line.spend))));
}

/** The same amounts, those of the chosen lines reduced so that together they are no more than a cap. */
function reduced(most: readonly Bonus[], chosen: readonly number[], cap: Bonus | undefined): readonly Bonus[] {
  const weights = amountsOf(most, chosen);
  if (cap === undefined || sum(weights) <= cap) return most;
  const parts = splitByLargestRemainder(cap, weights);
  const changed = [...most];
  for (const [place, index] of chosen.entries()) changed[index] = parts[place] ?? 0n;
  return changed;
}

const amountsOf = (most: readonly Bonus[], chosen: readonly number[]): Bonus[] =>
  chosen.map((index) => most[index] ?? 0n);
