/**
 * What each of two sides has of the lots in one wallet. A lot is mostly its owner's; but a hold that is open when two part takes
 * a share of the other's lot along, and whoever has such a share may be joined with others who have one of the same lot. What a
 * side has is its own, and it uses its own first; what it uses of the other's it makes good. Pure.
 */
import { type Bonus, maxOf, minOf } from "../../../kernel/amount.ts";
import type { LotId } from "../../../kernel/ids.ts";

export const SIDES = ["leaving", "staying"] as const;
export type Side = (typeof SIDES)[number];
export const OTHER: Readonly<Record<Side, Side>> = { leaving: "staying", staying: "leaving" };

export type BySide = Record<Side, Bonus>;
const nothing = (): BySide => ({ leaving: 0n, staying: 0n });

/** What each side has of one lot, in one wallet. Of all accounts of the lot together: to whom something belongs does not depend on whether it is held. */
export class LotShares {
  readonly #has = nothing();
  /** What has ended of each side's, as it was counted. */
  readonly #ended = nothing();

  get has(): Readonly<BySide> {
    return this.#has;
  }

  /** Comes in as a side's own. */
  add(side: Side, amount: Bonus): void {
    this.#has[side] += amount;
  }

  /**
   * A side uses some: its own first, then the other's; answers how much that is. `held`: a hold had it, which is no worse off
   * where the lot has ended since; so it was the other's that has ended.
   */
  take(by: Side, amount: Bonus, { held }: { readonly held: boolean }): Bonus {
    const other = OTHER[by];
    const own = minOf(amount, maxOf(this.#has[by], 0n));
    const kept = held ? minOf(amount - own, minOf(this.#ended[by], maxOf(this.#has[other], 0n))) : 0n;
    this.#has[by] -= own;
    this.#ended[by] -= kept;
    this.#ended[other] += kept;
    this.#has[other] -= amount - own;
    return amount - own - kept;
  }

  /** Time takes some, mostly all that is free: first of those who stay. Answers how much it was of each. */
  end(amount: Bonus): BySide {
    const staying = minOf(amount, maxOf(this.#has.staying, 0n));
    const ended = { staying, leaving: amount - staying };
    for (const side of SIDES) {
      this.#has[side] -= ended[side];
      this.#ended[side] += ended[side];
    }
    return ended;
  }

  /** So much goes, first of what a side has; answers how much it was of each. */
  out(first: Side, amount: Bonus): BySide {
    const own = minOf(amount, maxOf(this.#has[first], 0n));
    const gone = { [first]: own, [OTHER[first]]: amount - own } as BySide;
    for (const side of SIDES) this.#has[side] -= gone[side];
    return gone;
  }
}

/** What each side has had of the other's lots, wherever these were: to be given back into them first. */
export class Had {
  readonly #by = { leaving: new Map<LotId, Bonus>(), staying: new Map<LotId, Bonus>() };

  /** Of lots of this owner's: what the other has had of them. */
  of(owner: Side): ReadonlyMap<LotId, Bonus> {
    return this.#by[owner];
  }

  count(owner: Side, lotId: LotId, amount: Bonus): void {
    if (amount !== 0n) this.#by[owner].set(lotId, (this.#by[owner].get(lotId) ?? 0n) + amount);
  }
}
