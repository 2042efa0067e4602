/**
 * A draft: one decision's working copy of a wallet. Moves are written on the draft; a decision that is refused
 * drops it, and nothing has happened. Accepting hands the changed lots, holds and transfers to the wallet and the engine.
 *
 * Everything that changes a lot goes through `post`, so a lot never changes without its transfer.
 */
import type { Bonus } from "../kernel/amount.ts";
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import type { HoldId, LotId, MemberId } from "../kernel/ids.ts";
import type { Account, Brand, LotKind } from "./account.ts";
import type { Hold, OpenHold } from "./hold.ts";
import { checkLot, compareLots, type Lot, nextTurnAt } from "./lot.ts";
import { type Transfer, type TransferEvent, transfer } from "./transfer.ts";
import type { MemberStatus, Totals, Wallet } from "./wallet.ts";

/** One side and purpose of a posting on a lot. */
export interface Posting {
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: Bonus;
  readonly event: TransferEvent;
  readonly at: Instant;
}

export class Draft {
  readonly #wallet: Wallet;
  readonly #lots = new Map<LotId, Lot>();
  readonly #holds = new Map<HoldId, Hold>();
  #debts: Map<Brand, Bonus> | undefined;
  readonly transfers: Transfer[] = [];
  /** True once a lot was added or its end moved, so that the wallet's own burn order no longer serves. */
  #reordered = false;
  #sweptUntil = Number.NEGATIVE_INFINITY;
  #touched = false;

  constructor(wallet: Wallet) {
    this.#wallet = wallet;
  }

  get memberId(): MemberId {
    return this.#wallet.memberId;
  }

  get status(): MemberStatus {
    return this.#wallet.status;
  }

  /** The version that the wallet will have when this draft is accepted. */
  get version(): bigint {
    return this.#wallet.version + (this.changed ? 1n : 0n);
  }

  get changed(): boolean {
    return this.#touched || this.#lots.size > 0 || this.#holds.size > 0 || this.transfers.length > 0;
  }

  get changedLots(): ReadonlyMap<LotId, Lot> {
    return this.#lots;
  }

  get changedHolds(): ReadonlyMap<HoldId, Hold> {
    return this.#holds;
  }

  /** The lot as this draft has it. It must be loaded. */
  lot(id: LotId): Lot {
    const lot = this.#lots.get(id) ?? this.#wallet.lot(id);
    assert(lot !== undefined, "a lot that is named is loaded");
    return lot;
  }

  /** All lots in burn order, as this draft has them. */
  lots(): readonly Lot[] {
    if (this.#lots.size === 0) return this.#wallet.lots;
    const known = this.#wallet.lots.map((lot) => this.#lots.get(lot.id) ?? lot);
    if (!this.#reordered) return known;
    for (const [id, lot] of this.#lots) if (this.#wallet.lot(id) === undefined) known.push(lot);
    return known.sort(compareLots);
  }

  /** Never later than the end of any lot of a kind. */
  soonestEndOf(kind: LotKind): Instant {
    let end = this.#wallet.soonestEndOf(kind);
    for (const lot of this.#lots.values()) if (lot.kind === kind) end = Math.min(end, lot.expiresAt);
    return end;
  }

  openHold(id: HoldId): OpenHold | undefined {
    const changed = this.#holds.get(id);
    if (changed !== undefined) return changed.status === "open" ? changed : undefined;
    return this.#wallet.holds.get(id);
  }

  openHolds(): OpenHold[] {
    const holds: OpenHold[] = [];
    for (const hold of [...this.#wallet.holds.values(), ...this.#holds.values()]) {
      if (hold.status === "open" && this.openHold(hold.id) === hold) holds.push(hold);
    }
    return holds;
  }

  debtTo(entity: Brand): Bonus {
    return this.debts.get(entity) ?? 0n;
  }

  get debts(): ReadonlyMap<Brand, Bonus> {
    return this.#debts ?? this.#wallet.debts;
  }

  /** Bonuses free to be spent, by issuer; those with nothing are left out. */
  availableByIssuer(): Map<Brand, Bonus> {
    const available = new Map<Brand, Bonus>();
    for (const issuer of this.#wallet.issuersWithAvailable()) available.set(issuer, this.#wallet.availableOf(issuer));
    for (const [id, lot] of this.#lots) {
      const change = lot.available - (this.#wallet.lot(id)?.available ?? 0n);
      available.set(lot.issuer, (available.get(lot.issuer) ?? 0n) + change);
    }
    for (const [issuer, amount] of available) if (amount === 0n) available.delete(issuer);
    return available;
  }

  totals(): Totals {
    let { pending, available, held } = this.#wallet.totals();
    for (const [id, lot] of this.#lots) {
      const former = this.#wallet.lot(id);
      pending += lot.pending - (former?.pending ?? 0n);
      available += lot.available - (former?.available ?? 0n);
      held += lot.held - (former?.held ?? 0n);
    }
    let debt = 0n;
    for (const amount of this.debts.values()) debt += amount;
    return { pending, available, held, debt };
  }

  /** Whether time has moved anything here that is not posted yet. */
  isDue(now: Instant): boolean {
    if (this.#wallet.nextTurnAt <= now && this.#sweptUntil < now) return true;
    for (const lot of this.#lots.values()) if (nextTurnAt(lot) <= now) return true;
    for (const hold of this.#holds.values()) if (hold.status === "open" && hold.expiresAt <= now) return true;
    return false;
  }

  /** Remembers that all that was due by then has been applied, so that the wallet looks for its next turn anew. */
  swept(until: Instant): void {
    this.#sweptUntil = Math.max(this.#sweptUntil, until);
  }

  /** Has the wallet written even if nothing moved, so that its next turn is known exactly. */
  touch(): void {
    this.#touched = true;
  }

  /** Moves an amount on a lot: writes the transfer in the books of the lot's issuer, and the lot as it is then. */
  post(lot: Lot, posting: Posting): void {
    this.transfers.push(
      transfer({
        entity: lot.issuer,
        debit: posting.debit,
        credit: posting.credit,
        amount: posting.amount,
        memberId: this.memberId,
        lotId: lot.id,
        event: posting.event,
        occurredAt: posting.at,
      }),
    );
    this.put(lot);
  }

  /** A transfer of another entity than the lot's issuer, or on no lot at all. */
  postElsewhere(entity: Brand, lotId: LotId | null, posting: Posting): void {
    const { debit, credit, amount, event, at } = posting;
    this.transfers.push(
      transfer({ entity, debit, credit, amount, memberId: this.memberId, lotId, event, occurredAt: at }),
    );
  }

  /** A lot whose terms change but not its amounts (end moved, closed), or that `post` has moved. */
  put(lot: Lot): void {
    const former = this.#lots.get(lot.id) ?? this.#wallet.lot(lot.id);
    if (former === undefined || former.expiresAt !== lot.expiresAt) this.#reordered = true;
    this.#lots.set(lot.id, checkLot(lot));
  }

  putHold(hold: Hold): void {
    this.#holds.set(hold.id, hold);
  }

  /** Sets what is owed to an entity. Only together with the transfer that says why. */
  setDebt(entity: Brand, debt: Bonus): void {
    assert(debt >= 0n, "no debt below zero");
    this.#debts ??= new Map(this.#wallet.debts);
    if (debt === 0n) this.#debts.delete(entity);
    else this.#debts.set(entity, debt);
  }

  /** Makes the draft true: the wallet takes it over. Called by the engine alone, once. */
  accept(postedAt: Instant): void {
    if (!this.changed) return;
    const wallet = this.#wallet;
    wallet.version += 1n;
    wallet.postedAt = postedAt;
    if (this.#debts !== undefined) wallet.debts = this.#debts;
    wallet.replace(this.#lots.values());
    for (const hold of this.#holds.values()) wallet.setHold(hold);
    if (this.#sweptUntil > Number.NEGATIVE_INFINITY) wallet.recomputeTurns();
  }
}
