import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AMOUNT_PATTERN,
  formatAmount,
  formatQuantity,
  MAX_AMOUNT,
  maxOf,
  minOf,
  parseAmount,
  parseQuantity,
  QUANTITY_PATTERN,
  sum,
} from "../../src/kernel/amount.ts";

describe("an amount", () => {
  test.each([
    ["0.00", 0n],
    ["0.01", 1n],
    ["0.10", 10n],
    ["1.00", 100n],
    ["1500.00", 150_000n],
    ["99999999999.99", MAX_AMOUNT],
  ])("%s is read and written without loss", (text, minor) => {
    expect(parseAmount(text)).toBe(minor);
    expect(formatAmount(minor)).toBe(text);
  });

  test("survives the way out and in again, whatever it is", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_AMOUNT }), (minor) => {
        expect(parseAmount(formatAmount(minor))).toBe(minor);
      }),
    );
  });

  test.each([
    ["an exponent", "1e3"],
    ["no number", "NaN"],
    ["infinity", "Infinity"],
    ["a sign", "-5.00"],
    ["a plus", "+5.00"],
    ["three decimals", "0.001"],
    ["one decimal", "5.0"],
    ["no decimals", "5"],
    ["a bare point", "5."],
    ["no whole part", ".50"],
    ["a leading zero", "05.00"],
    ["a comma", "5,00"],
    ["spaces", " 5.00"],
    ["a line break", "5.00\n"],
    ["groups of digits", "1 500.00"],
    ["hexadecimal", "0x10.00"],
    ["digits of another script", "٥.٠٠"],
    ["forty digits", `${"9".repeat(40)}.00`],
    ["one digit more than the largest", "100000000000.00"],
    ["nothing", ""],
  ])("with %s is refused", (_, text) => {
    expect(AMOUNT_PATTERN.test(text)).toBe(false);
    expect(() => parseAmount(text)).toThrow(RangeError);
  });

  test("below zero keeps its sign in reports", () => {
    expect(formatAmount(-1n)).toBe("-0.01");
    expect(formatAmount(-150_050n)).toBe("-1500.50");
  });
});

describe("a quantity", () => {
  test.each([
    ["1", 1000n, "1"],
    ["0.350", 350n, "0.35"],
    ["0.35", 350n, "0.35"],
    ["2.5", 2500n, "2.5"],
    ["0.001", 1n, "0.001"],
    ["12.000", 12_000n, "12"],
    ["0", 0n, "0"],
    ["9999999.999", 9_999_999_999n, "9999999.999"],
  ])("%s is %s thousandths", (text, thousandths, shortest) => {
    expect(parseQuantity(text)).toBe(thousandths);
    expect(formatQuantity(thousandths)).toBe(shortest);
  });

  test.each(["-1", "1.0000", "1e2", "01", "", ".5", "1.", "10000000", "one", "1 "])("%j is refused", (text) => {
    expect(QUANTITY_PATTERN.test(text)).toBe(false);
    expect(() => parseQuantity(text)).toThrow(RangeError);
  });
});

test("sums and bounds are those of whole numbers of any size", () => {
  const large = 9_007_199_254_740_993n;
  expect(sum([large, 1n, -3n])).toBe(large - 2n);
  expect(sum([])).toBe(0n);
  expect(minOf(large, large - 1n)).toBe(large - 1n);
  expect(maxOf(large, large - 1n)).toBe(large);
});
