/**
 * Amounts: bonuses and roubles in whole hundredths (`bigint`), decimal strings at the edge.
 * No binary floating point stands anywhere between the two.
 */

/** Bonuses in 1/100 bonus. */
export type Bonus = bigint;

/** Roubles in kopecks. */
export type Kopecks = bigint;

/** The largest amount that one field may carry: 99,999,999,999.99. Sums of a year fit a PostgreSQL bigint many times over. */
export const MAX_AMOUNT = 9_999_999_999_999n;

/** What an amount looks like on the wire: no sign, no exponent, no leading zeros, exactly two decimals. */
export const AMOUNT_PATTERN = /^(0|[1-9]\d{0,10})\.\d{2}$/;

/** Reads `"1500.00"` as 150000n. The text must match {@link AMOUNT_PATTERN}; the edge has checked it. */
export function parseAmount(text: string): bigint {
  if (!AMOUNT_PATTERN.test(text)) throw new RangeError("not an amount");
  return BigInt(text.slice(0, -3) + text.slice(-2));
}

/** Writes 150000n as `"1500.00"`; a negative amount (only in reports) keeps its sign. */
export function formatAmount(minor: bigint): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, "0");
  return `${minor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** A quantity of goods in thousandths: `"0.350"` is 350n. */
export type Thousandths = bigint;

export const QUANTITY_PATTERN = /^(0|[1-9]\d{0,6})(\.\d{1,3})?$/;

/** Reads a quantity with at most three decimals. The text must match {@link QUANTITY_PATTERN}. */
export function parseQuantity(text: string): Thousandths {
  if (!QUANTITY_PATTERN.test(text)) throw new RangeError("not a quantity");
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(3, "0"));
}

/** Writes thousandths without needless zeros: 1000n is `"1"`, 350n is `"0.35"`. */
export function formatQuantity(quantity: Thousandths): string {
  const digits = quantity.toString().padStart(4, "0");
  const fraction = digits.slice(-3).replace(/0+$/, "");
  return fraction === "" ? digits.slice(0, -3) : `${digits.slice(0, -3)}.${fraction}`;
}

export const minOf = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const maxOf = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Adds up amounts. */
export function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}
