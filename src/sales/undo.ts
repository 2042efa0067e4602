/** Undoes a part of a purchase, or all that is left of it: bonuses back first, so that they cover what is clawed back. */
import { formatAmount } from "../kernel/amount.ts";
import { formatInstant, type Instant } from "../kernel/clock.ts";
import type { Context } from "../engine/command.ts";
import type { Draft } from "../ledger/draft.ts";
import { type Clawback, clawBack, giveBack } from "../ledger/giveback.ts";
import { graceOf, type Policy } from "../policy/policy.ts";
import type { ReturnPlan } from "./distribution.ts";
import type { Purchase } from "./purchase-document.ts";
import { takeOffSuspense } from "./suspense.ts";

const NOTHING_CLAWED_BACK: Clawback = { parts: [], debt: 0n };

/**
 * Moves what a plan says: on the member's wallet, or on suspense where the receipt still waits for its member.
 * A purchase without any card moves nothing.
 */
export function undo(
  context: Context,
  draft: Draft | undefined,
  purchase: Purchase,
  plan: ReturnPlan,
  policy: Policy,
  zone: string,
  at: Instant,
): Clawback {
  if (draft === undefined) {
    if (purchase.awaits !== null && plan.earned > 0n) takeOffSuspense(context, purchase.receipt.brand, plan.earned, at);
    return NOTHING_CLAWED_BACK;
  }
  giveBack(draft, plan.parts, purchase.receipt.brand, graceOf(policy, at, zone), at);
  if (plan.earned === 0n || purchase.lotId === null) return NOTHING_CLAWED_BACK;
  return clawBack(draft, purchase.lotId, plan.earned, at);
}

/** A lot that got bonuses back, as the cashier is told. */
export interface LotBack {
  readonly lotId: string;
  readonly issuer: string;
  readonly amount: string;
  readonly expiresAt: string;
}

export function lotsBack(draft: Draft | undefined, plan: ReturnPlan): LotBack[] {
  if (draft === undefined) return [];
  return plan.parts.map(({ lotId, issuer, amount }) => {
    const { expiresAt } = draft.lot(lotId);
    return { lotId, issuer, amount: formatAmount(amount), expiresAt: formatInstant(expiresAt) };
  });
}
