/**
 * What each of two sides has of one lot of which both may have some: a hold that is open when two part takes its share of the
 * other's lot along, and whoever has such a share may be joined with others who have one of the same lot. What a side has
 * brought is its own, and it uses its own first; what it uses of the other's it makes good. Pure.
 */
import { type Bonus, maxOf, minOf } from "../../../kernel/amount.ts";

export const SIDES = ["leaving", "staying"] as const;
export type Side = (typeof SIDES)[number];
export const OTHER: Readonly<Record<Side, Side>> = { leaving: "staying", staying: "leaving" };

type BySide = Record<Side, Bonus>;
const nothing = (): BySide => ({ leaving: 0n, staying: 0n });

/** Of all accounts of the lot together: it does not matter to whom something belongs whether it is held. */
export class LotShares {
  readonly #has = nothing();
  /** What has ended of each side's, as it was counted. */
  readonly #ended = nothing();
  /** Of each side's share: what the other has had of it, less what came back. */
  readonly #had = nothing();
  /** What the holds of each side pin. */
  readonly #pinned = nothing();

  /** What each has. */
  get has(): Readonly<BySide> {
    return this.#has;
  }

  /** Of each side's: what the other has had, and is to make good. */
  get had(): Readonly<BySide> {
    return this.#had;
  }

  /** What is free of a side's share: its holds pin its own first. A debt is paid out of nothing else. */
  freeOf(side: Side): Bonus {
    return maxOf(this.#has[side] - this.#pinned[side], 0n);
  }

  pin(side: Side, amount: Bonus): void {
    this.#pinned[side] += amount;
  }

  /** A hold lets so much go: mostly one of that side's, but time ends those of either. */
  unpin(side: Side, amount: Bonus): void {
    const own = minOf(amount, this.#pinned[side]);
    this.#pinned[side] -= own;
    this.#pinned[OTHER[side]] -= minOf(amount - own, this.#pinned[OTHER[side]]);
  }

  /** Comes in as a side's own. */
  add(side: Side, amount: Bonus): void {
    this.#has[side] += amount;
  }

  /** Goes out, and is nobody's use of the other's: a debt was paid by the share of a side. */
  remove(side: Side, amount: Bonus): void {
    this.#has[side] -= amount;
  }

  /**
   * A side uses some: its own first, then the other's. `held`: a hold had it, which is no worse off where the lot has ended
   * since; so it was the other's that has ended.
   */
  take(by: Side, amount: Bonus, { held }: { readonly held: boolean }): void {
    const other = OTHER[by];
    const own = minOf(amount, maxOf(this.#has[by], 0n));
    const kept = held ? minOf(amount - own, minOf(this.#ended[by], maxOf(this.#has[other], 0n))) : 0n;
    this.#has[by] -= own;
    this.#ended[by] -= kept;
    this.#ended[other] += kept;
    this.#has[other] -= amount - own;
    this.#had[other] += amount - own - kept;
  }

  /** What a side had used comes back: what was the other's is his again, the rest its own. */
  giveBack(by: Side, amount: Bonus): void {
    const other = OTHER[by];
    const others = minOf(amount, this.#had[other]);
    this.#had[other] -= others;
    this.#has[other] += others;
    this.#has[by] += amount - others;
  }

  /** Time takes some, mostly all that is free: first of those who stay. */
  end(amount: Bonus): void {
    const staying = minOf(amount, maxOf(this.#has.staying, 0n));
    this.#has.staying -= staying;
    this.#ended.staying += staying;
    this.#has.leaving -= amount - staying;
    this.#ended.leaving += amount - staying;
  }
}
