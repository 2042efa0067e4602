/** What of two who become one may not be spent at once, by the rules: the account that is linked may have been taken over with a phone. */
import { parseAmount } from "../../../kernel/amount.ts";
import { HOUR_MS, type Instant } from "../../../kernel/clock.ts";
import type { CommandContext } from "../../../engine/definition/context.ts";
import { type Lot, withChange } from "../../../ledger/lot.ts";
import type { WalletDraft } from "../../../ledger/wallet-draft.ts";

/** Until when all that is in a wallet cools off; null where it is not more than the rules let come at once. */
export function coolingOf(
  { policy, now }: Pick<CommandContext, "policy" | "now">,
  linked: WalletDraft,
): Instant | null {
  const { amount, hours } = policy.rules.merging.coolOff;
  const { pending, available, held } = linked.totals();
  return hours > 0 && pending + available + held > parseAmount(amount) ? now + hours * HOUR_MS : null;
}

/** Whether there is anything in a lot that could cool off. */
export const hasSomething = ({ pending, available, held }: Lot): boolean => pending + available + held > 0n;

/** Has lots cool off that were the linked one's, in the wallet of whoever stands for both. What cools off longer already goes on. */
export function coolOff(to: WalletDraft, theirs: readonly Lot[], until: Instant): void {
  for (const { id } of theirs) {
    const lot = to.lot(id);
    to.put(withChange(lot, { spendableFrom: Math.max(lot.spendableFrom ?? until, until) }));
  }
}
