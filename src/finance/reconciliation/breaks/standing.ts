/** How a break stands: what waits for a second person waits until an instant, and no longer. Pure. */
import type { Instant } from "../../../kernel/clock.ts";
import { type Refused, refuse } from "../../../engine/definition/decision.ts";
import type { Break } from "../stores.ts";

type Standing = Pick<Break, "status" | "adjustmentId" | "awaitsUntil">;

/** As it was found: open, or explained by its rule. */
export const asFound = ({ ruleId }: Pick<Break, "ruleId">): Standing => ({
  status: ruleId === null ? "open" : "explained",
  adjustmentId: null,
  awaitsUntil: null,
});

/** A correction to which nobody has agreed in time is none: the break is as it was before. */
export const asItStands = (found: Standing & Pick<Break, "ruleId">, now: Instant): Standing =>
  found.awaitsUntil !== null && found.awaitsUntil <= now ? asFound(found) : found;

/** SQL: the same word, of a break `b` at the instant that a parameter is. */
export const statusAt = (now: string): string =>
  `case when b.awaits_until <= ${now} then case when b.rule_id is null then 'open' else 'explained' end else b.status end`;

/** `break_resolved`; `break_awaits_approval` where its correction waits. */
export function notOpen(found: Break, now: Instant): Refused | undefined {
  const { status, adjustmentId } = asItStands(found, now);
  if (status === "resolved") return refuse("break_resolved", { breakId: found.id });
  return status === "awaiting_approval"
    ? refuse("break_awaits_approval", { breakId: found.id, adjustmentId })
    : undefined;
}
