/** Clears the wallet of somebody who is erased: what is in it goes to nobody, and what is owed is paid by nobody. */
import type { Instant } from "../../kernel/clock.ts";
import { withAmount } from "../../ledger/lot.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";

/** All of it but what is held: whatever holds it ends by itself. Bonuses become the issuer's breakage, debts its `write_off`. */
export function clearWallet(draft: WalletDraft, at: Instant): void {
  for (const { id } of draft.lots()) {
    for (const account of ["pending", "available"] as const) {
      const lot = draft.lot(id);
      const amount = lot[account];
      if (amount === 0n) continue;
      const posting = { debit: account, credit: "breakage", amount, event: "forfeit", at } as const;
      draft.post(withAmount(lot, account, 0n), posting);
    }
  }
  for (const [entity, { debt }] of draft.byIssuer) {
    if (debt === 0n) continue;
    draft.postElsewhere(entity, null, { debit: "write_off", credit: "debt", amount: debt, event: "write_off", at });
    draft.setDebt(entity, 0n);
  }
  draft.writeAnyway();
}
