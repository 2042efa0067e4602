import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addPeriod, isTimeZone, localDate, type Period, startOfDay } from "../../src/kernel/zone.ts";

const MOSCOW = "Europe/Moscow";
const iso = (instant: number) => new Date(instant).toISOString();

describe("a day of the programme", () => {
  test.each([
    ["2010-01-15", "2010-01-14T21:00:00.000Z", "winter time, +3"],
    ["2010-07-15", "2010-07-14T20:00:00.000Z", "summer time, +4"],
    ["2010-10-31", "2010-10-30T20:00:00.000Z", "the day on which the clock went back"],
    ["2010-11-01", "2010-10-31T21:00:00.000Z", "the day after"],
    ["2011-03-27", "2011-03-26T21:00:00.000Z", "the day on which +4 came to stay"],
    ["2011-03-28", "2011-03-27T20:00:00.000Z", "the day after"],
    ["2012-01-15", "2012-01-14T20:00:00.000Z", "winter at +4"],
    ["2014-10-26", "2014-10-25T20:00:00.000Z", "the day on which it went"],
    ["2014-10-27", "2014-10-26T21:00:00.000Z", "the day after, +3 for good"],
    ["2026-11-21", "2026-11-20T21:00:00.000Z", "now"],
  ])("%s begins at %s in Moscow: %s", (date, start) => {
    expect(iso(startOfDay(date, MOSCOW))).toBe(start);
    expect(localDate(Date.parse(start), MOSCOW)).toBe(date);
    expect(localDate(Date.parse(start) - 1, MOSCOW) < date).toBe(true);
  });

  test("has 25 hours when the clock goes back, and 23 when it goes forward", () => {
    const hours = (from: string, to: string) => (startOfDay(to, MOSCOW) - startOfDay(from, MOSCOW)) / 3_600_000;
    expect(hours("2010-10-31", "2010-11-01")).toBe(25);
    expect(hours("2011-03-27", "2011-03-28")).toBe(23);
    expect(hours("2014-10-26", "2014-10-27")).toBe(25);
  });
});

describe("a day in another zone", () => {
  test.each([
    ["Asia/Vladivostok", "2026-11-21", "2026-11-20T14:00:00.000Z"],
    ["Europe/Kaliningrad", "2026-11-21", "2026-11-20T22:00:00.000Z"],
    ["Asia/Kamchatka", "2010-03-28", "2010-03-27T12:00:00.000Z"],
    ["Asia/Kathmandu", "2026-11-21", "2026-11-20T18:15:00.000Z"],
    ["America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z"],
    ["America/New_York", "2026-03-09", "2026-03-09T04:00:00.000Z"],
    ["Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00.000Z"],
    ["Pacific/Pago_Pago", "2026-01-01", "2026-01-01T11:00:00.000Z"],
    // The clock goes back over midnight: the date's first midnight is its beginning.
    ["America/Havana", "2024-11-03", "2024-11-03T04:00:00.000Z"],
    ["America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00.000Z"],
  ])("%s: %s begins at %s", (zone, date, start) => {
    expect(iso(startOfDay(date, zone))).toBe(start);
    expect(localDate(Date.parse(start), zone)).toBe(date);
  });

  test.each([
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z", "2018-11-04"],
    ["Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00.000Z", "2024-03-31"],
    ["Atlantic/Azores", "2026-03-29", "2026-03-29T01:00:00.000Z", "2026-03-29"],
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z", "2011-12-31"],
  ])("%s: where the clock skips the midnight of %s, what follows is the beginning", (zone, date, start, wall) => {
    expect(iso(startOfDay(date, zone))).toBe(start);
    expect(localDate(Date.parse(start), zone)).toBe(wall);
    expect(localDate(Date.parse(start) - 1, zone) < date).toBe(true);
  });

  const zones = fc.constantFrom(
    MOSCOW,
    "Asia/Beirut",
    "America/Havana",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Africa/Cairo",
  );
  const instants = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2030, 0) });

  test("begins at or before each of its instants, and the next one after", () => {
    fc.assert(
      fc.property(zones, instants, (zone, instant) => {
        const date = localDate(instant, zone);
        expect(startOfDay(date, zone)).toBeLessThanOrEqual(instant);
        expect(startOfDay(addPeriod(date, { days: 1 }), zone)).toBeGreaterThan(instant);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a period", () => {
  test.each<[string, Period, string]>([
    ["2026-01-31", { months: 1 }, "2026-02-28"],
    ["2028-01-31", { months: 1 }, "2028-02-29"],
    ["2026-03-31", { months: 1 }, "2026-04-30"],
    ["2026-01-30", { months: 1 }, "2026-02-28"],
    ["2026-01-28", { months: 1 }, "2026-02-28"],
    ["2026-10-31", { months: 4 }, "2027-02-28"],
    ["2028-02-29", { months: 12 }, "2029-02-28"],
    ["2026-12-15", { months: 1 }, "2027-01-15"],
    ["2026-05-15", { months: 0 }, "2026-05-15"],
    ["2026-12-25", { days: 14 }, "2027-01-08"],
    ["2028-02-15", { days: 14 }, "2028-02-29"],
    ["2010-10-20", { days: 14 }, "2010-11-03"],
    ["2026-02-28", { days: 0 }, "2026-02-28"],
    ["9999-12-31", { days: 1 }, "+010000-01-01"],
  ])("%s and %o later is %s", (date, period, later) => {
    expect(addPeriod(date, period)).toBe(later);
  });

  test("after the year 9999 is still a day that begins", () => {
    const date = addPeriod("9999-12-31", { days: 180 });
    expect(startOfDay(date, MOSCOW)).toBe(Date.UTC(10_000, 5, 28) - 3 * 3_600_000);
    expect(localDate(startOfDay(date, MOSCOW), MOSCOW)).toBe(date);
  });

  test("of many days forgets no offset: 60,000 quarters of an hour, asked twice, give the same", () => {
    const quarters = Array.from({ length: 60_000 }, (_, index) => Date.UTC(2010, 0) + index * 900_000);
    const first = quarters.map((instant) => localDate(instant, MOSCOW));
    expect(quarters.map((instant) => localDate(instant, MOSCOW))).toEqual(first);
  });
});

test("a zone is one that the runtime knows", () => {
  for (const zone of [MOSCOW, "UTC", "Asia/Yekaterinburg"]) expect(isTimeZone(zone)).toBe(true);
  for (const zone of ["", "Europe/Atlantis", "Moscow time", "US/Pacific-New", "BST", "EST", "+03:00", "Etc/GMT+3"]) {
    expect(isTimeZone(zone)).toBe(false);
  }
});
