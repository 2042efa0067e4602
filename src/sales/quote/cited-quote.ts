/** A sale that cites a quote is sold as it was shown, or not at all: then it is told what would hold now. */
import type { Instant } from "../../kernel/clock.ts";
import { type Refused, refuse, type Rejected, reject } from "../../engine/definition/decision.ts";
import type { Policy } from "../../policy/policy.ts";
import { type Basket, type Buyer, type NoPlan, type Plan, planPurchase } from "../plan/plan.ts";
import { quoteOf } from "./quote-answer.ts";
import { type Customer, faultOfQuote, type QuoteId } from "./quote-id.ts";

interface Sale {
  readonly basket: Basket;
  readonly buyer: Buyer;
  readonly customer: Customer;
  /** Whom the quote may be for: see quotedCustomer. */
  readonly quotedFor: Customer;
  readonly plan: Plan | NoPlan;
  readonly policy: Policy;
  readonly now: Instant;
}

/**
 * Why a sale cannot go by the quote that it cites; undefined where it can, or cites none. `quote_changed` and
 * `quote_expired` bear the fresh quote, with as many bonuses as were asked or as can be; the till can send that one.
 */
export function quoteFault(id: QuoteId | undefined, sale: Sale): Refused | Rejected | undefined {
  if (id === undefined) return undefined;
  const { basket, buyer, customer, quotedFor, plan, policy, now } = sale;
  const fault = faultOfQuote(id, basket, quotedFor, "refused" in plan ? undefined : plan, policy.version);
  if (fault === undefined) return undefined;
  if (fault === "other_customer" || fault === "other_basket") return reject("quote_mismatch", { of: fault });
  const possible = "refused" in plan ? planPurchase(basket, buyer, "max", policy) : plan;
  const quote = "refused" in possible ? null : quoteOf(basket, customer, possible, { policy, now });
  return refuse(fault === "expired" ? "quote_expired" : "quote_changed", { quote });
}
