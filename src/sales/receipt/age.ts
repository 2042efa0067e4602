/** Receipts are taken so late and so early and no more (policy); older ones only from who may replay history. */
import { DAY_MS, formatInstant, type Instant, MINUTE_MS } from "../../kernel/clock.ts";
import type { Actor } from "../../engine/actor.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Rejected, reject } from "../../engine/definition/decision.ts";
import type { Policy } from "../../policy/policy.ts";

/** The same of a receipt that is being judged. */
export const wrongAge = (context: CommandContext, occurredAt: Instant): Rejected | undefined =>
  ageFault(context.policy, context, occurredAt);

/** Whether a receipt is of before something else; clocks of tills differ by as much as a receipt may be early. */
export const isOfBefore = ({ rules }: Policy, occurredAt: Instant, other: Instant): boolean =>
  occurredAt < other - rules.receipts.earlyMinutes * MINUTE_MS;

/** Why a receipt of that age cannot be taken; undefined where it can. Leaves no trace, so that it can come again. */
export function ageFault(
  policy: Policy,
  { now, actor }: { readonly now: Instant; readonly actor: Actor },
  occurredAt: Instant,
): Rejected | undefined {
  const { earlyMinutes, lateDays } = policy.rules.receipts;
  if (occurredAt > now + earlyMinutes * MINUTE_MS) {
    return reject("occurred_in_future", { latest: formatInstant(now + earlyMinutes * MINUTE_MS) });
  }
  if (!actor.scopes.has("admin") && occurredAt < now - lateDays * DAY_MS) {
    return reject("receipt_too_old", { earliest: formatInstant(now - lateDays * DAY_MS) });
  }
  return undefined;
}
