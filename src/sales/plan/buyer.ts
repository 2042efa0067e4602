/** Who buys, as a plan needs to know, and what a till is told where the plan cannot be. */
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import type { Brand } from "../../ledger/account.ts";
import { spendable } from "../../ledger/posting/spend.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { Policy } from "../../policy/policy.ts";
import type { Buyer, NoPlan } from "./plan.ts";

/** `waiting`: the card leads to nobody yet. */
export function buyerOf(member: WalletDraft | undefined, waiting: boolean, seller: Brand, policy: Policy): Buyer {
  if (member === undefined) return { spendable: 0n, withheld: 0n, pending: 0n, kind: waiting ? "waiting" : "nobody" };
  const { available, pending } = member.totals();
  const usable = spendable(member, seller, policy.burn);
  return { spendable: usable, withheld: available - usable, pending, kind: "member" };
}

/** What was asked, what there is, and what is possible instead. */
export const refusalData = ({ maxSpend }: NoPlan, { spendable: available }: Buyer, asked: Bonus | "max") => ({
  asked: asked === "max" ? asked : formatAmount(asked),
  available: formatAmount(available),
  maxSpend: formatAmount(maxSpend),
});
