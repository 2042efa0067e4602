/** Local dates and midnights of IANA time zones. Offsets come from the runtime's own zone data. */
import { DAY_MS, HOUR_MS, type Instant } from "./clock.ts";

/** A calendar date, `2026-11-21`. */
export type LocalDate = string;

/** A length of time by the calendar. */
export type Period = { readonly days: number } | { readonly months: number };

/** Offsets are asked for by the quarter of an hour, since every change of an offset falls on one. */
const STEP_MS = HOUR_MS / 4;
const MAX_REMEMBERED = 50_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();

/** The zone's offset from UTC at an instant, in milliseconds. Remembers what it was asked, within a bound. */
function offsetAt(instant: Instant, zone: string): number {
  let known = offsets.get(zone);
  if (known === undefined || known.size > MAX_REMEMBERED) {
    known = new Map();
    offsets.set(zone, known);
  }
  const step = Math.floor(instant / STEP_MS);
  let offset = known.get(step);
  if (offset === undefined) {
    offset = computeOffset(step * STEP_MS, zone);
    known.set(step, offset);
  }
  return offset;
}

function computeOffset(instant: Instant, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value);
  const local = Date.UTC(
    part["year"] ?? 0,
    (part["month"] ?? 1) - 1,
    part["day"] ?? 1,
    part["hour"] ?? 0,
    part["minute"] ?? 0,
    part["second"] ?? 0,
  );
  return local - instant;
}

/** Names of places, as IANA gives them. Offsets, and old names and abbreviations, mean one thing here and another in a database. */
const ZONE_NAME = /^(?:(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[A-Za-z_/-]+|UTC)$/;

/** Whether a text is a time zone that the runtime knows, by its IANA name. */
export function isTimeZone(zone: string): boolean {
  if (!ZONE_NAME.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The date on the wall of that zone. */
export function localDate(instant: Instant, zone: string): LocalDate {
  return isoDate(instant + offsetAt(instant, zone));
}

/** The first instant of a date in a zone: its 00:00, or what follows where a change of the clock skips it. */
export function startOfDay(date: LocalDate, zone: string): Instant {
  const wall = Date.parse(`${date}T00:00:00Z`);
  const guess = wall - offsetAt(wall - DAY_MS, zone);
  const offset = offsetAt(guess, zone);
  let start = wall - offset;
  // Clocks that go forward over midnight: the day begins when they do.
  while (start < guess && offsetAt(start, zone) !== offset) start += STEP_MS;
  return start;
}

/** A date later by a period. Months clamp: 31 January + 1 month is the last day of February. */
export function addPeriod(date: LocalDate, period: Period): LocalDate {
  const start = Date.parse(`${date}T00:00:00Z`);
  if ("days" in period) return isoDate(start + period.days * DAY_MS);
  const later = new Date(start);
  // Set, not made by Date.UTC: that takes years below a hundred for those of the last century.
  later.setUTCMonth(later.getUTCMonth() + period.months, 1);
  const last = new Date(later);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  later.setUTCDate(Math.min(new Date(start).getUTCDate(), last.getUTCDate()));
  return isoDate(later.getTime());
}

/** Without the time of day; years beyond 9999 have more digits. */
const isoDate = (instant: Instant): LocalDate => new Date(instant).toISOString().slice(0, -"T00:00:00.000Z".length);
