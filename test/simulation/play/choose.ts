/** How the small numbers of a history choose among what there is. */
import type { LineChoice, Wish } from "../commands.ts";
import type { SomeOf } from "../model/goods.ts";
import { planOf } from "../model/plan.ts";
import { type Asked, type Goods, mostOf } from "../model/rules.ts";
import { total } from "../model/amounts.ts";

/** Mostly one of those that suit, if there is any, and of them often one that is liked best; now and then one of all. */
export function choose<T>(
  pick: number,
  all: readonly T[],
  suits: (one: T) => boolean,
  liked: (one: T) => boolean = () => true,
): T | undefined {
  const suited = pick % 12 === 0 ? all : all.filter(suits);
  const best = pick % 2 === 0 ? suited : suited.filter(liked);
  const from = best.length === 0 ? suited : best;
  return from[Math.floor(pick / 12) % Math.max(1, from.length)];
}

export const goodsOf = (wished: readonly Omit<Goods, "lineId" | "sku">[], prefix = ""): Goods[] =>
  wished.map((goods, index) => ({ lineId: `${prefix}${index + 1}`, sku: `sku-${prefix}${index + 1}`, ...goods }));

/** So much of a wish as an amount. */
export function askedOf(wish: Wish, goods: readonly Goods[], spendable: bigint): Asked {
  if (wish === "max") return wish;
  if (wish === "none") return 0n;
  if (wish === "over_limit") return total(goods.map(mostOf)) + 1n;
  if (wish === "too_many") return spendable + 1n;
  const most = planOf(goods, spendable, "max");
  return "code" in most ? 0n : (most.maxSpend * BigInt(wish)) / 1000n;
}

interface Available {
  readonly goods: Goods;
  /** Units that are there. */
  readonly units: number;
}

/** Some of these lines, each once; nearly always so many as there are, or fewer. */
export function linesOf(choice: LineChoice, available: readonly Available[]): SomeOf[] {
  const chosen = new Map<string, SomeOf>();
  const there = available.filter(({ units }) => units > 0);
  const from = there.length === 0 ? available : there;
  for (const { line, units } of choice) {
    const one = from[line % Math.max(1, from.length)];
    if (one === undefined) break;
    const { lineId, quantity } = one.goods;
    const count = units === 9 ? one.units + 1 : 1 + (units % Math.max(1, one.units));
    chosen.set(lineId, { lineId, quantity: quantity.includes(".") ? quantity : `${count}` });
  }
  return [...chosen.values()];
}
