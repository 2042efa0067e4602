/** Undoes a part of a purchase, or all that is left of it: bonuses back first, so that they cover what is clawed back. */
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Clawback, clawBack, giveBack } from "../../ledger/posting/giveback.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { graceOf, type Policy } from "../../policy/policy.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import type { BackTo } from "../documents/found-purchase.ts";
import { takeOffSuspense } from "../suspense.ts";
import type { ReturnPlan } from "./distribution.ts";
import type { ReturnAnswer } from "./return-answer.ts";

/** How what the goods had earned was taken back: out of the wallet, or off suspense. */
export interface TakenBack extends Clawback {
  readonly fromSuspense: Bonus;
}

interface UndoTerms {
  readonly policy: Policy;
  readonly storeZone: string;
  readonly at: Instant;
  readonly back: BackTo;
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
  terms: UndoTerms,
): TakenBack {
  giveBackSpent(purchase, plan.parts, terms);
  return takeBackEarned(context, draft, purchase, plan.earned, terms.at);
}

/** Gives back what was spent of lots. */
export function giveBackSpent(
  { brand }: Pick<Purchase, "brand">,
  parts: ReturnPlan["parts"],
  { policy, storeZone, at, back }: UndoTerms,
): void {
  for (const part of parts) {
    const draft = back(part.lotId);
    if (draft !== undefined) giveBack(draft, [part], brand, graceOf(policy, at, storeZone), at);
  }
}

/** Takes back what goods had earned. */
export function takeBackEarned(
  context: CommandContext,
  draft: WalletDraft | undefined,
  { brand, awaits, lotId }: Pick<Purchase, "brand" | "awaits" | "lotId">,
  earned: Bonus,
  at: Instant,
): TakenBack {
  if (earned === 0n) return NOTHING;
  if (draft !== undefined) {
    return lotId === null ? NOTHING : { ...clawBack(draft, lotId, earned, at), fromSuspense: 0n };
  }
  if (awaits === null) return NOTHING;
  takeOffSuspense(context, brand, earned, at);
  return { ...NOTHING, fromSuspense: earned };
}

/** The lots that got bonuses back, as the cashier is told. */
export function lotsBack(back: BackTo, plan: ReturnPlan): ReturnAnswer["lots"] {
  return plan.parts.flatMap(({ lotId, issuer, amount }) => {
    const lot = back(lotId)?.lot(lotId);
    if (lot === undefined) return [];
    return [{ lotId, issuer, amount: formatAmount(amount), expiresAt: formatInstant(lot.expiresAt) }];
  });
}
