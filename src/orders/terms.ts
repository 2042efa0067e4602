/**
 * How long an order waits: by the rules under which it was placed, for as long as it lives, since that is what was agreed.
 * Its days end at the store where it waits, on the store's own clock.
 */
import { DAY_MS, type Instant } from "../kernel/clock.ts";
import { addPeriod, localDate, startOfDay } from "../kernel/zone.ts";
import type { PolicyTimeline } from "../policy/timeline.ts";
import type { Order } from "../sales/documents/order-document.ts";

const dayEnd = (at: Instant, days: number, zone: string): Instant =>
  startOfDay(addPeriod(localDate(at, zone), { days }), zone);

/** Until when it may take to make an order ready. */
export function readyUntil(
  policies: PolicyTimeline,
  { channel, placedAt }: Pick<Order, "channel" | "placedAt">,
  now: Instant,
  zone: string,
): Instant {
  const { waitDays } = policies.at(placedAt).orderTerms(channel);
  return Math.min(dayEnd(now, waitDays, zone), atMost(policies, placedAt));
}

/** Until when it is stored then: as long as was asked, or as the rules say. */
export function storedUntil(
  policies: PolicyTimeline,
  { channel, storageDays, placedAt }: Pick<Order, "channel" | "storageDays" | "placedAt">,
  now: Instant,
  zone: string,
): Instant {
  const days = storageDays ?? policies.at(placedAt).orderTerms(channel).storageDays;
  return Math.min(dayEnd(now, days, zone), atMost(policies, placedAt));
}

/** However often it is sent elsewhere: bonuses are held no longer than those of a till may be. */
const atMost = (policies: PolicyTimeline, placedAt: Instant): Instant =>
  placedAt + policies.at(placedAt).rules.holds.longestDays * DAY_MS;
