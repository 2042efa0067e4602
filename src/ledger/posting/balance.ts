/** A balance as the callers see it: the totals of a wallet, and what a seller may take of it. */
import { formatAmount } from "../../kernel/amount.ts";
import type { Brand } from "../account.ts";
import { type BurnRules, spendable } from "./spend.ts";
import type { WalletDraft } from "../wallet-draft.ts";

/** What every command on a wallet answers about it. Amounts as decimal strings. */
export interface BalanceAfter {
  readonly pending: string;
  readonly available: string;
  readonly held: string;
  readonly debt: string;
  readonly spendable: Readonly<Record<Brand, string>>;
  readonly version: string;
}

/** The balance that a draft leaves behind, with what these sellers could take. */
export function balanceAfter(draft: WalletDraft, sellers: readonly Brand[], rules: BurnRules): BalanceAfter {
  const { pending, available, held, debt } = draft.totals();
  return {
    pending: formatAmount(pending),
    available: formatAmount(available),
    held: formatAmount(held),
    debt: formatAmount(debt),
    spendable: Object.fromEntries(sellers.map((seller) => [seller, formatAmount(spendable(draft, seller, rules))])),
    version: draft.version.toString(),
  };
}
