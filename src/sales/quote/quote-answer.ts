/** A quote as it is shown: to a customer before they pay, and inside the problem of a sale whose quote no longer holds. */
import { z } from "@hono/zod-openapi";
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant, type Instant, MINUTE_MS } from "../../kernel/clock.ts";
import type { Policy } from "../../policy/policy.ts";
import { buyerOf } from "../plan/buyer.ts";
import { type Basket, type Plan, type PlannedLine, planPurchase } from "../plan/plan.ts";
import { REASON_CODES, REASONS } from "../plan/reasons.ts";
import { UnitGroups, unitsAnswer } from "../plan/units-answer.ts";
import { type Customer, quoteIdOf } from "./quote-id.ts";

const Reason = z
  .strictObject({
    code: z.enum(REASON_CODES),
    /** Of one line; absent: of the whole. */
    lineId: z.string().optional(),
    amount: AmountText.optional(),
    message: z.strictObject({ en: z.string(), ru: z.string() }),
  })
  .openapi("Reason", { description: "Why no more can be spent or earned, for programs and for people." });

const QuotedLine = z
  .strictObject({
    lineId: z.string(),
    total: AmountText,
    maxSpend: AmountText,
    spend: AmountText,
    paid: AmountText,
    earn: AmountText,
    units: UnitGroups,
  })
  .openapi("QuotedLine");

export const Quote = z
  .strictObject({
    quoteId: idText("quo"),
    expiresAt: InstantText,
    total: AmountText,
    maxSpend: AmountText.openapi({ description: "The most that bonuses can pay: by the rules and by the balance." }),
    spend: AmountText,
    payable: AmountText.openapi({ description: "What is left to pay in money." }),
    lines: z.array(QuotedLine),
    earn: orNull(z.strictObject({ amount: AmountText, activeAt: InstantText, expiresAt: InstantText })).openapi({
      description: "Null where nothing is earned. Without a member: what a card would have earned.",
    }),
    reasons: z.array(Reason),
  })
  .openapi("Quote");
export type Quote = z.input<typeof Quote>;

interface QuoteTerms {
  readonly policy: Policy;
  readonly now: Instant;
}

/** A plan as a quote that begins now. */
export function quoteOf(basket: Basket, customer: Customer, plan: Plan, { policy, now }: QuoteTerms): Quote {
  const expiresAt = Math.floor(now / 1000) * 1000 + policy.rules.quotes.lifeMinutes * MINUTE_MS;
  const { lines, total, maxSpend, spend } = plan;
  const earning = customer === null ? withCard(basket, plan, policy) : plan;
  const { earned, terms } = earning;
  return {
    quoteId: quoteIdOf(basket, customer, plan, policy.version, expiresAt),
    expiresAt: formatInstant(expiresAt),
    total: formatAmount(total),
    maxSpend: formatAmount(maxSpend),
    spend: formatAmount(spend),
    payable: formatAmount(total - spend),
    lines: lines.map((line, index) => lineOf(line, earning.lines[index]?.earn ?? 0n)),
    earn: terms && {
      amount: formatAmount(earned),
      activeAt: formatInstant(terms.activeAt),
      expiresAt: formatInstant(terms.expiresAt),
    },
    reasons: reasonsOf(plan),
  };
}

/** Of nobody nothing is earned; what a card would have earned is shown all the same. */
function withCard(basket: Basket, plan: Plan, policy: Policy): Plan {
  const other = planPurchase(basket, buyerOf(undefined, true, basket.brand, policy), 0n, policy);
  return "refused" in other ? plan : other;
}

const lineOf = (line: PlannedLine, earn: Bonus): z.input<typeof QuotedLine> => ({
  lineId: line.lineId,
  total: formatAmount(line.total),
  maxSpend: formatAmount(line.maxSpend),
  spend: formatAmount(line.spend),
  paid: formatAmount(line.total - line.spend),
  earn: formatAmount(earn),
  units: unitsAnswer(line),
});

function reasonsOf({ reasons, lines }: Plan): Quote["reasons"] {
  const ofAll = reasons.map(({ code, amount }) => ({
    code,
    ...(amount === null ? {} : { amount: formatAmount(amount) }),
    message: REASONS[code],
  }));
  const ofLines = lines.flatMap(({ lineId, reasons: own }) =>
    own.map((code) => ({ code, lineId, message: REASONS[code] })),
  );
  return [...ofAll, ...ofLines];
}
