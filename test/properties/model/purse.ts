/**
 * The ground of the naive model (model.ts): a flat list of lots, open holds, debts, and books written entry by entry;
 * and time, which moves from one event to the next. Nothing of the ledger is used but its types.
 */
import type { LotKind } from "../../../src/ledger/account.ts";
import { Books } from "./books.ts";

export interface ModelLot {
  readonly id: string;
  readonly issuer: string;
  readonly kind: LotKind;
  readonly activeAt: number;
  expiresAt: number;
  pending: bigint;
  available: bigint;
  held: bigint;
}

export interface Part {
  readonly lotId: string;
  readonly amount: bigint;
}

export interface ModelHold {
  readonly id: string;
  readonly expiresAt: number;
  readonly parts: readonly Part[];
}

/** At one instant: holds end, then lots begin, then lots end. */
type Event = { at: number; rank: 0; hold: ModelHold } | { at: number; rank: 1 | 2; lot: ModelLot };

export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Soonest end first, then soonest beginning, then id. */
export function burnsBefore(a: ModelLot, b: ModelLot): boolean {
  if (a.expiresAt !== b.expiresAt) return a.expiresAt < b.expiresAt;
  if (a.activeAt !== b.activeAt) return a.activeAt < b.activeAt;
  return a.id < b.id;
}

export class Purse {
  lots: ModelLot[] = [];
  holds: ModelHold[] = [];
  debts: Record<string, bigint> = {};
  books = new Books();

  has(id: string): boolean {
    return this.lots.some((lot) => lot.id === id);
  }

  lot(id: string): ModelLot {
    for (const lot of this.lots) if (lot.id === id) return lot;
    throw new Error(`the model has no lot ${id}`);
  }

  /** Lets time pass, one event after another: after each, all is looked at again. */
  advance(now: number): void {
    for (;;) {
      const next = this.#nextEvent();
      if (next === undefined || next.at > now) return;
      if (next.rank === 0) this.release(next.hold.id);
      else if (next.rank === 1) this.#activate(next.lot);
      else this.#expire(next.lot);
    }
  }

  isOpen(holdId: string): boolean {
    return this.holds.some((hold) => hold.id === holdId);
  }

  /** Ends a hold; all of its parts are free again. */
  release(id: string): void {
    for (const part of this.takeHold(id).parts) this.unpin(part.lotId, part.amount);
  }

  protected takeHold(id: string): ModelHold {
    const hold = this.holds.find((candidate) => candidate.id === id);
    if (hold === undefined) throw new Error(`the model has no open hold ${id}`);
    this.holds = this.holds.filter((candidate) => candidate !== hold);
    return hold;
  }

  protected unpin(lotId: string, amount: bigint): void {
    const lot = this.lot(lotId);
    lot.held -= amount;
    lot.available += amount;
    this.enter(lot.issuer, "held", "available", amount);
    this.repay(lot, amount);
  }

  /** Out of a lot, to an account of an entity: of the issuer itself, or by way of what the two owe each other. */
  protected pay(part: Part, from: "pending" | "available" | "held", entity: string, account: string): void {
    const lot = this.lot(part.lotId);
    lot[from] -= part.amount;
    if (lot.issuer === entity) this.enter(entity, from, account, part.amount);
    else {
      this.enter(lot.issuer, from, `due_to:${entity}`, part.amount);
      this.enter(entity, `due_from:${lot.issuer}`, account, part.amount);
    }
  }

  /** The mirror of paying; what becomes available so pays debt first. */
  protected receive(lot: ModelLot, to: "pending" | "available", amount: bigint, entity: string, account: string): void {
    lot[to] += amount;
    if (lot.issuer === entity) this.enter(entity, account, to, amount);
    else {
      this.enter(entity, account, `due_from:${lot.issuer}`, amount);
      this.enter(lot.issuer, `due_to:${entity}`, to, amount);
    }
    if (to === "available") this.repay(lot, amount);
  }

  protected owe(entity: string, amount: bigint, account: string): void {
    this.debts[entity] = (this.debts[entity] ?? 0n) + amount;
    if (amount < 0n) this.enter(entity, account, "debt", -amount);
    else this.enter(entity, "debt", account, amount);
  }

  protected enter(entity: string, debit: string, credit: string, amount: bigint): void {
    this.books.post({ entity, debit, credit, amount });
  }

  /** Debt is paid out of what became available: to the lot's own issuer first, then to the others by name. */
  protected repay(lot: ModelLot, became: bigint): void {
    let left = became;
    const others = Object.keys(this.debts).filter((entity) => entity !== lot.issuer);
    for (const entity of [lot.issuer, ...others.sort()]) {
      const amount = smaller(left, this.debts[entity] ?? 0n);
      if (amount === 0n) continue;
      left -= amount;
      this.debts[entity] = (this.debts[entity] ?? 0n) - amount;
      this.pay({ lotId: lot.id, amount }, "available", entity, "debt");
    }
  }

  #nextEvent(): Event | undefined {
    let next: Event | undefined;
    for (const hold of this.holds) {
      const sooner =
        next?.rank !== 0 || hold.expiresAt < next.at || (hold.expiresAt === next.at && hold.id < next.hold.id);
      if (sooner) next = { at: hold.expiresAt, rank: 0, hold };
    }
    for (const lot of this.lots) {
      if (lot.pending === 0n && lot.available === 0n) continue;
      const rank = lot.pending > 0n ? 1 : 2;
      const at = rank === 1 ? lot.activeAt : lot.expiresAt;
      if (next === undefined || at < next.at || (at === next.at && before(rank, lot, next))) next = { at, rank, lot };
    }
    return next;
  }

  #activate(lot: ModelLot): void {
    const amount = lot.pending;
    lot.pending = 0n;
    lot.available += amount;
    this.enter(lot.issuer, "pending", "available", amount);
    this.repay(lot, amount);
  }

  #expire(lot: ModelLot): void {
    this.enter(lot.issuer, "available", "breakage", lot.available);
    lot.available = 0n;
  }
}

function before(rank: 1 | 2, lot: ModelLot, next: Event): boolean {
  return rank < next.rank || (next.rank === rank && burnsBefore(lot, next.lot));
}
