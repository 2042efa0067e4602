/**
 * How long an order waits: by the rules under which it was placed, for as long as it lives, since that is what was agreed.
 * Its days end at the store where it waits, on the store's own clock.
 */
import type { Instant } from "../kernel/clock.ts";
import { addPeriod, localDate, startOfDay } from "../kernel/zone.ts";
import type { PolicyTimeline } from "../policy/timeline.ts";
import type { Order } from "../sales/documents/order-document.ts";

const dayEnd = (at: Instant, days: number, zone: string): Instant =>
  startOfDay(addPeriod(localDate(at, zone), { days }), zone);

/** What was agreed of an order; no end is told yet of one that is being placed. */
type Agreed = Pick<Order, "channel" | "placedAt"> & Partial<Pick<Order, "expiresAt">>;

/** Until when it may take to make an order ready. */
export function readyUntil(policies: PolicyTimeline, order: Agreed, now: Instant, zone: string): Instant {
  const { waitDays } = policies.at(order.placedAt).orderTerms(order.channel);
  return Math.min(dayEnd(now, waitDays, zone), atMost(policies, order, now, zone));
}

/** Until when it is stored then: as long as was asked, or as the rules say. */
export function storedUntil(
  policies: PolicyTimeline,
  order: Agreed & Pick<Order, "storageDays">,
  now: Instant,
  zone: string,
): Instant {
  const days = order.storageDays ?? policies.at(order.placedAt).orderTerms(order.channel).storageDays;
  return Math.min(dayEnd(now, days, zone), atMost(policies, order, now, zone));
}

/**
 * However often it is sent elsewhere: bonuses are held no longer than those of a till may be. The day of an end that was told
 * is within that, whatever rules were dated back since; it ends at midnight here, if that is still to come.
 */
function atMost(policies: PolicyTimeline, { placedAt, expiresAt: told }: Agreed, now: Instant, zone: string): Instant {
  const agreed = dayEnd(placedAt, policies.at(placedAt).rules.holds.longestDays, zone);
  if (told === undefined) return agreed;
  const latest = Math.max(agreed, dayEnd(told, 0, zone));
  return latest > now ? latest : told;
}
