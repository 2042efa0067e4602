/** Every rounding of the system, each under its own name. Rates are decimal strings; decimal.js turns them into fractions. */
import { Decimal as BaseDecimal } from "decimal.js";
import { type Bonus, type Kopecks, sum, type Thousandths } from "./amount.ts";

/** decimal.js with room for any rate times any amount, and never an exponent in its text. */
const Decimal = BaseDecimal.clone({ precision: 60, toExpNeg: -40, toExpPos: 60 });

/** A rate as an exact fraction, so that the path of a sale needs integers only. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Turns a decimal rate such as `"0.03"` into the exact fraction 3/100. */
export function fractionOf(rate: string): Fraction {
  const value = new Decimal(rate);
  const places = value.decimalPlaces();
  return {
    numerator: BigInt(value.times(new Decimal(10).pow(places)).toFixed(0)),
    denominator: 10n ** BigInt(places),
  };
}

/** A share of an amount, rounded down to a kopeck. */
export function floorToKopeck(amount: Kopecks, rate: Fraction): Kopecks {
  return (amount * rate.numerator) / rate.denominator;
}

/** What a payment earns, rounded down to a whole bonus: 3 % of 99.99 is 2.00. */
export function floorToBonus(paid: Kopecks, rate: Fraction): Bonus {
  const whole = (paid * rate.numerator) / (rate.denominator * 100n);
  return whole * 100n;
}

/** Quantity × unit price, rounded half up to a kopeck, once. */
export function halfUpToKopeck(quantity: Thousandths, unitPrice: Kopecks): Kopecks {
  return (quantity * unitPrice + 500n) / 1000n;
}

/** What bonuses cost at a price in roubles, rounded half up to a kopeck; what is given back costs just what it had cost. */
export function halfUpAtPrice(bonuses: Bonus, price: Fraction): Kopecks {
  return halfAwayFromZero(bonuses * price.numerator, price.denominator);
}

/** The tax that a sum has in it, by its rate: 22/122 of it at 0.22, rounded half up to a kopeck; of a negative sum its mirror. */
export function halfUpTaxInside(total: Kopecks, rate: Fraction): Kopecks {
  return halfAwayFromZero(total * rate.numerator, rate.denominator + rate.numerator);
}

function halfAwayFromZero(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}

/**
 * Splits a total over weights in whole minor units so that the parts add up exactly.
 * The units left over by rounding down go to the largest remainders; ties go to the earlier part.
 * A part never exceeds its weight while total ≤ Σ weights.
 */
export function splitByLargestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = sum(weights);
  if (whole === 0n) {
    if (total !== 0n) throw new RangeError("nothing to split over");
    return weights.map(() => 0n);
  }
  const parts = weights.map((weight) => (total * weight) / whole);
  let left = total - sum(parts);
  if (left === 0n) return parts;
  const order = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % whole }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of order) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
}

/** Splits a total over so many equal units: each has `base`, and the last `dearer` of them one minor unit more. */
export function splitEvenly(total: bigint, units: bigint): { readonly base: bigint; readonly dearer: bigint } {
  return { base: total / units, dearer: total % units };
}

/** What the first `count` of `units` equal units have of a total; rounded down, so that the last unit takes the remainder. */
export function prefixShare(total: bigint, count: bigint, units: bigint): bigint {
  return (total * count) / units;
}

/** Places after the point of a share. */
const SHARE_PLACES = 4;

/** A share of one as a decimal text, rounded half up (away from zero) to four places; null of nothing. */
export function halfUpToShare(numerator: bigint, denominator: bigint): string | null {
  if (denominator === 0n) return null;
  return new Decimal(numerator.toString())
    .div(new Decimal(denominator.toString()))
    .toFixed(SHARE_PLACES, BaseDecimal.ROUND_HALF_UP);
}
