import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, hash128 } from "../../src/kernel/hash.ts";

describe("canonical JSON", () => {
  test.each([
    ["keys in any order", { b: 1, a: { d: [], c: null } }, { a: { c: null, d: [] }, b: 1 }],
    ["fields that are absent", { a: 1, b: undefined }, { a: 1 }],
    ["keys that look like numbers", { 10: "x", 9: "y" }, { 9: "y", 10: "x" }],
  ])("is the same for %s", (_, one, other) => {
    expect(canonicalJson(one)).toBe(canonicalJson(other));
  });

  test.each([
    ["order in a list", [1, 2], [2, 1]],
    ["text and number", { a: "1" }, { a: 1 }],
    ["null and absent", { a: null }, {}],
    ["empty list and empty object", [], {}],
    ["a key and a nested one", { a: { b: 1 } }, { a: 1, b: 1 }],
    ["what would run together", ["a,b"], ["a", "b"]],
    ["quotes inside text", { a: '"b":1' }, { a: "", b: 1 }],
    ["upper and lower case", { A: 1 }, { a: 1 }],
  ])("differs by %s", (_, one, other) => {
    expect(canonicalJson(one)).not.toBe(canonicalJson(other));
  });

  test("writes an amount that was parsed already by its digits, however many", () => {
    expect(canonicalJson({ amount: 9_007_199_254_740_993n, lines: [1n] })).toBe(
      '{"amount":9007199254740993,"lines":[1]}',
    );
  });

  test("is JSON, and says the same as the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // `-0` is `0` in JSON; nothing else is lost.
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("does not depend on the order in which fields were written", () => {
    const fields = fc.uniqueArray(fc.tuple(fc.string(), fc.jsonValue()), { selector: ([name]) => name });
    fc.assert(
      fc.property(fields, (entries) => {
        expect(canonicalJson(Object.fromEntries(entries.toReversed()))).toBe(
          canonicalJson(Object.fromEntries(entries)),
        );
      }),
    );
  });
});

test("a hash is the first 128 bits of SHA-256, on every machine", () => {
  expect(hash128("abc")).toBe("ba7816bf8f01cfea414140de5dae2223");
  expect(hash128("Эльдорадо")).toMatch(/^[0-9a-f]{32}$/);
  expect(hash128("a")).not.toBe(hash128("b"));
});
