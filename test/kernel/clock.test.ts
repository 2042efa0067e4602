import { expect, test } from "vitest";
import { BrokenInvariant, assert, unreachable } from "../../src/kernel/assert.ts";
import { formatInstant, ManualClock, systemClock } from "../../src/kernel/clock.ts";

test("a manual clock stands still until it is moved, and never goes back", () => {
  const clock = new ManualClock(1_000);
  expect(clock.now()).toBe(1_000);
  expect(clock.moveTo(5_000)).toBe(true);
  expect(clock.moveTo(4_999)).toBe(false);
  expect(clock.now()).toBe(5_000);
  expect(clock.moveTo(5_000)).toBe(true);
});

test("instants are written as RFC 3339 in UTC, and the machine's clock is in milliseconds", () => {
  expect(formatInstant(Date.UTC(2026, 10, 21, 10, 5))).toBe("2026-11-21T10:05:00.000Z");
  const before = Date.now();
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
});

test("what must hold and does not is a defect, told by its name", () => {
  expect(() => assert(false, "no lot below zero")).toThrow(new BrokenInvariant("no lot below zero"));
  expect(() => assert(true, "it holds")).not.toThrow();
  expect(() => unreachable("there" as never)).toThrow("unreachable: there");
});
