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
  return Math.min(dayEnd(now, waitDays, zone), atMost(policies, order, zone));
}

/** Until when it is stored then: as long as was asked, or as the rules say. */
export function storedUntil(
  policies: PolicyTimeline,
  order: Agreed & Pick<Order, "storageDays">,
  now: Instant,
  zone: string,
): Instant {
  const days = order.storageDays ?? policies.at(order.placedAt).orderTerms(order.channel).storageDays;
  return Math.min(dayEnd(now, days, zone), atMost(policies, order, zone));
}

/**
 * However often it is sent elsewhere: bonuses are held no longer than those of a till may be. An end that was told is within
 * that, whatever rules were dated back to its day since.
 */
const atMost = (policies: PolicyTimeline, { placedAt, expiresAt = placedAt }: Agreed, zone: string): Instant =>
  Math.max(dayEnd(placedAt, policies.at(placedAt).rules.holds.longestDays, zone), expiresAt);
