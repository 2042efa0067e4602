/** Receipts are taken so late and so early and no more (policy); older ones only from who may replay history. */
import type { Instant } from "../../kernel/clock.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { type Rejected, reject } from "../../engine/definition/decision.ts";
import type { CommandContext } from "../../engine/definition/context.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Why a receipt of that age cannot be taken; undefined where it can. Leaves no trace, so that it can come again. */
export function wrongAge({ policy, now, actor }: CommandContext, occurredAt: Instant): Rejected | undefined {
  const { earlyMinutes, lateDays } = policy.rules.receipts;
  if (occurredAt > now + earlyMinutes * MINUTE_MS) {
    return reject("occurred_in_future", { latest: formatInstant(now + earlyMinutes * MINUTE_MS) });
  }
  if (!actor.scopes.has("admin") && occurredAt < now - lateDays * DAY_MS) {
    return reject("receipt_too_old", { earliest: formatInstant(now - lateDays * DAY_MS) });
  }
  return undefined;
}
