/** Making good what one member has had of another's while they were one, when they part. */
import { type Bonus, minOf } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { LotId } from "../../kernel/ids.ts";
import type { Brand } from "../account.ts";
import { withChange } from "../lot.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { payIn } from "./between.ts";
import { repayDebt } from "./due.ts";
import { keepAlive } from "./giveback.ts";

const event = "restitution" as const;

/** What was paid out of lots, and what is owed since there was nothing to pay with. */
export interface Restitution {
  readonly paid: Bonus;
  readonly owed: Bonus;
}

/**
 * Takes what another is given back (see `restore`) out of what is free of the issuer's, soonest end first; what there is none for
 * is owed to the issuer from now on. In the books of the issuer nothing is gained or lost by both.
 */
export function payRestitution(from: WalletDraft, issuer: Brand, amount: Bonus, at: Instant): Restitution {
  const paid = payOutOf(from, issuer, amount, at);
  const owed = amount - paid;
  if (owed > 0n) owe(from, issuer, owed, at);
  return { paid, owed };
}

/**
 * Gives back into a lot what another had spent of it, and has paid. A lot that has ended, or would before `graceUntil`, lives
 * until then; what comes back pays debt first.
 */
export function restore(
  to: WalletDraft,
  lotId: LotId,
  amount: Bonus,
  { graceUntil, at }: { readonly graceUntil: Instant; readonly at: Instant },
): void {
  const lot = keepAlive(to, lotId, graceUntil);
  const back = withChange(lot, { available: lot.available + amount, closed: false });
  to.post(back, { debit: "moved", credit: "available", amount, event, at });
  repayDebt(to, lotId, amount, at);
}

/** Out of what is free of an issuer's; answers how much that was. */
function payOutOf(draft: WalletDraft, issuer: Brand, amount: Bonus, at: Instant): Bonus {
  let left = amount;
  for (const lot of draft.lots()) {
    const part = lot.issuer === issuer ? minOf(left, lot.available) : 0n;
    if (part === 0n) continue;
    const after = withChange(lot, { available: lot.available - part });
    draft.post(after, { debit: "available", credit: "moved", amount: part, event, at });
    left -= part;
  }
  return amount - left;
}

function owe(draft: WalletDraft, entity: Brand, amount: Bonus, at: Instant): void {
  draft.postElsewhere(entity, null, { debit: "debt", credit: "moved", amount, event, at });
  draft.setDebt(entity, draft.debtTo(entity) + amount);
}

/**
 * Undoes a repayment: what a lot has paid of a debt to an entity is in the lot again, and owed again. Its end stands, unless
 * that has come.
 */
export function undoRepayment(
  draft: WalletDraft,
  { lotId, entity, amount }: { readonly lotId: LotId; readonly entity: Brand; readonly amount: Bonus },
  { graceUntil, at }: { readonly graceUntil: Instant; readonly at: Instant },
): void {
  const hasEnded = draft.lot(lotId).expiresAt <= at;
  const lot = hasEnded ? keepAlive(draft, lotId, graceUntil) : draft.lot(lotId);
  payIn(draft, lot, "available", { entity, account: "debt", amount, event: "repayment_reversal", at });
  draft.setDebt(entity, draft.debtTo(entity) + amount);
}
