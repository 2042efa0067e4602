/** Amounts as the API writes them, and as whole hundredths. */

export const inHundredths = (text: string): bigint => BigInt(text.replace(".", ""));

export function inText(hundredths: bigint): string {
  const digits = hundredths.toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

export const total = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);
