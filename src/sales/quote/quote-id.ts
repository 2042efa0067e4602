/**
 * A quote is kept by nobody: its id says when it ends, and bears short hashes of whom it is for, of the basket, and of what
 * was shown. A sale that cites it is planned anew, and compared. So a quote costs no row, and needs no cleaning up.
 */
import { z } from "@hono/zod-openapi";
import type { Instant } from "../../kernel/clock.ts";
import { hash128 } from "../../kernel/hash.ts";
import type { Id } from "../../kernel/ids.ts";
import type { Basket, Plan } from "../plan/plan.ts";

export type QuoteId = Id<"quo">;

export const QuoteIdField = z
  .string()
  .regex(/^quo_[0-9a-f]{32}$/)
  .openapi({
    example: "quo_69a553d09f2c11a07be34d5566778899",
    description: "The quote that the customer was shown: what is sold must be just that.",
  }) as unknown as z.ZodType<QuoteId, QuoteId>;

/** Whom a quote is for: a member, the hash of a card that leads to nobody yet, or null for nobody. */
export type Customer = string | null;

/** Who sells, and how: a quote is of one seller and channel. */
export type QuotedAt = Pick<Basket, "brand" | "channel">;

/** Digits of the parts, 32 in all: seconds of its end, then the hashes. */
const PARTS = { end: 8, customer: 6, basket: 6, shown: 12 } as const;
const basketAt = PARTS.end + PARTS.customer;

/** The quote of a plan, until an instant (in whole seconds). */
export function quoteIdOf(
  basket: Basket,
  customer: Customer,
  plan: Plan,
  policyVersion: number,
  expiresAt: Instant,
): QuoteId {
  const end = Math.floor(expiresAt / 1000)
    .toString(16)
    .padStart(PARTS.end, "0");
  return `quo_${end}${customerHash(basket, customer)}${basketHash(basket)}${shownHash(plan, policyVersion)}`;
}

/** Why a quote does not stand for what is being sold; undefined where it does. */
export type QuoteFault = "expired" | "other_customer" | "other_basket" | "changed";

/** Compares a quote with what is planned now; `plan` is absent where what is asked cannot be spent any more. */
export function faultOfQuote(
  id: QuoteId,
  basket: Basket,
  customer: Customer,
  plan: Plan | undefined,
  policyVersion: number,
): QuoteFault | undefined {
  const digits = id.slice(4);
  const shownAt = basketAt + PARTS.basket;
  if (!isFor(id, basket, customer)) return "other_customer";
  if (digits.slice(basketAt, shownAt) !== basketHash(basket)) return "other_basket";
  if (plan === undefined || digits.slice(shownAt) !== shownHash(plan, policyVersion)) return "changed";
  return basket.occurredAt > endOfQuote(id) ? "expired" : undefined;
}

/** Whether a quote is for a customer, at this seller and by this channel. */
export const isFor = (id: QuoteId, at: QuotedAt, customer: Customer): boolean =>
  id.slice(4 + PARTS.end, 4 + basketAt) === customerHash(at, customer);

/** When a quote ends. */
const endOfQuote = (id: QuoteId): Instant => Number.parseInt(id.slice(4, 4 + PARTS.end), 16) * 1000;

const hashOf = (value: unknown, digits: number): string => hash128(JSON.stringify(value)).slice(0, digits);

const customerHash = ({ brand, channel }: QuotedAt, customer: Customer): string =>
  hashOf([brand, channel, customer], PARTS.customer);

/** What is sold, whatever its price; not what stands on the receipt before it, of which a till's quote knows nothing. */
const basketHash = ({ lines }: Basket): string =>
  hashOf(
    lines.map(({ lineId, sku, category, quantity }) => [lineId, sku, category, `${quantity}`]),
    PARTS.basket,
  );

/** All amounts that were shown, and the rules. Not the days: a quote of a minute before midnight is sold a minute after it. */
const shownHash = ({ lines, maxSpend, spend }: Plan, policyVersion: number): string =>
  hashOf(
    [
      policyVersion,
      `${maxSpend}`,
      `${spend}`,
      ...lines.map((line) => [`${line.total}`, `${line.maxSpend}`, `${line.spend}`, `${line.earn}`]),
    ],
    PARTS.shown,
  );
