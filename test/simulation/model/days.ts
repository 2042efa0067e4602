/** Days on the walls of time zones. Slow and plain: it asks the runtime which date it is, quarter of an hour by quarter. */

const QUARTER = 900_000;
const HOUR = 4 * QUARTER;

const formats = new Map<string, Intl.DateTimeFormat>();
const beginnings = new Map<string, number>();

/** The date on the wall, `2026-03-02`. */
export function dateAt(instant: number, timeZone: string): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  formats.set(timeZone, format);
  return format.format(instant);
}

export function daysLater(date: string, days: number): string {
  const day = new Date(`${date}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** The first instant of a date: 00:00, or what follows it where clocks go forward just then. */
export function beginningOf(date: string, timeZone: string): number {
  const key = `${date} ${timeZone}`;
  let instant = beginnings.get(key);
  if (instant === undefined) {
    instant = Date.parse(`${date}T00:00:00Z`) - 15 * HOUR;
    while (dateAt(instant, timeZone) < date) instant += QUARTER;
    beginnings.set(key, instant);
  }
  return instant;
}
