/** What a member has, and owes: of one issuer, and altogether. */
import type { Bonus } from "../kernel/amount.ts";
import type { Brand, LotAccount } from "./account.ts";
import type { Lot } from "./lot.ts";

export interface Totals {
  readonly pending: Bonus;
  readonly available: Bonus;
  readonly held: Bonus;
  readonly debt: Bonus;
}

/** What a member has of one issuer, and owes to it. */
export type IssuerTotals = Totals;

export const NOTHING: IssuerTotals = { pending: 0n, available: 0n, held: 0n, debt: 0n };

const EMPTY: Pick<Lot, LotAccount> = { pending: 0n, available: 0n, held: 0n };

/** The totals of a lot's issuer after the lot has changed from what it was; absent, it was not there. */
export function withLot(totals: IssuerTotals, lot: typeof EMPTY, former = EMPTY): IssuerTotals {
  return {
    pending: totals.pending + lot.pending - former.pending,
    available: totals.available + lot.available - former.available,
    held: totals.held + lot.held - former.held,
    debt: totals.debt,
  };
}

/** Sums of lots, and what is owed, by entity. */
export function totalsByIssuer(lots: Iterable<Lot>, debts: ReadonlyMap<Brand, Bonus>): Map<Brand, IssuerTotals> {
  const totals = new Map<Brand, IssuerTotals>();
  for (const [entity, debt] of debts) totals.set(entity, { ...NOTHING, debt });
  for (const lot of lots) totals.set(lot.issuer, withLot(totals.get(lot.issuer) ?? NOTHING, lot));
  return totals;
}

/** The four totals over all issuers. */
export function totalOf(byIssuer: ReadonlyMap<Brand, IssuerTotals>): Totals {
  let [pending, available, held, debt] = [0n, 0n, 0n, 0n];
  for (const one of byIssuer.values()) {
    pending += one.pending;
    available += one.available;
    held += one.held;
    debt += one.debt;
  }
  return { pending, available, held, debt };
}
