/**
 * A wallet: a member's open lots, open holds and debts, with the totals that follow from them.
 * It is changed only by accepting a draft (draft.ts); nothing here reads a clock or a database.
 */
import type { Bonus } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { HoldId, LotId, MemberId } from "../kernel/ids.ts";
import type { Brand, LotKind } from "./account.ts";
import type { Hold, OpenHold } from "./hold.ts";
import { compareLots, type Lot, nextMoveAt, nextTurnAt } from "./lot.ts";

export interface Totals {
  readonly pending: Bonus;
  readonly available: Bonus;
  readonly held: Bonus;
  readonly debt: Bonus;
}

export type MemberStatus = "active" | "blocked";

export interface WalletState {
  readonly memberId: MemberId;
  readonly status: MemberStatus;
  /** Grows by one with every accepted command that changed the wallet. */
  readonly version: bigint;
  /** The last posting; postings of one wallet never go back in time. */
  readonly postedAt: Instant;
  readonly debts: ReadonlyMap<Brand, Bonus>;
  readonly holds: readonly OpenHold[];
  readonly lots: readonly Lot[];
}

export class Wallet {
  readonly memberId: MemberId;
  readonly status: MemberStatus;
  version: bigint;
  postedAt: Instant;
  debts: ReadonlyMap<Brand, Bonus>;
  readonly holds = new Map<HoldId, OpenHold>();
  /** In burn order. */
  #lots: Lot[];
  readonly #byId = new Map<LotId, Lot>();
  readonly #availableByIssuer = new Map<Brand, Bonus>();
  /** By kind, never later than the end of any lot. */
  readonly #soonestEnds = new Map<LotKind, Instant>();
  #pending = 0n;
  #held = 0n;
  /** Never later than the next instant at which time moves bonuses here. */
  nextMoveAt: Instant = Number.POSITIVE_INFINITY;
  /** Never later than the next instant at which time changes anything here. */
  nextTurnAt: Instant = Number.POSITIVE_INFINITY;

  constructor(state: WalletState) {
    this.memberId = state.memberId;
    this.status = state.status;
    this.version = state.version;
    this.postedAt = state.postedAt;
    this.debts = state.debts;
    this.#lots = [];
    for (const hold of state.holds) this.holds.set(hold.id, hold);
    this.replace(state.lots);
    this.recomputeTurns();
  }

  /** All loaded lots in burn order. */
  get lots(): readonly Lot[] {
    return this.#lots;
  }

  lot(id: LotId): Lot | undefined {
    return this.#byId.get(id);
  }

  /** Never later than the end of any lot of a kind. */
  soonestEndOf(kind: LotKind): Instant {
    return this.#soonestEnds.get(kind) ?? Number.POSITIVE_INFINITY;
  }

  availableOf(issuer: Brand): Bonus {
    return this.#availableByIssuer.get(issuer) ?? 0n;
  }

  issuersWithAvailable(): IterableIterator<Brand> {
    return this.#availableByIssuer.keys();
  }

  totals(): Totals {
    let available = 0n;
    for (const amount of this.#availableByIssuer.values()) available += amount;
    let debt = 0n;
    for (const amount of this.debts.values()) debt += amount;
    return { pending: this.#pending, available, held: this.#held, debt };
  }

  /** Puts lots in place of their former values, or adds them; keeps the burn order and the sums. */
  replace(lots: Iterable<Lot>): void {
    let unsorted = false;
    for (const lot of lots) {
      const former = this.#byId.get(lot.id);
      this.#byId.set(lot.id, lot);
      this.#count(lot, former);
      if (unsorted || (former !== undefined && former.expiresAt !== lot.expiresAt)) unsorted = true;
      else if (former === undefined) this.#lots.splice(this.#placeOf(lot), 0, lot);
      else this.#lots[this.#placeOf(lot)] = lot;
      this.nextMoveAt = Math.min(this.nextMoveAt, nextMoveAt(lot));
      this.nextTurnAt = Math.min(this.nextTurnAt, nextTurnAt(lot));
      this.#noteEnd(lot);
    }
    if (!unsorted) return;
    this.#lots = [...this.#byId.values()].sort(compareLots);
    this.#noteEnds();
  }

  /** Looks over all lots and holds for the next turn; lots that have closed are forgotten. */
  recomputeTurns(): void {
    let move = Number.POSITIVE_INFINITY;
    let turn = Number.POSITIVE_INFINITY;
    for (const lot of this.#lots) {
      move = Math.min(move, nextMoveAt(lot));
      turn = Math.min(turn, nextTurnAt(lot));
    }
    for (const hold of this.holds.values()) move = Math.min(move, hold.expiresAt);
    this.nextMoveAt = move;
    this.nextTurnAt = Math.min(turn, move);
  }

  /** Lets go of closed lots. Only between commands: a return may have named one. */
  forgetClosed(): void {
    if (!this.#lots.some((lot) => lot.closed)) return;
    this.#lots = this.#lots.filter((lot) => !lot.closed);
    for (const [id, lot] of this.#byId) if (lot.closed) this.#byId.delete(id);
    this.#noteEnds();
  }

  setHold(hold: Hold): void {
    if (hold.status === "open") {
      this.holds.set(hold.id, hold);
      this.nextMoveAt = Math.min(this.nextMoveAt, hold.expiresAt);
      this.nextTurnAt = Math.min(this.nextTurnAt, hold.expiresAt);
    } else this.holds.delete(hold.id);
  }

  #noteEnds(): void {
    this.#soonestEnds.clear();
    for (const lot of this.#lots) this.#noteEnd(lot);
  }

  #noteEnd({ kind, expiresAt }: Lot): void {
    this.#soonestEnds.set(kind, Math.min(this.soonestEndOf(kind), expiresAt));
  }

  #count(lot: Lot, former: Lot | undefined): void {
    this.#pending += lot.pending - (former?.pending ?? 0n);
    this.#held += lot.held - (former?.held ?? 0n);
    const change = lot.available - (former?.available ?? 0n);
    if (change !== 0n) this.#availableByIssuer.set(lot.issuer, this.availableOf(lot.issuer) + change);
  }

  /** Where the lot stands, or would stand, in burn order. New lots mostly come last. */
  #placeOf(lot: Lot): number {
    let low = 0;
    let high = this.#lots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#lots[middle];
      if (other !== undefined && compareLots(other, lot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
