/** Goods that were sold, unit by unit: what each was paid with, from which lots, and what it has earned. */
import { total } from "./amounts.ts";
import type { PlannedLine, Refusal } from "./plan.ts";
import { type Goods, unitsOf } from "./rules.ts";
import { firstOf, type Part, restOf } from "./parts.ts";

export interface Unit {
  readonly money: bigint;
  readonly bonuses: bigint;
  readonly earned: bigint;
  readonly parts: readonly Part[];
  /** Whether it has come back. */
  back: boolean;
}

export interface SoldLine {
  readonly goods: Goods;
  readonly units: readonly Unit[];
}

/** Some units of a line. */
export interface SomeOf {
  readonly lineId: string;
  readonly quantity: string;
}

/** Units of a line as it was paid: cheaper ones first; bonuses of lots in their order. */
export function soldLine({ goods, price, spend, earned }: PlannedLine, parts: readonly Part[]): SoldLine {
  const count = unitsOf(goods.quantity);
  const money = price - spend;
  const dearer = count - Number(money % BigInt(count));
  let left = parts;
  const units = Array.from({ length: count }, (_, index): Unit => {
    const paid = money / BigInt(count) + (index >= dearer ? 1n : 0n);
    const bonuses = price / BigInt(count) - paid;
    const own = firstOf(left, bonuses);
    left = restOf(left, bonuses);
    const until = (n: number) => (earned * BigInt(n)) / BigInt(count);
    return { money: paid, bonuses, earned: until(index + 1) - until(index), parts: own, back: false };
  });
  return { goods, units };
}

/** Gives each line of a plan its part of what was spent, in the order of both. */
export function soldLines(lines: readonly PlannedLine[], parts: readonly Part[]): SoldLine[] {
  let left = parts;
  return lines.map((line) => {
    const own = firstOf(left, line.spend);
    left = restOf(left, line.spend);
    return soldLine(line, own);
  });
}

/** How many units some of a line are; a refusal where it does not divide so. */
export function unitsIn(whole: string, some: string): number | Refusal {
  const divides = whole.includes(".") ? whole === some : !some.includes(".");
  return divides ? unitsOf(some) : { status: 422, code: "not_divisible" };
}

/** The first units that are with the customer still; a refusal where there are not so many. */
export function unitsToReturn(lines: readonly SoldLine[], asked: readonly SomeOf[]): Unit[] | Refusal {
  const found: Unit[] = [];
  for (const { lineId, quantity } of asked) {
    const line = lines.find(({ goods }) => goods.lineId === lineId);
    if (line === undefined) return { status: 422, code: "unknown_line" };
    const count = unitsIn(line.goods.quantity, quantity);
    if (typeof count !== "number") return count;
    const left = line.units.filter(({ back }) => !back);
    if (left.length < count) return { status: 409, code: "return_exceeds_sold" };
    found.push(...left.slice(0, count));
  }
  return found;
}

export const sumOf = (units: readonly Unit[], what: "money" | "bonuses" | "earned"): bigint =>
  total(units.map((unit) => unit[what]));
