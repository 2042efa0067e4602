/**
 * Units of a line as sold: what each was paid with, in money and in bonuses, and what it has earned. Pure; everything is in
 * whole kopecks and hundredths of a bonus.
 */
import { type Bonus, type Kopecks, minOf, type Thousandths } from "../../kernel/amount.ts";
import { prefixShare, splitEvenly } from "../../kernel/rounding.ts";
import type { LineInput } from "./line.ts";

/** So many units at one price in money: a line that does not divide has two such groups. */
export interface UnitGroup {
  readonly units: bigint;
  readonly unitPrice: Kopecks;
}

/** A line as sold. */
export interface SoldLine extends LineInput {
  readonly total: Kopecks;
  readonly spend: Bonus;
  readonly earn: Bonus;
}

const ONE = 1000n;

const isWhole = (quantity: Thousandths): boolean => quantity % ONE === 0n;

/** A whole quantity is that many units; a fractional one is a single unit. */
export const unitsOf = (quantity: Thousandths): bigint => (isWhole(quantity) ? quantity / ONE : 1n);

/** How many units a part of a quantity is; undefined where the quantity does not divide so: units are never broken. */
export function unitsIn(quantity: Thousandths, part: Thousandths): bigint | undefined {
  const divides = isWhole(quantity) ? isWhole(part) : part === quantity;
  return divides ? unitsOf(part) : undefined;
}

/** What so many units of a quantity are. */
export const quantityOf = (quantity: Thousandths, units: bigint): Thousandths =>
  isWhole(quantity) ? units * ONE : quantity;

/** Prices in money of a line's units, the cheaper ones first; together they are exactly what the line was paid with. */
export function unitGroups(line: Pick<SoldLine, "quantity" | "total" | "spend">): UnitGroup[] {
  const units = unitsOf(line.quantity);
  const { base, dearer } = splitEvenly(line.total - line.spend, units);
  return [
    { units: units - dearer, unitPrice: base },
    { units: dearer, unitPrice: base + 1n },
  ].filter((group) => group.units > 0n);
}

/** What the first `count` units of a line were paid with and have earned. */
export interface UnitShare {
  readonly money: Kopecks;
  readonly bonuses: Bonus;
  readonly earned: Bonus;
}

/**
 * What was distributed to the first `count` units of a line, in the order of {@link unitGroups}.
 * Of all units it is the whole line, so a full return is exactly zero.
 */
export function firstUnits(
  line: Pick<SoldLine, "quantity" | "unitPrice" | "total" | "spend" | "earn">,
  count: bigint,
): UnitShare {
  const units = unitsOf(line.quantity);
  if (count === units) return { money: line.total - line.spend, bonuses: line.spend, earned: line.earn };
  let money = 0n;
  let left = count;
  for (const group of unitGroups(line)) {
    const taken = minOf(left, group.units);
    money += taken * group.unitPrice;
    left -= taken;
  }
  return { money, bonuses: count * line.unitPrice - money, earned: prefixShare(line.earn, count, units) };
}
