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
  /** What is there, and may not be spent yet: it has just come from another account. */
  readonly cooling: Bonus;
  /** What is not active yet. */
  readonly pending: Bonus;
  readonly kind: BuyerKind;
  /** What whoever acts for the buyer may spend now; absent: the buyer acts for himself. */
  readonly limit?: Bonus | undefined;
}

/** `waiting`: a card that leads to nobody yet, and earns for whoever brings it. `blocked`: a member who may not spend. */
export type BuyerKind = "member" | "blocked" | "waiting" | "nobody";

/** Whether somebody is there to earn. */
export const mayEarn = (kind: BuyerKind, { rules }: Policy): boolean =>
  kind === "blocked" ? rules.earning.blockedMembersEarn : kind !== "nobody";

export interface PlannedLine extends SoldLine {
  readonly maxSpend: Bonus;
  readonly reasons: readonly ReasonCode[];
}

export interface Plan {
  readonly lines: readonly PlannedLine[];
  readonly total: Kopecks;
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
  readonly refused: "spending_unavailable" | "representative_limit" | "insufficient_bonuses" | "spend_over_limit";
  readonly maxSpend: Bonus;
}

/** Plans a purchase with so many bonuses asked, or with as many as can be. */
export function planPurchase(basket: Basket, buyer: Buyer, asked: Bonus | "max", policy: Policy): Plan | NoPlan {
  const priced = price(basket, policy);
  const most = withinCaps(priced, basket.before ?? [], basket, policy);
  const allowed = sum(most);
  const limit = buyer.limit ?? allowed;
  const maxSpend = minOf(minOf(allowed, buyer.spendable), limit);
  const spend = asked === "max" ? maxSpend : asked;
  if (buyer.kind === "blocked" && spend > 0n) return { refused: "spending_unavailable", maxSpend };
  if (buyer.limit !== undefined && spend > buyer.limit) return { refused: "representative_limit", maxSpend };
  if (spend > buyer.spendable) return { refused: "insufficient_bonuses", maxSpend };
  if (spend > allowed) return { refused: "spend_over_limit", maxSpend };
  // In proportion to what each line may bear, and never more than that: the spend does not exceed the sum of it.
  const spends = splitByLargestRemainder(spend, most);
  const earns = mayEarn(buyer.kind, policy);
  const lines = priced.map((line, index) => {
    return planLine(basket, line, { maxSpend: most[index] ?? 0n, spend: spends[index] ?? 0n }, earns, policy);
  });
  const earned = sum(lines.map((line) => line.earn));
  return {
    lines,
    total: sum(lines.map((line) => line.total)),
    maxSpend,
    spend,
    earned,
    terms: earned === 0n ? null : earningTerms(policy, basket.occurredAt, basket.storeZone),
    reasons: planReasons(allowed, maxSpend, buyer, earns),
  };
}

/** A line with its price, and what bonuses may pay of it whatever stands beside it on the receipt. */
export interface PricedLine {
  readonly line: LineInput;
  readonly total: Kopecks;
  /** Whether bonuses may pay for no goods of its kind. */
  readonly excluded: boolean;
  /** What bonuses may pay by the share alone. */
  readonly share: Bonus;
  /** The money that stays on its units. */
  readonly kept: Kopecks;
  /** The most by that share and that money. */
  readonly uncapped: Bonus;
  /** The same, within the bound of the line. */
  readonly most: Bonus;
}

/** Prices a basket, each line by itself. */
export const price = ({ brand, channel, lines }: Basket, policy: Policy): PricedLine[] =>
  lines.map((line) => {
    const scope = { brand, category: line.category, channel };
    const total = halfUpToKopeck(line.quantity, line.unitPrice);
    const rate = policy.burnShare(scope);
    const share = floorToKopeck(total, rate);
    const kept = policy.minimumMoneyPerUnit * unitsOf(line.quantity);
    const uncapped = line.noSpend ? 0n : maxOf(0n, minOf(share, total - kept));
    const most = minOf(uncapped, policy.cap("line", scope, total) ?? uncapped);
    return { line, total, excluded: rate.numerator === 0n, share, kept, uncapped, most };
  });

/** What bonuses pay of a line, and the most that they may. */
interface LineSpend {
  readonly maxSpend: Bonus;
  readonly spend: Bonus;
}

/** A line with what is spent on it: what the money paid for it earns, and why it is not more. */
export function planLine(
  { brand, channel }: Basket,
  priced: PricedLine,
  { maxSpend, spend }: LineSpend,
  earns: boolean,
  policy: Policy,
): PlannedLine {
  const { line, total } = priced;
  const { lineId, sku, category, quantity, unitPrice, noEarn, noSpend } = line;
  const rate = policy.earnRate({ brand, category, channel });
  const earn = noEarn || !earns ? 0n : floorToBonus(total - spend, rate);
  const reasons = lineReasons({ priced, maxSpend, earn, earns, earnsNothing: rate.numerator === 0n });
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
