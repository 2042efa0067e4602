/**
 * The one place that posts between two entities: what is taken out of a lot for another entity's account, or put into a
 * lot out of it. Where issuer and entity are one, it is a single transfer; else one in each one's books, a pair that
 * always agrees (`due_to` here, `due_from` there).
 */
import type { Bonus } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { Account, Brand, LotAccount } from "../account.ts";
import { type Lot, withAmount, withChange } from "../lot.ts";
import type { TransferEvent } from "../transfer.ts";
import type { WalletDraft } from "../wallet-draft.ts";

interface Between {
  /** The entity and its account on the other side. */
  readonly entity: Brand;
  readonly account: Account;
  readonly amount: Bonus;
  readonly event: TransferEvent;
  readonly at: Instant;
}

/** Out of an account of a lot, to the credit of an entity's account. */
export function payOut(draft: WalletDraft, lot: Lot, from: LotAccount, terms: Between): void {
  const { entity, account, amount, event, at } = terms;
  const after = withAmount(lot, from, lot[from] - amount);
  if (lot.issuer === entity) {
    draft.post(after, { debit: from, credit: account, amount, event, at });
    return;
  }
  draft.post(after, { debit: from, credit: `due_to:${entity}`, amount, event, at });
  draft.postElsewhere(entity, lot.id, { debit: `due_from:${lot.issuer}`, credit: account, amount, event, at });
}

/** The mirror: into an account of a lot, out of an entity's account. */
export function payIn(draft: WalletDraft, lot: Lot, to: LotAccount, terms: Between): void {
  const { entity, account, amount, event, at } = terms;
  const after = withChange(withAmount(lot, to, lot[to] + amount), { closed: false });
  if (lot.issuer === entity) {
    draft.post(after, { debit: account, credit: to, amount, event, at });
    return;
  }
  draft.postElsewhere(entity, lot.id, { debit: account, credit: `due_from:${lot.issuer}`, amount, event, at });
  draft.post(after, { debit: `due_to:${entity}`, credit: to, amount, event, at });
}
