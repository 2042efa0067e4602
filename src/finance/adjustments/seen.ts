/** An adjustment as it is shown: what was asked for, by whom, and what became of it. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { type Adjustment, adjustmentRows, stateOf } from "./adjustment-store.ts";
import { adjustmentFields, toldOf } from "./answer.ts";
import { ADJUSTMENT_STATES } from "./words.ts";

export const SeenAdjustment = z
  .strictObject({
    adjustmentId: idText("adj"),
    state: z.enum(ADJUSTMENT_STATES),
    ...adjustmentFields,
    requestedAt: InstantText,
    expiresAt: orNull(InstantText).openapi({
      description: "Until when it waits, or has waited; null: it took one person.",
    }),
    appliedAt: orNull(InstantText),
    decidedBy: orNull(z.strictObject({ staffId: z.string(), comment: z.string() })),
    reversedBy: orNull(idText("adj")).openapi({ description: "The adjustment that has undone it." }),
  })
  .openapi("SeenAdjustment");
type SeenAdjustment = z.input<typeof SeenAdjustment>;

/** SQL: adjustments `a`, each with what its second person has said. */
export const SEEN = `select case when a.expires_at is not null then d.answer->'decidedBy' end, ${adjustmentRows.list("a")}
  from adjustments a left join operations d on d.bucket = a.bucket and d.operation_id = coalesce(a.applied_by, a.rejected_by)`;

export interface Found {
  readonly decidedBy: SeenAdjustment["decidedBy"];
  readonly adjustment: Adjustment;
}

export const foundIn = ([decidedBy, ...values]: readonly unknown[]): Found => ({
  decidedBy: decidedBy as SeenAdjustment["decidedBy"],
  adjustment: adjustmentRows.decode(values),
});

export function seen({ adjustment, decidedBy }: Found, now: Instant): SeenAdjustment {
  const { id, requestedAt, expiresAt, appliedAt, reversedBy } = adjustment;
  return {
    adjustmentId: id,
    state: stateOf(adjustment, now),
    ...toldOf(adjustment),
    requestedAt: formatInstant(requestedAt),
    expiresAt: expiresAt === null ? null : formatInstant(expiresAt),
    appliedAt: appliedAt === null ? null : formatInstant(appliedAt),
    decidedBy,
    reversedBy,
  };
}
