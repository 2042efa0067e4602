/** Undoes a part of a purchase, or all that is left of it: bonuses back first, so that they cover what is clawed back. */
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Clawback, clawBack, giveBack } from "../../ledger/posting/giveback.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { graceOf, type Policy } from "../../policy/policy.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { takeOffSuspense } from "../suspense.ts";
import type { ReturnPlan } from "./distribution.ts";
import type { ReturnAnswer } from "./return-answer.ts";

/** How what the goods had earned was taken back: out of the wallet, or off suspense. */
export interface TakenBack extends Clawback {
  readonly fromSuspense: Bonus;
}

const NOTHING: TakenBack = { parts: [], debt: 0n, fromSuspense: 0n };

/**
 * Moves what a plan says: on the member's wallet, or on suspense where the receipt still waits for its member.
 * A purchase without any card moves nothing.
 */
export function undo(
  context: CommandContext,
  draft: WalletDraft | undefined,
  purchase: Purchase,
  plan: ReturnPlan,
  { policy, storeZone, at }: { policy: Policy; storeZone: string; at: Instant },
): TakenBack {
  if (draft === undefined) {
    if (purchase.awaits === null || plan.earned === 0n) return NOTHING;
    takeOffSuspense(context, purchase.brand, plan.earned, at);
    return { ...NOTHING, fromSuspense: plan.earned };
  }
  giveBack(draft, plan.parts, purchase.brand, graceOf(policy, at, storeZone), at);
  if (plan.earned === 0n || purchase.lotId === null) return NOTHING;
  return { ...clawBack(draft, purchase.lotId, plan.earned, at), fromSuspense: 0n };
}

/** The lots that got bonuses back, as the cashier is told. */
export function lotsBack(draft: WalletDraft | undefined, plan: ReturnPlan): ReturnAnswer["lots"] {
  if (draft === undefined) return [];
  return plan.parts.map(({ lotId, issuer, amount }) => {
    const { expiresAt } = draft.lot(lotId);
    return { lotId, issuer, amount: formatAmount(amount), expiresAt: formatInstant(expiresAt) };
  });
}
