/**
 * The plan of a purchase: what each line costs, the most of it that bonuses may pay, how what is asked is split over lines
 * and units in whole kopecks, what is earned and when it becomes active, and why something is not. Pure, and the only
 * place that says so: a quote shows it, a purchase carries it out.
 */
import { type Bonus, type Kopecks, maxOf, minOf, sum } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import { floorToBonus, floorToKopeck, halfUpToKopeck, splitByLargestRemainder } from "../../kernel/rounding.ts";
import type { Brand } from "../../ledger/account.ts";
import type { Policy } from "../../policy/policy.ts";
import type { Channel } from "../../policy/schema.ts";
import { type EarningTerms, earningTerms } from "../earned-lot.ts";
import type { LineInput } from "../receipt/line.ts";
import { type SoldLine, unitsOf } from "../receipt/pricing.ts";
import { type LineBefore, withinCaps } from "./caps.ts";
import { lineReasons, type PlanReason, planReasons, type ReasonCode } from "./reasons.ts";

/** What is to be sold. */
export interface Basket {
  readonly brand: Brand;
  readonly channel: Channel;
  readonly lines: readonly LineInput[];
  /** What stands on the same receipt already, and shares its bounds; absent: nothing. */
  readonly before?: readonly LineBefore[];
  readonly occurredAt: Instant;
  readonly storeZone: string;
}

/** Who buys, as far as the plan is concerned. */
export interface Buyer {
  /** What this seller may take; zero without a member. */
  readonly spendable: Bonus;
  /** What is there, and this seller may not take yet: the rollout does not let it. */
  readonly withheld: Bonus;
  /** What is not active yet. */
  readonly pending: Bonus;
  /** `waiting`: a card that leads to nobody yet, and earns for whoever brings it. */
  readonly kind: "member" | "waiting" | "nobody";
}

export interface PlannedLine extends SoldLine {
  readonly maxSpend: Bonus;
  readonly reasons: readonly ReasonCode[];
}

export interface Plan {
  readonly lines: readonly PlannedLine[];
  readonly total: Kopecks;
  /** The most that bonuses may pay by the rules, whatever there is. */
  readonly allowed: Bonus;
  /** The most that they can: by the rules, and by what this seller may take. */
  readonly maxSpend: Bonus;
  readonly spend: Bonus;
  readonly earned: Bonus;
  /** Null where nothing is earned. */
  readonly terms: EarningTerms | null;
  readonly reasons: readonly PlanReason[];
}

/** Why what is asked cannot be spent. */
export interface NoPlan {
  readonly refused: "insufficient_bonuses" | "spend_over_limit";
  readonly maxSpend: Bonus;
}

/** Plans a purchase with so many bonuses asked, or with as many as can be. */
export function planPurchase(basket: Basket, buyer: Buyer, asked: Bonus | "max", policy: Policy): Plan | NoPlan {
  const priced = price(basket, policy);
  const allowed = sum(priced.map((line) => line.maxSpend));
  const maxSpend = minOf(allowed, buyer.spendable);
  const spend = asked === "max" ? maxSpend : asked;
  if (spend > buyer.spendable) return { refused: "insufficient_bonuses", maxSpend };
  if (spend > allowed) return { refused: "spend_over_limit", maxSpend };
  const lines = distribute(basket, priced, spend, buyer.kind !== "nobody", policy);
  const earned = sum(lines.map((line) => line.earn));
  return {
    lines,
    total: sum(lines.map((line) => line.total)),
    allowed,
    maxSpend,
    spend,
    earned,
    terms: earned === 0n ? null : earningTerms(policy, basket.occurredAt, basket.storeZone),
    reasons: planReasons(allowed, maxSpend, buyer),
  };
}

/** A line with its price, before anything is spent. */
export interface PricedLine {
  readonly line: LineInput;
  readonly total: Kopecks;
  /** Whether bonuses may pay for no goods of its kind. */
  readonly excluded: boolean;
  /** What bonuses may pay by the share alone. */
  readonly share: Bonus;
  /** The money that stays on its units. */
  readonly kept: Kopecks;
  /** The most by the rules of the line itself. */
  readonly most: Bonus;
  /** The same, within the bound of the line. */
  readonly bounded: Bonus;
  /** Within all bounds. */
  readonly maxSpend: Bonus;
}

/** Prices a basket: what the rules let bonuses pay of each line. */
export function price({ brand, channel, lines, before = [] }: Basket, policy: Policy): PricedLine[] {
  const own = lines.map((line) => {
    const scope = { brand, category: line.category, channel };
    const total = halfUpToKopeck(line.quantity, line.unitPrice);
    const rate = policy.burnShare(scope);
    const share = floorToKopeck(total, rate);
    const kept = policy.minimumMoneyPerUnit * unitsOf(line.quantity);
    const most = line.noSpend ? 0n : maxOf(0n, minOf(share, total - kept));
    const bounded = minOf(most, policy.cap("line", scope, total) ?? most);
    return { line, category: line.category, total, excluded: rate.numerator === 0n, share, kept, most, bounded };
  });
  const spends = withinCaps(own, before, { brand, channel }, policy);
  return own.map(({ line, total, excluded, share, kept, most, bounded }, index) => {
    return { line, total, excluded, share, kept, most, bounded, maxSpend: spends[index] ?? 0n };
  });
}

/**
 * Splits a spend over lines in proportion to what each may bear (it does not exceed the sum of that), in whole kopecks by
 * the largest remainder, ties by the order of lines; and tells what the money paid for each earns.
 */
function distribute(
  basket: Basket,
  priced: readonly PricedLine[],
  spend: Bonus,
  earns: boolean,
  policy: Policy,
): PlannedLine[] {
  const spends = splitByLargestRemainder(
    spend,
    priced.map((line) => line.maxSpend),
  );
  return priced.map((line, index) => planLine(basket, line, spends[index] ?? 0n, earns, policy));
}

/** A line with what is spent on it: what the money paid for it earns, and why it is not more. */
export function planLine(
  { brand, channel }: Basket,
  priced: PricedLine,
  spend: Bonus,
  earns: boolean,
  policy: Policy,
): PlannedLine {
  const { line, total, excluded, share, kept, most, bounded, maxSpend } = priced;
  const { lineId, sku, category, quantity, unitPrice, noEarn, noSpend } = line;
  const rate = policy.earnRate({ brand, category, channel });
  const earn = noEarn || !earns ? 0n : floorToBonus(total - spend, rate);
  const facts = { line, total, excluded, share, kept, most, bounded, maxSpend, earn };
  const reasons = lineReasons(facts, earns, rate.numerator === 0n);
  return {
    lineId,
    sku,
    category,
    quantity,
    unitPrice,
    noEarn,
    noSpend,
    total,
    spend,
    earn,
    maxSpend,
    reasons,
  };
}
