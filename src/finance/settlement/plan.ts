/** Of which pairs a settlement is made, and what stands against it. Pure. */
import type { Brand } from "../../ledger/account.ts";
import { firstDayAfter, firstDayOf, type Month, monthOf } from "../periods/months.ts";
import type { Pair } from "./lines.ts";
import type { LastOfPair } from "./stores.ts";

/** Months that one settlement may have. */
export const MOST_SETTLED_MONTHS = 12;

export interface Months {
  readonly from: Month;
  readonly to: Month;
}

/** All pairs of brands, or those of one of them. */
export function pairsOf(brands: readonly Brand[], only: Brand | null): Pair[] {
  const sorted = brands.toSorted();
  const all = sorted.flatMap((one, index) => sorted.slice(index + 1).map((other) => ({ one, other })));
  return all.filter(({ one, other }) => only === null || one === only || other === only);
}

/** A pair whose next settlement begins with another month; null: its last one is not agreed yet. */
export interface LeftOut {
  readonly between: readonly Brand[];
  readonly next: Month | null;
}

export type Plan =
  | { readonly kind: "make"; readonly pairs: readonly Pair[]; readonly leftOut: readonly LeftOut[] }
  /** Each pair has one of these months. */
  | { readonly kind: "there" }
  /** None can be made: the first pair of those that are left out. */
  | ({ readonly kind: "out_of_order" } & LeftOut);

/**
 * Settlements of a pair follow one another without a gap, each after the one before it has been agreed; the first may begin
 * with any month. Each pair goes its own way: one that is not so far, or further, holds up no other. A pair that has one of
 * just these months is passed over.
 */
export function planSettlements({ from, to }: Months, pairs: readonly Pair[], last: readonly LastOfPair[]): Plan {
  const make: Pair[] = [];
  const leftOut: LeftOut[] = [];
  for (const pair of pairs) {
    const former = last.find(({ one, other }) => one === pair.one && other === pair.other);
    if (former?.fromMonth === from && former.toMonth === to) continue;
    const next = former === undefined ? from : nextAfter(former);
    if (next === from) make.push(pair);
    else leftOut.push({ between: [pair.one, pair.other], next });
  }
  if (make.length > 0) return { kind: "make", pairs: make, leftOut };
  const [first] = leftOut;
  return first === undefined ? { kind: "there" } : { kind: "out_of_order", ...first };
}

const nextAfter = ({ toMonth, status }: LastOfPair): Month | null =>
  status === "draft" ? null : monthOf(firstDayAfter(toMonth));

/** How many months there are from one to another, both included. */
export function monthsIn({ from, to }: Months): number {
  const [[fromYear = 0, fromNumber = 0], [toYear = 0, toNumber = 0]] = [from, to].map((month) =>
    month.split("-").map(Number),
  ) as [number[], number[]];
  return (toYear - fromYear) * 12 + toNumber - fromNumber + 1;
}

/** Whether a month lies before the first day on which anything can be accounted. */
export const isClosed = (month: Month, openFrom: string | null): boolean =>
  openFrom !== null && firstDayOf(month) < openFrom;
