/** What every command on a wallet answers about it: its totals, and what a seller may take of them. */
import { formatAmount } from "../../kernel/amount.ts";
import type { BalanceAfter } from "../../kernel/answers.ts";
import type { Brand } from "../account.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { type BurnRules, spendable } from "./spend.ts";

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
