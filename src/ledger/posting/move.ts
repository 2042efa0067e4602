/**
 * Moving a lot from one wallet into another: out of the one and into the other through the issuer's clearing account
 * `moved`, which is zero afterwards. Each transfer concerns one wallet, and lies with it. No operation moves anything yet:
 * merging members will, and what reads and proves the ledger reckons with it.
 */
import type { Bonus } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { LotId } from "../../kernel/ids.ts";
import { type Brand, LOT_ACCOUNTS } from "../account.ts";
import { withAmount, withChange } from "../lot.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { repayDebt } from "./due.ts";

const event = "move" as const;

/**
 * Moves a lot, with all that is left in it. It keeps its identity and its terms; an empty, closed lot stays behind, to
 * which it can be moved back. Holds on it are for whoever moves it: they must be moved along. What is free of it pays
 * what its new owner owes.
 */
export function moveLot(from: WalletDraft, lotId: LotId, to: WalletDraft, at: Instant): void {
  assert(from.memberId !== to.memberId, "a lot moves between two wallets");
  const lot = from.lot(lotId);
  const former = to.has(lotId) ? to.lot(lotId) : undefined;
  assert(former === undefined || former.pending + former.available + former.held === 0n, "a lot is in one wallet");
  // The row that stayed behind takes over the end that the lot has got elsewhere; so that its own past can be told.
  if (former !== undefined) to.moveEnd(former, lot.expiresAt, "move");
  let left = lot;
  let arrived = withChange(lot, { memberId: to.memberId, pending: 0n, available: 0n, held: 0n, closed: false });
  for (const account of LOT_ACCOUNTS) {
    const amount = lot[account];
    if (amount === 0n) continue;
    left = withAmount(left, account, 0n);
    arrived = withAmount(arrived, account, amount);
    from.post(left, { debit: account, credit: "moved", amount, event, at });
    to.post(arrived, { debit: "moved", credit: account, amount, event, at });
  }
  from.put(withChange(left, { closed: true }));
  to.put(withChange(arrived, { closed: lot.closed }));
  repayDebt(to, lotId, lot.available, at);
}

/** Moves what is owed to an entity from one member to another, whose free bonuses pay it, soonest end first. */
export function moveDebt(from: WalletDraft, entity: Brand, amount: Bonus, to: WalletDraft, at: Instant): void {
  assert(from.memberId !== to.memberId, "debt moves between two wallets");
  assert(amount > 0n && amount <= from.debtTo(entity), "no more debt moves than there is");
  from.postElsewhere(entity, null, { debit: "moved", credit: "debt", amount, event, at });
  from.setDebt(entity, from.debtTo(entity) - amount);
  to.postElsewhere(entity, null, { debit: "debt", credit: "moved", amount, event, at });
  to.setDebt(entity, to.debtTo(entity) + amount);
  if (to.totals().available === 0n) return;
  for (const lot of to.burnable()) {
    repayDebt(to, lot.id, lot.available, at);
    const { available, debt } = to.totals();
    if (available === 0n || debt === 0n) break;
  }
}
