/**
 * The naive model: what a wallet must do, written a second time from the rules alone, slow and meant to be obvious.
 * Lots are a flat list that is sorted anew at each step. Nothing of the ledger is used but its types.
 */
import type { LotKind } from "../../../src/ledger/account.ts";
import { burnsBefore, type ModelLot, type Part, Purse, smaller } from "./purse.ts";

export interface ModelRules {
  readonly order: readonly ("promo-first" | "own-brand-first")[];
  readonly rollout: readonly { readonly issuer: string; readonly seller: string }[];
}

export interface ModelGrant {
  readonly id: string;
  readonly issuer: string;
  readonly kind: LotKind;
  readonly amount: bigint;
  readonly activeAt: number;
  readonly expiresAt: number;
}

/** What a clawback took, and what nothing covered. */
export interface Cover {
  readonly parts: readonly (Part & { readonly from: "pending" | "available" })[];
  readonly debt: bigint;
}

export class Model extends Purse {
  readonly #rules: ModelRules;

  constructor(rules: ModelRules) {
    super();
    this.#rules = rules;
  }

  copy(): Model {
    const copy = new Model(this.#rules);
    copy.lots = this.lots.map((lot) => ({ ...lot }));
    copy.holds = [...this.holds];
    copy.debts = { ...this.debts };
    copy.books = this.books.copy();
    return copy;
  }

  grant(terms: ModelGrant): void {
    const { amount, ...rest } = terms;
    this.lots.push({ ...rest, pending: amount, available: 0n, held: 0n });
    this.enter(terms.issuer, costOf(terms.kind), "pending", amount);
  }

  spendable(seller: string): bigint {
    let total = 0n;
    for (const lot of this.lots) if (this.#mayUse(lot.issuer, seller)) total += lot.available;
    return total;
  }

  spend(amount: bigint, seller: string): Part[] {
    const parts = this.#burn(amount, seller);
    for (const part of parts) this.pay(part, "available", seller, "redemption");
    return parts;
  }

  hold(id: string, amount: bigint, seller: string, expiresAt: number): Part[] {
    const parts = this.#burn(amount, seller);
    for (const part of parts) {
      const lot = this.lot(part.lotId);
      lot.available -= part.amount;
      lot.held += part.amount;
      this.enter(lot.issuer, "available", "held", part.amount);
    }
    this.holds.push({ id, expiresAt, parts });
    return parts;
  }

  /** Spends the first `amount` of what a hold has pinned, in its order, and then lets go of the rest, or keeps it. */
  capture(id: string, amount: bigint, seller: string, final: boolean): void {
    const rest: Part[] = [];
    let left = amount;
    const { parts, expiresAt } = this.takeHold(id);
    for (const { lotId, amount: pinned } of parts) {
      const taken = smaller(left, pinned);
      left -= taken;
      if (taken > 0n) this.pay({ lotId, amount: taken }, "held", seller, "redemption");
      if (pinned > taken) rest.push({ lotId, amount: pinned - taken });
    }
    if (final) for (const part of rest) this.unpin(part.lotId, part.amount);
    else if (rest.length > 0) this.holds.push({ id, expiresAt, parts: rest });
  }

  giveBack(parts: readonly Part[], seller: string, graceUntil: number): void {
    for (const { lotId, amount } of parts) {
      if (amount === 0n) continue;
      const lot = this.lot(lotId);
      lot.expiresAt = Math.max(lot.expiresAt, graceUntil);
      this.receive(lot, "available", amount, seller, "redemption");
    }
  }

  undoGiveBack(parts: readonly Part[], seller: string): bigint {
    let debt = 0n;
    for (const { lotId, amount } of parts) debt += this.#takeBack(lotId, amount, seller, "redemption").debt;
    return debt;
  }

  clawBack(lotId: string, amount: bigint): Cover {
    const { issuer, kind } = this.lot(lotId);
    return this.#takeBack(lotId, amount, issuer, costOf(kind));
  }

  undoClawBack(lotId: string, cover: Cover, graceUntil: number, now: number): void {
    const { issuer, kind } = this.lot(lotId);
    const struck = smaller(cover.debt, this.debts[issuer] ?? 0n);
    if (struck > 0n) this.owe(issuer, -struck, costOf(kind));
    const repaid = { lotId, amount: cover.debt - struck, from: "available" as const };
    for (const part of [...cover.parts, repaid]) {
      if (part.amount === 0n) continue;
      const lot = this.lot(part.lotId);
      lot.expiresAt = Math.max(lot.expiresAt, graceUntil);
      const waits = part.from === "pending" && lot.activeAt > now;
      this.receive(lot, waits ? "pending" : "available", part.amount, issuer, costOf(kind));
    }
  }

  extend(kinds: readonly LotKind[], until: number, now: number): number {
    let moved = 0;
    for (const lot of this.lots) {
      if (!kinds.includes(lot.kind) || lot.expiresAt <= now || lot.expiresAt >= until) continue;
      lot.expiresAt = until;
      moved += 1;
    }
    return moved;
  }

  /** A lot goes to another member, with all that is left in it; what is free of it pays what is owed there. */
  moveLot(id: string, to: Model): void {
    const lot = this.lot(id);
    this.lots = this.lots.filter((other) => other !== lot);
    to.lots.push(lot);
    for (const account of ["pending", "available", "held"] as const) {
      if (lot[account] === 0n) continue;
      this.enter(lot.issuer, account, "moved", lot[account]);
      to.enter(lot.issuer, "moved", account, lot[account]);
    }
    to.repay(lot, lot.available);
  }

  /** A debt goes to another member, and is paid by what is free there. */
  moveDebt(entity: string, amount: bigint, to: Model): void {
    this.owe(entity, -amount, "moved");
    to.owe(entity, amount, "moved");
    for (const lot of to.#sorted([])) to.repay(lot, lot.available);
  }

  /** Takes an amount for an entity: from the lot first, then from what else is available, then as debt. */
  #takeBack(lotId: string, amount: bigint, entity: string, account: string): Cover {
    const first = this.lot(lotId);
    const sources: { lot: ModelLot; from: "pending" | "available" }[] = [{ lot: first, from: "pending" }];
    for (const lot of [first, ...this.#sorted([])]) sources.push({ lot, from: "available" });
    const parts: Cover["parts"][number][] = [];
    let left = amount;
    for (const { lot, from } of sources) {
      const taken = smaller(left, lot[from]);
      if (taken === 0n) continue;
      left -= taken;
      parts.push({ lotId: lot.id, amount: taken, from });
      this.pay({ lotId: lot.id, amount: taken }, from, entity, account);
    }
    if (left > 0n) this.owe(entity, left, account);
    return { parts, debt: left };
  }

  #burn(amount: bigint, seller: string): Part[] {
    const parts: Part[] = [];
    let left = amount;
    for (const lot of this.#sorted(this.#rules.order, seller)) {
      const taken = this.#mayUse(lot.issuer, seller) ? smaller(left, lot.available) : 0n;
      if (taken > 0n) parts.push({ lotId: lot.id, amount: taken });
      left -= taken;
    }
    if (left > 0n) throw new Error("the model was asked for more than is spendable");
    return parts;
  }

  #mayUse(issuer: string, seller: string): boolean {
    if (issuer === seller) return true;
    const fits = (pattern: string, brand: string) => pattern === "*" || pattern === brand;
    for (const cell of this.#rules.rollout) if (fits(cell.issuer, issuer) && fits(cell.seller, seller)) return true;
    return false;
  }

  /** Lots that have something, in burn order; what the rules prefer goes before all else. Sorted by insertion. */
  #sorted(order: ModelRules["order"], seller?: string): ModelLot[] {
    const rank = (lot: ModelLot) => {
      let worst = 0;
      for (const rule of order) {
        const prefers = rule === "promo-first" ? lot.kind === "promo" : lot.issuer === seller;
        worst = 2 * worst + Number(!prefers);
      }
      return worst;
    };
    const sorted: ModelLot[] = [];
    for (const lot of this.lots) {
      if (lot.available === 0n) continue;
      const own = rank(lot);
      const place = sorted.findIndex((other) => own < rank(other) || (own === rank(other) && burnsBefore(lot, other)));
      sorted.splice(place < 0 ? sorted.length : place, 0, lot);
    }
    return sorted;
  }
}

function costOf(kind: LotKind): string {
  return kind === "opening" ? "opening" : `issuance:${kind}`;
}
