/** How long an order waits. Its days end at the store where it waits, on the store's own clock. */
import type { Instant } from "../kernel/clock.ts";
import { addPeriod, localDate, startOfDay } from "../kernel/zone.ts";
import type { Policy } from "../policy/policy.ts";
import type { Order } from "../sales/documents/order-document.ts";

const dayEnd = (at: Instant, days: number, zone: string): Instant =>
  startOfDay(addPeriod(localDate(at, zone), { days }), zone);

/** Until when it may take to make an order ready. */
export const readyUntil = (policy: Policy, { channel }: Pick<Order, "channel">, now: Instant, zone: string): Instant =>
  dayEnd(now, policy.orderTerms(channel).waitDays, zone);

/** Until when it is stored then: as long as was asked, or as the rules say. */
export function storedUntil(
  policy: Policy,
  { channel, storageDays }: Pick<Order, "channel" | "storageDays">,
  now: Instant,
  zone: string,
): Instant {
  return dayEnd(now, storageDays ?? policy.orderTerms(channel).storageDays, zone);
}
