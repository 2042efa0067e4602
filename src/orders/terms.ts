/** How long an order waits. Its days end at the store where it waits, on the store's own clock. */
import { DAY_MS, type Instant } from "../kernel/clock.ts";
import { addPeriod, localDate, startOfDay } from "../kernel/zone.ts";
import type { Policy } from "../policy/policy.ts";
import type { Order } from "../sales/documents/order-document.ts";

const dayEnd = (at: Instant, days: number, zone: string): Instant =>
  startOfDay(addPeriod(localDate(at, zone), { days }), zone);

/** However often it is sent elsewhere: bonuses are held no longer than those of a till may be. */
const atMost = (policy: Policy, placedAt: Instant): Instant => placedAt + policy.rules.holds.longestDays * DAY_MS;

/** Until when it may take to make an order ready. */
export const readyUntil = (
  policy: Policy,
  { channel, placedAt }: Pick<Order, "channel" | "placedAt">,
  now: Instant,
  zone: string,
): Instant => Math.min(dayEnd(now, policy.orderTerms(channel).waitDays, zone), atMost(policy, placedAt));

/** Until when it is stored then: as long as was asked, or as the rules say. */
export function storedUntil(
  policy: Policy,
  { channel, storageDays, placedAt }: Pick<Order, "channel" | "storageDays" | "placedAt">,
  now: Instant,
  zone: string,
): Instant {
  const days = storageDays ?? policy.orderTerms(channel).storageDays;
  return Math.min(dayEnd(now, days, zone), atMost(policy, placedAt));
}
