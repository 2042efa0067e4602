/**
 * A wallet: a member's totals by issuer, and as many of the open lots and holds as were loaded. It is changed only by
 * accepting a draft (wallet-draft.ts); nothing here reads a clock or a database.
 *
 * What a command costs must not grow with the lots that it does not touch. So a wallet knows how much of itself is
 * there, and whoever wants more is told: `LotsMissing`. The engine then loads the rest, and has it decided again.
 */
import type { Bonus } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { HoldId, LotId, MemberId } from "../kernel/ids.ts";
import type { Brand, LotKind } from "./account.ts";
import type { Hold } from "./hold.ts";
import { compareLots, type Lot, nextMoveAt, nextTurnAt } from "./lot.ts";
import { type IssuerTotals, totalsByIssuer } from "./totals.ts";

export type MemberStatus = "active" | "blocked";

/** `pending`: its erasure has been asked for; `erased`: it is nobody's by now, and nothing more is done for it. */
export type ErasureState = "pending" | "erased";

/** Whom a wallet belongs to, when members become one or part. */
export interface WalletOwner {
  readonly status: MemberStatus;
  /** The member that this one has become part of; null: it stands for itself. */
  readonly survivorId: MemberId | null;
  /** Members and profiles that were part of this member, and are not any more. */
  readonly parted: readonly string[] | null;
  /** Until when some of its lots may not be spent yet; null, or an instant that has passed: none. */
  readonly coolingUntil: Instant | null;
  /** Null: nobody has asked for it. */
  readonly erasure: ErasureState | null;
}

export type SoonestEnds = Readonly<Partial<Record<LotKind, Instant>>>;

/** How much of a wallet is there. Lots that a command has named are there besides. */
export interface Coverage {
  /** All open lots that end before this instant: of these kinds, or of all. */
  readonly endingBefore: Instant;
  readonly endingKinds?: ReadonlySet<LotKind> | undefined;
  /** All lots with something available up to this one in burn order; `all`, or none. */
  readonly burnableTo: Lot | "all" | "none";
  /** Whether the open holds are there. */
  readonly holds: boolean;
}

const WHOLE: Coverage = { endingBefore: Number.POSITIVE_INFINITY, burnableTo: "all", holds: true };

export interface WalletState extends WalletOwner {
  readonly memberId: MemberId;
  readonly version: bigint;
  readonly postedAt: Instant;
  readonly createdAt: Instant;
  readonly byIssuer: ReadonlyMap<Brand, IssuerTotals>;
  readonly soonestEnds: SoonestEnds;
  /** Absent: never, as far as can be seen. */
  readonly nextMoveAt: Instant | null;
  readonly nextTurnAt: Instant | null;
  readonly lots: readonly Lot[];
  /** Lots that other wallets have, and that a command has named for this one: empty until something comes into them. */
  readonly templates?: readonly Lot[];
  /** Those that are open, as far as they are there, and those that were named: also one that has ended in another wallet. */
  readonly holds: readonly Hold[];
  readonly coverage: Coverage;
}

/** More of a wallet is wanted than was loaded. No fault: the engine loads it, and decides again. */
export class LotsMissing extends Error {
  override readonly name = "LotsMissing";
  readonly memberId: MemberId;

  constructor(memberId: MemberId) {
    super("more lots are wanted than were loaded");
    this.memberId = memberId;
  }
}

const NEVER = Number.POSITIVE_INFINITY;

export class Wallet {
  readonly memberId: MemberId;
  owner: WalletOwner;
  readonly createdAt: Instant;
  readonly coverage: Coverage;
  readonly loadedVersion: bigint;
  version: bigint;
  postedAt: Instant;
  byIssuer: ReadonlyMap<Brand, IssuerTotals>;
  soonestEnds: SoonestEnds;
  readonly holds = new Map<HoldId, Hold>();
  /** Never later than the next instant at which time moves bonuses here. */
  nextMoveAt: Instant;
  /** Never later than the next instant at which time changes anything here. */
  nextTurnAt: Instant;
  /** In burn order. */
  readonly #lots: Lot[];
  readonly #byId = new Map<LotId, Lot>();
  readonly #templates: ReadonlyMap<LotId, Lot>;

  constructor(state: WalletState) {
    this.memberId = state.memberId;
    const { status, survivorId, parted, coolingUntil, erasure } = state;
    this.owner = { status, survivorId, parted, coolingUntil, erasure };
    this.createdAt = state.createdAt;
    this.coverage = state.coverage;
    this.loadedVersion = state.version;
    this.version = state.version;
    this.postedAt = state.postedAt;
    this.byIssuer = state.byIssuer;
    this.soonestEnds = state.soonestEnds;
    this.nextMoveAt = state.nextMoveAt ?? NEVER;
    this.nextTurnAt = state.nextTurnAt ?? NEVER;
    for (const hold of state.holds) this.holds.set(hold.id, hold);
    for (const lot of state.lots) this.#byId.set(lot.id, lot);
    this.#lots = [...this.#byId.values()].sort(compareLots);
    this.#templates = new Map((state.templates ?? []).map((lot) => [lot.id, lot]));
  }

  /** The loaded lots in burn order. */
  get lots(): readonly Lot[] {
    return this.#lots;
  }

  lot(id: LotId): Lot | undefined {
    return this.#byId.get(id);
  }

  /** A lot of another wallet, as it would be here: empty. */
  template(id: LotId): Lot | undefined {
    return this.#templates.get(id);
  }

  /** Whether all open lots and holds are there. */
  get isWhole(): boolean {
    const { endingBefore, endingKinds, holds } = this.coverage;
    return endingBefore === NEVER && endingKinds === undefined && holds;
  }

  /** Puts lots in place of their former values, or adds them; keeps the burn order. */
  replace(changed: Iterable<Lot>): void {
    for (const lot of changed) {
      const former = this.#byId.get(lot.id);
      this.#byId.set(lot.id, lot);
      if (former !== undefined) {
        const place = this.#placeOf(former);
        if (compareLots(former, lot) === 0) {
          this.#lots[place] = lot;
          continue;
        }
        this.#lots.splice(place, 1);
      }
      this.#lots.splice(this.#placeOf(lot), 0, lot);
    }
  }

  /** The next turn of what has changed may come before all others. */
  bringForward(lots: Iterable<Lot>, holds: Iterable<Hold>): void {
    const next = outlookOf(lots, holds);
    this.nextMoveAt = Math.min(this.nextMoveAt, next.nextMoveAt);
    this.nextTurnAt = Math.min(this.nextTurnAt, next.nextTurnAt);
  }

  /** Where the lot stands, or would stand, in burn order. */
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

/** What a wallet that is whole says of itself by its lots and holds: when time moves it, and when its kinds end. */
export function outlookOf(
  lots: Iterable<Lot>,
  holds: Iterable<Hold>,
): { nextMoveAt: Instant; nextTurnAt: Instant; soonestEnds: SoonestEnds } {
  let [move, turn] = [NEVER, NEVER];
  const ends: Partial<Record<LotKind, Instant>> = {};
  for (const lot of lots) {
    move = Math.min(move, nextMoveAt(lot));
    turn = Math.min(turn, nextTurnAt(lot));
    if (!lot.closed) ends[lot.kind] = Math.min(ends[lot.kind] ?? NEVER, lot.expiresAt);
  }
  for (const hold of holds) if (hold.status === "open") move = Math.min(move, hold.expiresAt);
  return { nextMoveAt: move, nextTurnAt: Math.min(turn, move), soonestEnds: ends };
}

/** When the last of them has cooled off. */
function lastOf(lots: readonly Lot[]): Instant | null {
  let last: Instant | null = null;
  for (const { spendableFrom } of lots) if (spendableFrom !== null && spendableFrom > (last ?? 0)) last = spendableFrom;
  return last;
}

/** A wallet whose open lots and holds are all there: everything else follows from them. */
export function wholeWallet(
  state: Pick<WalletState, "memberId" | "version" | "postedAt" | "lots" | "holds"> & {
    readonly debts: ReadonlyMap<Brand, Bonus>;
    readonly createdAt?: Instant;
  },
): Wallet {
  const { debts, lots, holds } = state;
  return new Wallet({
    status: "active",
    survivorId: null,
    parted: null,
    coolingUntil: lastOf(lots),
    erasure: null,
    ...state,
    createdAt: state.createdAt ?? state.postedAt,
    byIssuer: totalsByIssuer(lots, debts),
    ...outlookOf(lots, holds),
    coverage: WHOLE,
  });
}
