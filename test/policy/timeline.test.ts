import { expect, test } from "vitest";
import { BrokenInvariant } from "../../src/kernel/assert.ts";
import { compilePolicy } from "../../src/policy/policy.ts";
import { timeline } from "../../src/policy/timeline.ts";
import { rulesWith } from "./rules.ts";

const version = (number: number, effectiveFrom: number) => ({
  effectiveFrom,
  policy: compilePolicy(number, rulesWith({})),
});

test.each([
  [-1_000, 1],
  [99, 1],
  [100, 1],
  [199, 1],
  [200, 3],
  [299, 3],
  [300, 4],
  [9_999, 4],
])(
  "at %s the policy in force is version %s: a later version of the same date wins, and order of entry means nothing",
  (at, expected) => {
    const versions = [version(4, 300), version(3, 200), version(1, 100), version(2, 200)];
    expect(timeline(versions).at(at).version).toBe(expected);
    expect(timeline(versions.toReversed()).at(at).version).toBe(expected);
  },
);

test("there is always a policy", () => {
  expect(() => timeline([])).toThrow(BrokenInvariant);
});
