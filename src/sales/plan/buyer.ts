/** Who buys, as a plan needs to know, and what a till is told where the plan cannot be. */
import { type Bonus, formatAmount, sum } from "../../kernel/amount.ts";
import type { Brand } from "../../ledger/account.ts";
import { coolingIn, isBlocked, spendable } from "../../ledger/posting/spend.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { Policy } from "../../policy/policy.ts";
import type { Buyer, BuyerKind, NoPlan } from "./plan.ts";

/** `waiting`: the card leads to nobody yet. */
export function kindOf(member: WalletDraft | undefined, waiting: boolean): BuyerKind {
  if (member === undefined) return waiting ? "waiting" : "nobody";
  return isBlocked(member) ? "blocked" : "member";
}

/** Of a blocked member no more is told than of one who has nothing. */
export function buyerOf(member: WalletDraft | undefined, waiting: boolean, seller: Brand, policy: Policy): Buyer {
  const kind = kindOf(member, waiting);
  if (member === undefined || kind !== "member") return { spendable: 0n, withheld: 0n, cooling: 0n, pending: 0n, kind };
  const { available, pending } = member.totals();
  const usable = spendable(member, seller, policy.burn);
  // Of an issuer that this seller may not take from, it is withheld all the same.
  const here = [...coolingIn(member)].filter(([issuer]) => policy.burn.mayUse(issuer, seller));
  const cooling = sum(here.map(([, amount]) => amount));
  return { spendable: usable, withheld: available - usable - cooling, cooling, pending, kind };
}

/** What was asked, what there is, and what is possible instead. */
export const refusalData = ({ maxSpend }: NoPlan, { spendable: available }: Buyer, asked: Bonus | "max") => ({
  asked: asked === "max" ? asked : formatAmount(asked),
  available: formatAmount(available),
  maxSpend: formatAmount(maxSpend),
});
