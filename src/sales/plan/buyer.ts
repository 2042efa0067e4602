/** Who buys, as a plan needs to know, and what a till is told where the plan cannot be. */
import { type Bonus, formatAmount, sum } from "../../kernel/amount.ts";
import type { Brand } from "../../ledger/account.ts";
import { coolingIn, maySpend, spendable } from "../../ledger/posting/spend.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { allowanceText } from "../../members/representing/link.ts";
import type { Representing } from "../../members/representing/acting.ts";
import type { Policy } from "../../policy/policy.ts";
import type { Buyer, BuyerKind, NoPlan } from "./plan.ts";

/** `waiting`: the card leads to nobody yet. */
export function kindOf(member: WalletDraft | undefined, waiting: boolean): BuyerKind {
  if (member === undefined) return waiting ? "waiting" : "nobody";
  return maySpend(member) ? "member" : "blocked";
}

/** Whoever acts for the buyer, as far as a plan is concerned. */
export type Acts = Pick<Representing, "sees" | "allowance">;

/** Of a blocked member no more is told than of one who has nothing; nor of what waits to one who may not see it. */
export function buyerOf(
  member: WalletDraft | undefined,
  waiting: boolean,
  seller: Brand,
  policy: Policy,
  acts: Acts | null = null,
): Buyer {
  const kind = kindOf(member, waiting);
  if (member === undefined || kind !== "member") return { spendable: 0n, withheld: 0n, cooling: 0n, pending: 0n, kind };
  const { available, pending } = member.totals();
  const usable = spendable(member, seller, policy.burn);
  // Of an issuer that this seller may not take from, it is withheld all the same.
  const here = [...coolingIn(member)].filter(([issuer]) => policy.burn.mayUse(issuer, seller));
  const cooling = sum(here.map(([, amount]) => amount));
  const seen = { withheld: available - usable - cooling, cooling, pending };
  if (acts === null) return { spendable: usable, ...seen, kind };
  const told = acts.sees ? seen : { withheld: 0n, cooling: 0n, pending: 0n };
  return { spendable: usable, ...told, kind, limit: acts.allowance.most };
}

/** What was asked, what there is, and what is possible instead. */
export function refusalData(
  { refused, maxSpend }: NoPlan,
  { spendable: available }: Buyer,
  asked: Asked,
  acts: Acts | null,
) {
  const sees = acts === null || acts.sees;
  return {
    asked: asked === "max" ? asked : formatAmount(asked),
    ...(sees ? { available: formatAmount(available) } : {}),
    maxSpend: formatAmount(maxSpend),
    ...(refused === "representative_limit" && acts !== null ? { left: allowanceText(acts.allowance) } : {}),
  };
}

type Asked = Bonus | "max";
