/** What is told of adjustments: never who of the staff, nor what they have written. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { defineEvent, type LedgerEvent } from "../../engine/event.ts";
import { DIRECTIONS } from "../../policy/adjustment-rules.ts";
import type { Adjustment } from "./adjustment-store.ts";

const About = z.strictObject({
  adjustmentId: idText("adj"),
  memberId: idText("mbr"),
  brand: z.string(),
  direction: z.enum(DIRECTIONS),
  amount: AmountText,
  reason: z.string(),
  incident: z.string().nullable(),
});
const reverses = idText("adj").nullable();

export const adjustmentRequested = defineEvent({
  name: "adjustment.requested",
  description: "An adjustment, or that one be undone, waits for a second person.",
  data: About.extend({ reverses, expiresAt: InstantText }),
});

export const adjustmentApplied = defineEvent({
  name: "adjustment.applied",
  description: "An account was adjusted by hand.",
  data: About,
});

export const adjustmentReversed = defineEvent({
  name: "adjustment.reversed",
  description: "An adjustment was undone by another that mirrors it. `debtAdded`: what nothing has covered.",
  data: About.extend({ reverses: idText("adj"), debtAdded: AmountText }),
});

export const adjustmentRejected = defineEvent({
  name: "adjustment.rejected",
  description: "An adjustment that waited for a second person was rejected. Of one that time ends nothing is told.",
  data: About.extend({ reverses }),
});

export const adjustmentEvents = [adjustmentRequested, adjustmentApplied, adjustmentReversed, adjustmentRejected];

const about = ({ id, memberId, appliedTo, brand, direction, amount, reason, incident }: Adjustment) => ({
  adjustmentId: id,
  memberId: appliedTo ?? memberId,
  brand,
  direction,
  amount: formatAmount(amount),
  reason,
  incident,
});

/** Of one that has been applied: that something was given or taken, or undone. */
export function toldOfApplied(adjustment: Adjustment): LedgerEvent {
  const { reverses: original, debt } = adjustment;
  return original === null
    ? adjustmentApplied(about(adjustment))
    : adjustmentReversed({ ...about(adjustment), reverses: original, debtAdded: formatAmount(debt) });
}

/** Of one that waits until an instant. */
export const toldOfRequested = (adjustment: Adjustment, expiresAt: number): LedgerEvent =>
  adjustmentRequested({
    ...about(adjustment),
    reverses: adjustment.reverses,
    expiresAt: formatInstant(expiresAt),
  });

export const toldOfRejected = (adjustment: Adjustment): LedgerEvent =>
  adjustmentRejected({ ...about(adjustment), reverses: adjustment.reverses });
