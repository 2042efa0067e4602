/** Moves the bonuses of an adjustment: when it is asked for, or when a second person agrees. */
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { nth } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Refused, refuse, type Saved, save } from "../../engine/definition/decision.ts";
import type { LotPart } from "../../ledger/hold.ts";
import { creditBy, debitBy, takeable, undoCredit, undoDebit } from "../../ledger/posting/adjust.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { ProfileId } from "../../kernel/ids.ts";
import { expiryOf, graceOf } from "../../policy/policy.ts";
import { type Adjustment, adjustmentStore } from "./adjustment-store.ts";

/** Its lots are such as the rules have for compensation. */
const KIND = "compensation";

interface Applied {
  readonly kind: "applied";
  readonly adjustment: Adjustment;
  readonly documents: readonly Saved[];
  readonly lot: { readonly lotId: `lot_${string}`; readonly activeAt: string; readonly expiresAt: string } | null;
}

/** What it is applied upon: a wallet, the profile that it is for, and of a reversal what it undoes. */
export interface Target {
  readonly wallet: WalletDraft;
  readonly profileId: ProfileId | null;
  readonly original: Adjustment | null;
}

/** `insufficient_bonuses` where a debit wants more than there is; `adjustment_not_reversible` where it was undone meanwhile. */
export function applyAdjustment(context: CommandContext, adjustment: Adjustment, target: Target): Applied | Refused {
  const { operationId, now } = context;
  const { original, wallet } = target;
  if (original !== null) {
    const refused = notReversible(original);
    if (refused !== undefined) return refused;
  }
  const moved = original === null ? moveBonuses(context, adjustment, target) : undo(context, original, wallet);
  if (moved.kind === "refused") return moved;
  const { parts, debt, lot } = moved;
  const applied: Adjustment = {
    ...adjustment,
    appliedBy: operationId,
    appliedTo: wallet.memberId,
    appliedAt: now,
    parts,
    debt,
  };
  return {
    kind: "applied",
    adjustment: applied,
    lot,
    documents: [
      save(adjustmentStore, applied.id, applied),
      ...(original === null ? [] : [save(adjustmentStore, original.id, { ...original, reversedBy: applied.id })]),
    ],
  };
}

/** Why an adjustment cannot be undone. */
export function notReversible({ appliedBy, reversedBy, reverses }: Adjustment): Refused | undefined {
  if (reverses !== null) return refuse("adjustment_not_reversible", { because: "is_a_reversal" });
  if (appliedBy === null) return refuse("adjustment_not_reversible", { because: "not_applied" });
  if (reversedBy !== null) {
    return refuse("adjustment_not_reversible", { because: "reversed", reversedBy });
  }
  return undefined;
}

interface Moved {
  readonly kind: "moved";
  readonly parts: readonly LotPart[];
  readonly debt: bigint;
  readonly lot: Applied["lot"];
}

function moveBonuses(
  { operationId, now, policy }: CommandContext,
  { brand, direction, amount, reason }: Adjustment,
  { wallet, profileId }: Target,
): Moved | Refused {
  if (direction === "debit") {
    const available = takeable(wallet, brand);
    if (available < amount) {
      return refuse("insufficient_bonuses", { available: formatAmount(available), asked: formatAmount(amount) });
    }
    const parts = debitBy(wallet, { entity: brand, amount, reason, at: now }, policy.burn);
    return { kind: "moved", parts, debt: 0n, lot: null };
  }
  const id = nth("lot", operationId, 1);
  const expiresAt = expiryOf(policy, KIND, now);
  const made = { id, issuer: brand, profileId, kind: KIND, operationId, policyVersion: policy.version } as const;
  const parts = creditBy(wallet, { ...made, amount, activeAt: now, expiresAt }, reason);
  const lot = { lotId: id, activeAt: formatInstant(now), expiresAt: formatInstant(expiresAt) };
  return { kind: "moved", parts, debt: 0n, lot };
}

function undo({ now, policy }: CommandContext, original: Adjustment, wallet: WalletDraft): Moved {
  const { brand: entity, reason, parts } = original;
  const undone = { entity, reason, parts, at: now };
  if (original.direction === "credit") {
    return { kind: "moved", ...undoCredit(wallet, undone), lot: null };
  }
  const graceUntil = graceOf(policy, now, policy.rules.zone);
  return { kind: "moved", parts: undoDebit(wallet, undone, graceUntil), debt: 0n, lot: null };
}
