/** Plans what is to be sold to whoever is there, by the rules of its day, and by the quote that it cites. Pure. */
import type { Bonus } from "../../kernel/amount.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Refused, refuse, type Rejected } from "../../engine/definition/decision.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { BuyerFields } from "../../members/lookup.ts";
import { type Acts, buyerOf, refusalData } from "../plan/buyer.ts";
import { type Basket, type Plan, planPurchase } from "../plan/plan.ts";
import { quoteFault } from "./cited-quote.ts";
import type { Customer, QuoteId } from "./quote-id.ts";

/** Who buys, and what is asked to be paid with bonuses. */
interface AskedSale extends Pick<BuyerFields, "memberId" | "awaits"> {
  readonly spend: Bonus | "max";
  /** Absent: no quote is cited. */
  readonly quoteId?: QuoteId | undefined;
  /** Whom the quote may be for: see quotedCustomer. */
  readonly quotedFor?: Customer | undefined;
  /** Whoever acts for the member; absent: nobody. */
  readonly acts?: Acts | null;
}

/**
 * Whatever sells composes it: a purchase, an order, goods that are added to a pickup; and a quote shows it. Moves nothing.
 * `member` is the wallet of `memberId`.
 */
export function planSale(
  { now, policies }: Pick<CommandContext, "now" | "policies">,
  basket: Basket,
  { memberId, awaits, spend, quoteId, quotedFor, acts = null }: AskedSale,
  member: WalletDraft | undefined,
): Plan | Refused | Rejected {
  const policy = policies.at(basket.occurredAt);
  const buyer = buyerOf(member, awaits !== null, basket.brand, policy, acts);
  const plan = planPurchase(basket, buyer, spend, policy);
  const customer = memberId ?? awaits;
  const fault = quoteFault(quoteId, {
    basket,
    buyer,
    customer,
    quotedFor: quotedFor ?? customer,
    plan,
    policy,
    now,
  });
  if (fault !== undefined) return fault;
  return "refused" in plan ? refuse(plan.refused, refusalData(plan, buyer, spend, acts)) : plan;
}
