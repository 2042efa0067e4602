/** Which months a year of invoices has, and when each of them is closed. */
import { HOUR_MS, type Instant } from "../../kernel/clock.ts";
import { localDate, startOfDay } from "../../kernel/zone.ts";
import { firstDayAfter, type Month, monthOf } from "../../finance/periods/months.ts";
import type { Invoice } from "../replay/invoice.ts";

/** The programme's: days and months of the books are told by it. */
export const ZONE = "Europe/Moscow";

/** The accountants come at nine. */
const MORNING_HOURS = 9;

export interface Closing {
  readonly month: Month;
  /** In the morning of the first day after it. */
  readonly at: Instant;
}

/** Every month from that of the first invoice to that of the last, which come in time order. */
export function closingsOf(invoices: readonly Pick<Invoice, "at">[]): Closing[] {
  const [first, last] = [invoices[0], invoices.at(-1)];
  if (first === undefined || last === undefined) return [];
  const end = monthOf(localDate(last.at, ZONE));
  const closings: Closing[] = [];
  for (let month = monthOf(localDate(first.at, ZONE)); month <= end; month = monthOf(firstDayAfter(month))) {
    closings.push({ month, at: startOfDay(firstDayAfter(month), ZONE) + MORNING_HOURS * HOUR_MS });
  }
  return closings;
}
