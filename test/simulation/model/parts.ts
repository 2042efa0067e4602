/** Lots, and amounts of them. */
import { least, total } from "./amounts.ts";
import type { Brand, Kind } from "./rules.ts";

export interface Lot {
  /** As the service has named it: ties of the burn order go by it. */
  id: string;
  readonly issuer: Brand;
  readonly kind: Kind;
  readonly activeAt: number;
  endsAt: number;
  pending: bigint;
  available: bigint;
  held: bigint;
}

export interface Part {
  readonly lot: Lot;
  readonly amount: bigint;
}

export const amountOf = (parts: readonly Pick<Part, "amount">[]): bigint => total(parts.map(({ amount }) => amount));

/** Each lot once, in the order in which they come first. */
export function addedUp(parts: readonly Part[]): Part[] {
  const amounts = new Map<Lot, bigint>();
  for (const { lot, amount } of parts) amounts.set(lot, (amounts.get(lot) ?? 0n) + amount);
  return [...amounts].map(([lot, amount]) => ({ lot, amount })).filter(({ amount }) => amount > 0n);
}

/** The first parts up to an amount. */
export function firstOf(parts: readonly Part[], amount: bigint): Part[] {
  let left = amount;
  return parts.flatMap((part) => {
    const taken = least(left, part.amount);
    left -= taken;
    return taken === 0n ? [] : [{ lot: part.lot, amount: taken }];
  });
}

/** What is left of parts without the first of them. */
export function restOf(parts: readonly Part[], amount: bigint): Part[] {
  let gone = amount;
  return parts.flatMap((part) => {
    const taken = least(gone, part.amount);
    gone -= taken;
    return taken === part.amount ? [] : [{ lot: part.lot, amount: part.amount - taken }];
  });
}
