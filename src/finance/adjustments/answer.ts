/** What is answered of an adjustment that was asked for, agreed to, rejected or reversed. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, BalanceAfter, idText, InstantText, LotPart, orNull } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import type { OperationId } from "../../kernel/ids.ts";
import { DIRECTIONS } from "../../policy/adjustment-rules.ts";
import { type Adjustment, type Compensation, MOST_EARLIER, stateOf } from "./adjustment-store.ts";

const EarlierCompensation = z
  .strictObject({
    adjustmentId: idText("adj"),
    state: z.enum(["applied", "awaiting_approval"]),
    reason: z.string(),
    amount: AmountText,
    requestedAt: InstantText,
  })
  .openapi("EarlierCompensation");

/** What an adjustment is, whatever becomes of it. */
export const adjustmentFields = {
  memberId: idText("mbr").openapi({ description: "Whose account." }),
  brand: z.string().openapi({ description: "In whose books." }),
  direction: z.enum(DIRECTIONS),
  amount: AmountText,
  reason: z.string(),
  category: z.string().openapi({ description: "Of write-off, by the rules of that moment." }),
  incident: orNull(z.string()),
  comment: z.string(),
  staffId: z.string().openapi({ description: "Who has asked." }),
  reverses: orNull(idText("adj")).openapi({ description: "The adjustment that it undoes." }),
  breakId: orNull(idText("brk")).openapi({ description: "The break of a reconciliation that it puts right." }),
  lots: z
    .array(LotPart)
    .openapi({ description: "The lot that it has made; or what it has taken from lots, or given back." }),
  debtAdded: AmountText.openapi({ description: "Of a reversal: what is owed, since nothing covered it." }),
};

export const AdjustmentAnswer = z
  .strictObject({
    adjustmentId: idText("adj"),
    operationId: idText("opn"),
    state: z.enum(["applied", "awaiting_approval", "rejected"]),
    ...adjustmentFields,
    expiresAt: orNull(InstantText).openapi({ description: "Until when it waits for a second person." }),
    lot: orNull(z.strictObject({ lotId: idText("lot"), activeAt: InstantText, expiresAt: InstantText })).openapi({
      description: "The lot that a credit has made.",
    }),
    alreadyPaid: z.array(EarlierCompensation).openapi({
      description: `What this member was given for the same incident before, or is to be: whoever sees it asks whether it is paid twice. At most ${MOST_EARLIER}.`,
    }),
    decidedBy: orNull(z.strictObject({ staffId: z.string(), comment: z.string() })).openapi({
      description: "The second person.",
    }),
    balance: orNull(BalanceAfter).openapi({ description: "Null where nothing was moved." }),
  })
  .openapi("Adjustment");
export type AdjustmentAnswer = z.input<typeof AdjustmentAnswer>;

interface More {
  readonly operationId: OperationId;
  readonly now: Instant;
  readonly earlier?: readonly Compensation[];
  readonly lot?: AdjustmentAnswer["lot"];
  readonly decidedBy?: AdjustmentAnswer["decidedBy"];
  readonly balance?: BalanceAfter;
}

export const toldOf = (adjustment: Adjustment) => ({
  memberId: adjustment.appliedTo ?? adjustment.memberId,
  brand: adjustment.brand,
  direction: adjustment.direction,
  amount: formatAmount(adjustment.amount),
  reason: adjustment.reason,
  category: adjustment.category,
  incident: adjustment.incident,
  comment: adjustment.comment,
  staffId: adjustment.staffId,
  reverses: adjustment.reverses,
  breakId: adjustment.breakId,
  lots: adjustment.parts.map(({ lotId, issuer, amount }) => ({ lotId, issuer, amount: formatAmount(amount) })),
  debtAdded: formatAmount(adjustment.debt),
});

export function answerOf(adjustment: Adjustment, more: More): AdjustmentAnswer {
  const { operationId, now, earlier = [], lot = null, decidedBy = null, balance = null } = more;
  const state = stateOf(adjustment, now);
  const { expiresAt } = adjustment;
  const waits = state === "awaiting_approval" && expiresAt !== null ? formatInstant(expiresAt) : null;
  return {
    adjustmentId: adjustment.id,
    operationId,
    state: state === "expired" ? "awaiting_approval" : state,
    ...toldOf(adjustment),
    expiresAt: waits,
    lot,
    alreadyPaid: earlier
      .filter(({ waitsUntil }) => waitsUntil === null || waitsUntil > now)
      .slice(0, MOST_EARLIER)
      .map(({ adjustmentId, reason, amount, requestedAt, waitsUntil }) => ({
        adjustmentId,
        state: waitsUntil === null ? "applied" : "awaiting_approval",
        reason,
        amount: formatAmount(amount),
        requestedAt: formatInstant(requestedAt),
      })),
    decidedBy,
    balance,
  };
}
