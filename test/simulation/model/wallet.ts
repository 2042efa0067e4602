/** A member's bonuses as a flat list of lots, with holds and debts; sorted anew at each step. Time goes from event to event. */
import { least, total } from "./amounts.ts";
import { amountOf, firstOf, type Lot, type Part } from "./parts.ts";
import type { Brand } from "./rules.ts";

/** Whether a seller may take bonuses of an issuer. */
export type Uses = (issuer: Brand) => boolean;

/** Bonuses put aside, lot by lot in the order in which they would burn. */
export interface Hold {
  id: string;
  endsAt: number;
  pinned: { readonly lot: Lot; amount: bigint }[];
}

/** What a clawback took, and what nothing covered. */
export interface Cover {
  readonly parts: readonly (Part & { readonly from: "pending" | "available" })[];
  readonly debt: bigint;
}

/** Later than all ids that the service has given so far. */
const NOT_NAMED_YET = "~";

/** At one instant holds end, then lots begin, then lots end. */
interface Event {
  readonly at: number;
  readonly rank: number;
  readonly tie: string;
  readonly happen: () => void;
}

export class Wallet {
  readonly lots: Lot[] = [];
  readonly holds: Hold[] = [];
  readonly debts = new Map<Brand, bigint>();

  /** Does all that is due by an instant. */
  pass(now: number): void {
    for (;;) {
      const [next] = this.#due(now).sort((a, b) => a.at - b.at || a.rank - b.rank || (a.tie < b.tie ? -1 : 1));
      if (next === undefined) return;
      next.happen();
    }
  }

  sum(what: "pending" | "available" | "held"): bigint {
    return total(this.lots.map((lot) => lot[what]));
  }

  get debt(): bigint {
    return total([...this.debts.values()]);
  }

  grant(terms: Pick<Lot, "issuer" | "kind" | "activeAt" | "endsAt">, amount: bigint): Lot {
    const lot = { ...terms, id: NOT_NAMED_YET, pending: amount, available: 0n, held: 0n };
    this.lots.push(lot);
    return lot;
  }

  /** What a seller could take. */
  spendable(uses: Uses): bigint {
    return total(this.lots.filter(({ issuer }) => uses(issuer)).map(({ available }) => available));
  }

  spend(amount: bigint, uses: Uses): Part[] {
    const parts = this.#choose(amount, uses);
    for (const part of parts) part.lot.available -= part.amount;
    return parts;
  }

  hold(amount: bigint, endsAt: number, uses: Uses): Hold {
    const hold = { id: NOT_NAMED_YET, endsAt, pinned: this.#choose(amount, uses) };
    for (const { lot, amount: pinned } of hold.pinned) {
      lot.available -= pinned;
      lot.held += pinned;
    }
    this.holds.push(hold);
    return hold;
  }

  /** Takes parts out of a hold: spent, or free again. What is free pays debt first. */
  unpin(hold: Hold, parts: readonly Part[], becomes: "spent" | "free"): void {
    for (const { lot, amount } of parts) {
      const pinned = hold.pinned.find((each) => each.lot === lot);
      if (pinned === undefined || pinned.amount < amount) throw new Error("the model holds less than that");
      pinned.amount -= amount;
      lot.held -= amount;
      if (becomes === "free") this.#become(lot, amount);
    }
    if (amountOf(hold.pinned) === 0n) this.#forget(hold);
  }

  /** Puts into a hold what it had paid for; it may have ended. */
  pinAgain(hold: Hold, parts: readonly Part[]): void {
    for (const { lot, amount } of parts) {
      const pinned = hold.pinned.find((each) => each.lot === lot);
      if (pinned === undefined) throw new Error("the model never held that");
      pinned.amount += amount;
      lot.held += amount;
    }
    this.#keep(hold);
  }

  /** Pins again what a hold had given back, as far as it is free. */
  pinFree(hold: Hold, parts: readonly Part[]): Part[] {
    const free = parts
      .map(({ lot, amount }) => ({ lot, amount: least(amount, lot.available) }))
      .filter(({ amount }) => amount > 0n);
    for (const { lot, amount } of free) lot.available -= amount;
    this.pinAgain(hold, free);
    return free;
  }

  giveBack(parts: readonly Part[], graceUntil: number): void {
    for (const { lot, amount } of parts) {
      lot.endsAt = Math.max(lot.endsAt, graceUntil);
      this.#become(lot, amount);
    }
  }

  /** Takes what a lot's goods had earned: from that lot, from others in burn order, then as debt to its issuer. */
  clawBack(lot: Lot, amount: bigint): Cover {
    return this.#take(lot, amount, lot.issuer);
  }

  /** Spends again what had come back: from the same lots as far as it is there, from others, then as debt to the seller. */
  spendAgain(parts: readonly Part[], seller: Brand): void {
    for (const { lot, amount } of parts) this.#take(lot, amount, seller);
  }

  /** What a clawback took goes back; its debt is struck out, and what was repaid of it since goes to the lot that had earned it. */
  undoClawBack(earned: Lot, cover: Cover, graceUntil: number, now: number): void {
    const struck = least(cover.debt, this.debts.get(earned.issuer) ?? 0n);
    this.debts.set(earned.issuer, (this.debts.get(earned.issuer) ?? 0n) - struck);
    const repaid = { lot: earned, amount: cover.debt - struck, from: "available" as const };
    for (const { lot, amount, from } of [...cover.parts, repaid]) {
      if (amount === 0n) continue;
      lot.endsAt = Math.max(lot.endsAt, graceUntil);
      if (from === "pending" && lot.activeAt > now) lot.pending += amount;
      else this.#become(lot, amount);
    }
  }

  extend(until: number, now: number): void {
    for (const lot of this.lots) {
      if (lot.kind === "ordinary" && lot.endsAt > now) lot.endsAt = Math.max(lot.endsAt, until);
    }
  }

  /** Bonuses become available, and pay debt first: to their issuer, then to the others by name. */
  #become(lot: Lot, amount: bigint): void {
    lot.available += amount;
    let left = amount;
    const others = [...this.debts.keys()].filter((brand) => brand !== lot.issuer).sort();
    for (const creditor of [lot.issuer, ...others]) {
      const owed = this.debts.get(creditor) ?? 0n;
      const paid = least(left, owed);
      left -= paid;
      lot.available -= paid;
      this.debts.set(creditor, owed - paid);
    }
  }

  #take(first: Lot, amount: bigint, creditor: Brand): Cover {
    const sources: { lot: Lot; from: "pending" | "available" }[] = [{ lot: first, from: "pending" }];
    for (const lot of [first, ...this.#burning()]) sources.push({ lot, from: "available" });
    const parts: (Part & { from: "pending" | "available" })[] = [];
    let left = amount;
    for (const { lot, from } of sources) {
      const taken = least(left, lot[from]);
      if (taken === 0n) continue;
      left -= taken;
      lot[from] -= taken;
      parts.push({ lot, amount: taken, from });
    }
    this.debts.set(creditor, (this.debts.get(creditor) ?? 0n) + left);
    return { parts, debt: left };
  }

  #choose(amount: bigint, uses: Uses): { lot: Lot; amount: bigint }[] {
    const parts = firstOf(
      this.#burning()
        .filter(({ issuer }) => uses(issuer))
        .map((lot) => ({ lot, amount: lot.available })),
      amount,
    );
    if (amountOf(parts) !== amount) throw new Error("the model was asked for more than there is");
    return parts;
  }

  /** Soonest end, then soonest beginning, then name. */
  #burning(): Lot[] {
    return [...this.lots].sort(
      (a, b) => a.endsAt - b.endsAt || a.activeAt - b.activeAt || (a.id < b.id ? -1 : Number(a.id > b.id)),
    );
  }

  #due(now: number): Event[] {
    const events: Event[] = [];
    for (const hold of this.holds) {
      events.push({ at: hold.endsAt, rank: 0, tie: hold.id, happen: () => this.unpin(hold, left(hold), "free") });
    }
    for (const [place, lot] of this.#burning().entries()) {
      const tie = `${place}`.padStart(6, "0");
      if (lot.pending > 0n) events.push({ at: lot.activeAt, rank: 1, tie, happen: () => this.#activate(lot) });
      if (lot.available > 0n) events.push({ at: lot.endsAt, rank: 2, tie, happen: () => void (lot.available = 0n) });
    }
    return events.filter(({ at }) => at <= now);
  }

  #activate(lot: Lot): void {
    const amount = lot.pending;
    lot.pending = 0n;
    this.#become(lot, amount);
  }

  #keep(hold: Hold): void {
    if (amountOf(hold.pinned) > 0n && !this.holds.includes(hold)) this.holds.push(hold);
  }

  #forget(hold: Hold): void {
    this.holds.splice(0, this.holds.length, ...this.holds.filter((each) => each !== hold));
  }
}

/** What a hold has pinned still. */
export const left = (hold: Hold): Part[] =>
  hold.pinned.filter(({ amount }) => amount > 0n).map((part) => ({ ...part }));
