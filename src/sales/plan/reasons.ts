/** Why a plan is not more: codes for programs, words for cashiers and members. */
import { type Bonus, minOf } from "../../kernel/amount.ts";
import type { Buyer, PricedLine } from "./plan.ts";

/** The closed list, with the words in both languages. */
export const REASONS = {
  category_takes_no_bonuses: {
    en: "Bonuses cannot pay for goods of this category.",
    ru: "Товары этой категории нельзя оплатить бонусами.",
  },
  line_takes_no_bonuses: {
    en: "Bonuses cannot pay for this item.",
    ru: "Этот товар нельзя оплатить бонусами.",
  },
  money_kept: {
    en: "At least the minimum must be paid in money for each unit.",
    ru: "За каждую единицу нужно доплатить хотя бы минимальную сумму деньгами.",
  },
  bounded: {
    en: "The category or the receipt has a bound of its own for bonuses.",
    ru: "Для этой категории или чека действует отдельное ограничение на бонусы.",
  },
  category_earns_nothing: {
    en: "Goods of this category earn no bonuses.",
    ru: "За товары этой категории бонусы не начисляются.",
  },
  line_earns_nothing: {
    en: "This item earns no bonuses.",
    ru: "За этот товар бонусы не начисляются.",
  },
  too_little_to_earn: {
    en: "The money paid for it is too little for a whole bonus.",
    ru: "Оплаченной деньгами суммы не хватает на целый бонус.",
  },
  no_member: {
    en: "No card was presented: nothing is earned and nothing can be spent.",
    ru: "Карта не предъявлена: бонусы не начисляются и не списываются.",
  },
  card_unknown: {
    en: "The card is not registered yet: what it earns waits for its owner, and nothing can be spent.",
    ru: "Карта ещё не зарегистрирована: бонусы будут ждать владельца, списать пока нечего.",
  },
  spending_unavailable: {
    en: "Bonuses cannot be spent on this receipt.",
    ru: "На этот чек бонусы списать нельзя.",
  },
  earning_unavailable: {
    en: "This receipt earns no bonuses.",
    ru: "За этот чек бонусы не начисляются.",
  },
  not_active_yet: {
    en: "Some bonuses are not active yet.",
    ru: "Часть бонусов ещё не активна.",
  },
  not_at_this_brand_yet: {
    en: "Bonuses of another brand cannot be spent here yet.",
    ru: "Бонусы другой сети здесь пока нельзя списать.",
  },
  cooling_off: {
    en: "Bonuses of an account that was linked a moment ago can be spent later.",
    ru: "Бонусы недавно присоединённого счёта можно будет списать позже.",
  },
  limited_for_representative: {
    en: "Whoever acts for the member may spend no more.",
    ru: "Представитель не может списать больше.",
  },
  limited_by_balance: {
    en: "There are fewer bonuses than the rules would let be spent.",
    ru: "Бонусов меньше, чем можно было бы списать по правилам.",
  },
} as const satisfies Record<string, { readonly en: string; readonly ru: string }>;

export type ReasonCode = keyof typeof REASONS;
export const REASON_CODES = Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]];

/** Why the plan as a whole is not more, and how much that is, where it can be told. */
export interface PlanReason {
  readonly code: ReasonCode;
  readonly amount: Bonus | null;
}

interface LineFacts {
  readonly priced: PricedLine;
  readonly maxSpend: Bonus;
  readonly earn: Bonus;
  /** Whether anybody is there to earn. */
  readonly earns: boolean;
  /** Whether goods of its kind earn nothing. */
  readonly earnsNothing: boolean;
}

/** Why a line takes fewer bonuses, or earns fewer, than one might think; in the order of this file. */
export function lineReasons({ priced, maxSpend, earn, earns, earnsNothing }: LineFacts): ReasonCode[] {
  const reasons = spendReasons(priced, maxSpend);
  if (!earns) return reasons;
  if (priced.line.noEarn) reasons.push("line_earns_nothing");
  else if (earnsNothing) reasons.push("category_earns_nothing");
  else if (earn === 0n) reasons.push("too_little_to_earn");
  return reasons;
}

function spendReasons(
  { line, total, excluded, share, kept, uncapped, most }: PricedLine,
  maxSpend: Bonus,
): ReasonCode[] {
  // More was agreed than the rules let now: none of them stands in its way.
  if (maxSpend > most) return [];
  if (line.noSpend) return ["line_takes_no_bonuses"];
  if (excluded) return ["category_takes_no_bonuses"];
  const reasons: ReasonCode[] = [];
  if (share > total - kept) reasons.push("money_kept");
  if (maxSpend < uncapped) reasons.push("bounded");
  return reasons;
}

/** Why no more can be spent or earned, of the whole. */
export function planReasons(allowed: Bonus, maxSpend: Bonus, buyer: Buyer, earns: boolean): PlanReason[] {
  if (buyer.kind === "nobody") return [{ code: "no_member", amount: null }];
  if (buyer.kind === "waiting") return [{ code: "card_unknown", amount: null }];
  if (buyer.kind === "blocked") {
    const codes = ["spending_unavailable", ...(earns ? [] : (["earning_unavailable"] as const))] as const;
    return codes.map((code) => ({ code, amount: null }));
  }
  const reasons: PlanReason[] = [];
  const isLimited = buyer.limit !== undefined && buyer.limit < minOf(allowed, buyer.spendable);
  if (isLimited) reasons.push({ code: "limited_for_representative", amount: maxSpend });
  else if (maxSpend < allowed) reasons.push({ code: "limited_by_balance", amount: allowed - maxSpend });
  const waits = !isLimited && maxSpend < allowed && buyer.pending > 0n;
  if (waits) reasons.push({ code: "not_active_yet", amount: buyer.pending });
  if (buyer.cooling > 0n) reasons.push({ code: "cooling_off", amount: buyer.cooling });
  if (buyer.withheld > 0n) reasons.push({ code: "not_at_this_brand_yet", amount: buyer.withheld });
  return reasons;
}
