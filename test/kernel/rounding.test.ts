import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sum } from "../../src/kernel/amount.ts";
import {
  floorToBonus,
  floorToKopeck,
  fractionOf,
  halfUpAtPrice,
  halfUpTaxInside,
  halfUpToKopeck,
  prefixShare,
  splitByLargestRemainder,
  splitEvenly,
} from "../../src/kernel/rounding.ts";

describe("a rate", () => {
  test.each([
    ["0.03", 3n, 100n],
    ["0.50", 5n, 10n],
    ["0", 0n, 1n],
    ["1", 1n, 1n],
    ["1.000000", 1n, 1n],
    ["0.000001", 1n, 1_000_000n],
    ["0.123456", 123_456n, 1_000_000n],
  ])("%s is the exact fraction %s/%s", (rate, numerator, denominator) => {
    expect(fractionOf(rate)).toEqual({ numerator, denominator });
  });
});

describe("rounding", () => {
  test.each([
    [9999n, 200n],
    [100_000n, 3000n],
    [3333n, 0n],
    [3334n, 100n],
    [0n, 0n],
  ])("three per cent of %s kopecks earn %s: down to a whole bonus", (paid, earned) => {
    expect(floorToBonus(paid, fractionOf("0.03"))).toBe(earned);
  });

  test.each([
    [999n, "0.50", 499n],
    [1n, "0.50", 0n],
    [1_000n, "0.333333", 333n],
    [9_999_999_999_999n, "0.999999", 9_999_989_999_999n],
    [777n, "1", 777n],
  ])("a share of %s at %s is %s: down to a kopeck", (amount, rate, share) => {
    expect(floorToKopeck(amount, fractionOf(rate))).toBe(share);
  });

  test.each([
    [350n, 9990n, 3497n],
    [333n, 100n, 33n],
    [335n, 100n, 34n],
    [1n, 500n, 1n],
    [1n, 499n, 0n],
    [3000n, 1999n, 5997n],
  ])("%s thousandths at %s kopecks cost %s: half up, once", (quantity, price, total) => {
    expect(halfUpToKopeck(quantity, price)).toBe(total);
  });

  test.each([
    [100n, [0n, 33n, 66n, 100n]],
    [1n, [0n, 0n, 0n, 1n]],
    [2n, [0n, 0n, 1n, 2n]],
    [0n, [0n, 0n, 0n, 0n]],
  ])("of %s over three units, the last one takes the remainder", (total, prefixes) => {
    expect([0n, 1n, 2n, 3n].map((count) => prefixShare(total, count, 3n))).toEqual(prefixes);
  });
});

describe("an even split", () => {
  test.each([
    [100n, 3n, { base: 33n, dearer: 1n }],
    [99_999n, 2n, { base: 49_999n, dearer: 1n }],
    [2n, 3n, { base: 0n, dearer: 2n }],
    [0n, 3n, { base: 0n, dearer: 0n }],
    [7n, 1n, { base: 7n, dearer: 0n }],
  ])("of %s over %s units leaves nothing over", (total, units, split) => {
    expect(splitEvenly(total, units)).toEqual(split);
    expect(split.base * units + split.dearer).toBe(total);
  });
});

describe("a split by largest remainder", () => {
  test.each([
    ["evenly", 9n, [1n, 1n, 1n], [3n, 3n, 3n]],
    ["the rest to the largest remainder", 10n, [5n, 3n, 2n], [5n, 3n, 2n]],
    ["a single kopeck to the heaviest", 1n, [1n, 3n, 2n], [0n, 1n, 0n]],
    ["ties to the earlier", 2n, [1n, 1n, 1n], [1n, 1n, 0n]],
    ["ties to the earlier, wherever they stand", 5n, [3n, 1n, 1n, 3n], [2n, 1n, 0n, 2n]],
    ["nothing to what weighs nothing", 7n, [0n, 2n, 0n, 5n], [0n, 2n, 0n, 5n]],
    ["nothing at all", 0n, [4n, 4n], [0n, 0n]],
    ["nothing over nothing", 0n, [0n, 0n], [0n, 0n]],
    ["over one", 7n, [3n], [7n]],
  ])("gives %s", (_, total, weights, parts) => {
    expect(splitByLargestRemainder(total, weights)).toEqual(parts);
  });

  test("of something over nothing is refused", () => {
    expect(() => splitByLargestRemainder(1n, [0n, 0n])).toThrow(RangeError);
    expect(() => splitByLargestRemainder(1n, [])).toThrow(RangeError);
  });

  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 13n }), { minLength: 1, maxLength: 30 });

  test("adds up, is off by less than a unit, and gives the same each time", () => {
    fc.assert(
      fc.property(weights, fc.bigInt({ min: 0n, max: 10n ** 13n }), (parts, total) => {
        const whole = sum(parts);
        fc.pre(whole > 0n);
        const split = splitByLargestRemainder(total, parts);
        expect(sum(split)).toBe(total);
        expect(splitByLargestRemainder(total, parts)).toEqual(split);
        for (const [index, part] of split.entries()) {
          const error = part * whole - total * (parts[index] ?? 0n);
          expect(error < whole && error > -whole).toBe(true);
        }
      }),
    );
  });

  test("never gives a part more than its weight while there is no more than the weights", () => {
    const cases = weights.chain((parts) => fc.tuple(fc.constant(parts), fc.bigInt({ min: 0n, max: sum(parts) })));
    fc.assert(
      fc.property(cases, ([parts, total]) => {
        const split = splitByLargestRemainder(total, parts);
        expect(split.every((part, index) => part >= 0n && part <= (parts[index] ?? 0n))).toBe(true);
      }),
    );
  });

  test("gives more to the earlier of two equal weights, by one at most", () => {
    fc.assert(
      fc.property(weights, fc.bigInt({ min: 0n, max: 10n ** 6n }), (parts, total) => {
        fc.pre(sum(parts) > 0n);
        const split = splitByLargestRemainder(total, [...parts, ...parts]);
        for (const [index] of parts.entries()) {
          const difference = (split[index] ?? 0n) - (split[index + parts.length] ?? 0n);
          expect(difference === 0n || difference === 1n).toBe(true);
        }
      }),
    );
  });
});

describe("what bonuses cost", () => {
  test.each([
    [100_01n, "1.00", 100_01n],
    [1n, "0.50", 1n],
    [1n, "0.4999", 0n],
    [100_01n, "0.7501", 75_02n],
    [0n, "0.7501", 0n],
    [-1n, "0.50", -1n],
  ])("%s hundredths at %s roubles come to %s kopecks: half up", (bonuses, price, kopecks) => {
    expect(halfUpAtPrice(bonuses, fractionOf(price))).toBe(kopecks);
  });

  test.each([
    [122_00n, "0.22", 22_00n],
    [123_45n, "0.22", 22_26n],
    [75_02n, "0.22", 13_53n],
    [100_00n, "0", 0n],
    [3n, "0.2", 1n],
    [-123_45n, "0.22", -22_26n],
  ])("of %s kopecks the tax of %s in them is %s: half up", (total, rate, tax) => {
    expect(halfUpTaxInside(total, fractionOf(rate))).toBe(tax);
  });

  test("comes to its mirror when it is given back, with the tax in it", () => {
    const price = fc
      .integer({ min: 0, max: 9_999_999 })
      .map((tenThousandths) => fractionOf((tenThousandths / 10_000).toFixed(4)));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), price, (bonuses, at) => {
        const total = halfUpAtPrice(bonuses, at);
        expect(halfUpAtPrice(-bonuses, at)).toBe(-total);
        const rate = fractionOf("0.22");
        expect(halfUpTaxInside(-total, rate)).toBe(-halfUpTaxInside(total, rate));
        // Never further off than half a kopeck.
        const off = 2n * (total * at.denominator - bonuses * at.numerator);
        expect(off <= at.denominator && off > -at.denominator).toBe(true);
      }),
    );
  });
});
