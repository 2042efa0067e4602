/**
 * The plan of a pickup: goods that were ordered with bonuses held for them, at today's prices. A price that has risen, or
 * stayed, is paid with what is held; where one has fallen, its line is bounded again by the rules under which it was
 * ordered, and the rest of what is held is given back. What is earned is judged by the day on which the goods are received.
 */
import { type Bonus, type Kopecks, maxOf, minOf, sum } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import type { Policy } from "../../policy/policy.ts";
import { earningTerms } from "../earned-lot.ts";
import { withinCapsAgain } from "./caps.ts";
import { type Basket, type Plan, planLine, price } from "./plan.ts";

/** What was agreed about the goods of a line of the basket. */
export interface Agreed {
  readonly unitPrice: Kopecks;
  /** Held for just these goods. */
  readonly held: Bonus;
}

const NOTHING: Agreed = { unitPrice: 0n, held: 0n };

/** `ordered`: the rules of the day of the order; `today`: of the day on which the goods are received. */
export interface PickupRules {
  readonly ordered: Policy;
  readonly today: Policy;
}

/** Plans a pickup; `agreed` has an entry for each line of the basket, in their order. `earns`: somebody is there to earn. */
export function planPickup(basket: Basket, agreed: readonly Agreed[], earns: boolean, rules: PickupRules): Plan {
  const { ordered, today } = rules;
  assert(agreed.length === basket.lines.length, "each line was agreed upon");
  const priced = price(basket, ordered);
  const wanted = priced.map(({ line, total, most }, index) => {
    const { unitPrice, held } = agreed[index] ?? NOTHING;
    const hasFallen = line.unitPrice < unitPrice;
    return { line, total, hasFallen, most: hasFallen ? minOf(held, most) : held };
  });
  const spends = withinCapsAgain(wanted, basket, ordered);
  const lines = priced.map((line, index) => {
    const spend = spends[index] ?? 0n;
    const isLess = spend < (wanted[index]?.most ?? 0n);
    // Bounds over lines say the most of a line where they have taken something off it, and nowhere else.
    const maxSpend = isLess ? spend : maxOf(spend, line.most);
    return planLine(basket, line, { maxSpend, spend }, earns, today);
  });
  const earned = sum(lines.map((line) => line.earn));
  const spend = sum(lines.map((line) => line.spend));
  return {
    lines,
    total: sum(lines.map((line) => line.total)),
    maxSpend: spend,
    spend,
    earned,
    terms: earned === 0n ? null : earningTerms(today, basket.occurredAt, basket.storeZone),
    reasons: [],
  };
}

/** Two plans on one receipt: what was ordered, and what is added at the till. */
export function joined(one: Plan, other: Plan): Plan {
  return {
    lines: [...one.lines, ...other.lines],
    total: one.total + other.total,
    maxSpend: one.maxSpend + other.maxSpend,
    spend: one.spend + other.spend,
    earned: one.earned + other.earned,
    terms: one.terms ?? other.terms,
    reasons: [...one.reasons, ...other.reasons],
  };
}
