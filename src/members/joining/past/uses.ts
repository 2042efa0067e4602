/**
 * What two sides of one member have had of each other's bonuses while they were one: a fold of what was posted since. Pure.
 *
 * Whatever moves bonuses is somebody's: of the side whose identifier was presented. A lot is the side's that earned it. Where
 * a side has spent of the other's lots, it owes that; what is nobody's in particular (the member was named by id) stays with
 * the lots that were burnt, which are those that end soonest. What a side owed, the bonuses of the other may have paid. Who was
 * one with both and has left since counts as one of those who stay.
 */
import { type Bonus, maxOf, minOf } from "../../../kernel/amount.ts";
import type { Instant } from "../../../kernel/clock.ts";
import type { LotId } from "../../../kernel/ids.ts";
import type { Account, Brand } from "../../../ledger/account.ts";
import type { TransferEvent } from "../../../ledger/transfer.ts";
import { DOES } from "./does.ts";
import { addTo, amountIn, type Repaid } from "./repaid.ts";
import { LotShares, OTHER, type Side, SIDES } from "./shares.ts";

/** Whose a lot is: of one side, or of both, each with a share of it. */
export type LotOwner = Side | "both";

/** A transfer of the wallet that both had. */
export interface Posted {
  readonly entity: Brand;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: Bonus;
  readonly lotId: LotId | null;
  readonly event: TransferEvent;
  /** Whose lot it is; null where there is none. */
  readonly ownedBy: LotOwner | null;
  /** Whose request it was; null where nobody can say. */
  readonly askedBy: Side | null;
}

/** What is known of the wallet that is to be parted, as it was read. */
export interface ToPart {
  readonly posted: readonly Posted[];
  readonly lots: ReadonlyMap<string, LotOwner>;
  readonly holds: ReadonlyMap<string, Side>;
  /**
   * Lots that had another end on either side, which only merges and partings have moved since: the end that those who stay had,
   * or null where theirs is as it is now.
   */
  readonly ends: ReadonlyMap<string, Instant | null>;
}

export interface Uses {
  /** Of each side's lots: what the other has had of them. */
  readonly had: Readonly<Record<Side, ReadonlyMap<LotId, Bonus>>>;
  /** Of lots of both: what each has and had, with the repayments below undone. */
  readonly shares: ReadonlyMap<LotId, LotShares>;
  readonly repaid: readonly Repaid[];
  /** What each side owes, by entity, with the repayments above undone. */
  readonly debts: Readonly<Record<Side, ReadonlyMap<Brand, Bonus>>>;
}

export function usesOf(posted: Iterable<Posted>): Uses {
  const fold = new Fold();
  for (const transfer of posted) fold.add(transfer);
  return fold.uses();
}

const OF_LOTS: ReadonlySet<string> = new Set(["pending", "available", "held"]);

/** Of a third who has parted from both since, or came back; what moved as those who leave now came is none. */
const isOfThird = (event: TransferEvent, askedBy: Side | null): boolean =>
  event === "restitution" || (event === "move" && askedBy !== "leaving");

class Fold {
  readonly #had = { leaving: new Map<LotId, Bonus>(), staying: new Map<LotId, Bonus>() };
  readonly #shares = new Map<LotId, LotShares>();
  readonly #repaid = new Map<string, Repaid>();
  /** What lots have paid of debts of their own side. */
  readonly #paidOwn = { leaving: new Map<string, Repaid>(), staying: new Map<string, Repaid>() };
  readonly #debts = { leaving: new Map<Brand, Bonus>(), staying: new Map<Brand, Bonus>() };

  add(transfer: Posted): void {
    if (transfer.ownedBy === "both") this.#addToShares(transfer);
    else this.#addToLot(transfer);
    if (transfer.debit === "debt") this.#owe(transfer);
    if (transfer.credit === "debt") this.#pay(transfer);
  }

  uses(): Uses {
    const repaid = [...this.#repaid.values()].filter(({ amount }) => amount > 0n);
    for (const { lotId, share, amount } of repaid) if (share !== null) this.#sharesOf(lotId).add(share, amount);
    return { had: this.#had, shares: this.#shares, repaid, debts: this.#debts };
  }

  #sharesOf(lotId: LotId): LotShares {
    const known = this.#shares.get(lotId) ?? new LotShares();
    this.#shares.set(lotId, known);
    return known;
  }

  /** Who is named by the id of those who stay counts as one of them; what moves within the lot is nothing. What pays debts: see below. */
  #addToShares({ debit, credit, event, askedBy, lotId, amount }: Posted): void {
    if (lotId === null || DOES[event] === "repays") return;
    const [shares, side] = [this.#sharesOf(lotId), askedBy ?? "staying"];
    if (credit === "held") shares.pin(side, amount);
    if (debit === "held") shares.unpin(side, amount);
    if (OF_LOTS.has(debit) === OF_LOTS.has(credit)) return;
    if (event === "expiry") shares.end(amount);
    else if (OF_LOTS.has(debit)) shares.take(side, amount, { held: debit === "held" });
    else if (DOES[event] === "gives_back") shares.giveBack(side, amount);
    else shares.add(side, amount);
  }

  #addToLot({ debit, credit, event, ownedBy, askedBy, lotId, amount }: Posted): void {
    if (lotId === null || ownedBy === null || ownedBy === "both") return;
    if (askedBy === OTHER[ownedBy]) {
      if (DOES[event] === "takes" && OF_LOTS.has(debit)) this.#count(ownedBy, lotId, amount);
      if (DOES[event] === "gives_back" && OF_LOTS.has(credit)) this.#count(ownedBy, lotId, -amount);
    }
    if (ownedBy === "leaving" && isOfThird(event, askedBy)) this.#countThird(lotId, { debit, credit, amount });
  }

  /**
   * What a third took along in a hold, and what was made good to it, lots of the leaving have lost to the others; what it made
   * good to them they have back. For lots of the staying that changes nothing between the two.
   */
  #countThird(lotId: LotId, { debit, credit, amount }: Pick<Posted, "debit" | "credit" | "amount">): void {
    if (OF_LOTS.has(debit)) this.#count("leaving", lotId, amount);
    if (OF_LOTS.has(credit)) this.#count("leaving", lotId, -amount);
  }

  #count(owner: Side, lotId: LotId, amount: Bonus): void {
    this.#had[owner].set(lotId, (this.#had[owner].get(lotId) ?? 0n) + amount);
  }

  /** A debt is whoever's request has made it; what came in with somebody who has joined is told as his request. */
  #owe({ entity, amount, event, askedBy, ownedBy, lotId }: Posted): void {
    if (event !== "repayment_reversal" || lotId === null) {
      this.#addDebt(askedBy ?? "staying", entity, amount);
      return;
    }
    this.#owePaid({ lotId, entity, ownedBy: ownedBy ?? askedBy ?? "staying", amount });
  }

  /**
   * A third has left. Lots of those who stay had paid what it owed: a debt of their own side. All other lots may have paid one of
   * the other side, which was counted as unpaid all along.
   */
  #owePaid({ lotId, entity, ownedBy, amount }: Omit<Repaid, "share"> & { readonly ownedBy: LotOwner }): void {
    let left = amount;
    for (const share of ownedBy === "both" ? SIDES : ownedBy === "leaving" ? [null] : []) {
      const others = { lotId, entity, share, amount: minOf(left, amountIn(this.#repaid, { lotId, entity, share })) };
      addTo(this.#repaid, others, -1n);
      if (share !== null) this.#sharesOf(lotId).add(share, others.amount);
      // Of a lot of both it may have been its own side's all the same: then the third takes that debt along, see `#exchange`.
      if (share !== null) addTo(this.#paidOwn[share], others);
      left -= others.amount;
    }
    const side = ownedBy === "both" ? "staying" : ownedBy;
    const own = { lotId, entity, share: ownedBy === "both" ? side : null };
    if (ownedBy === "both") this.#sharesOf(lotId).add(side, left);
    const ofOwn = { ...own, amount: minOf(left, amountIn(this.#paidOwn[side], own)) };
    addTo(this.#paidOwn[side], ofOwn, -1n);
    // What a lot of those who leave had paid of a third's before they came, the third gives back.
    const before = ownedBy === "leaving" ? left - ofOwn.amount : 0n;
    this.#addDebt(side, entity, left - before);
    this.#addDebt("staying", entity, before);
    if (before > 0n) this.#count("leaving", lotId, -before);
  }

  /** Each side's lots pay its own debt first; what they pay beyond that is the other's. */
  #pay({ entity, amount, event, askedBy, ownedBy, lotId }: Posted): void {
    if (ownedBy === "both" && lotId !== null) {
      this.#payOutOfShares(lotId, entity, amount);
      return;
    }
    const first = (ownedBy === "both" ? null : ownedBy) ?? askedBy ?? "staying";
    const own = minOf(amount, this.#owedBy(first, entity));
    this.#addDebt(first, entity, -own);
    const others = amount - own;
    if (event === "repayment" && lotId !== null) {
      addTo(this.#paidOwn[first], { lotId, entity, share: null, amount: own });
      addTo(this.#repaid, { lotId, entity, share: null, amount: others });
    } else this.#exchange(first, entity, others);
  }

  /**
   * A side owes less than was counted: a third has taken its debt along, or a return was reversed. What its lots had paid of that
   * debt was the other's, who owes it.
   */
  #exchange(side: Side, entity: Brand, amount: Bonus): void {
    let left = amount;
    for (const paid of [...this.#paidOwn[side].values()].filter((each) => each.entity === entity)) {
      const part = { ...paid, amount: minOf(left, paid.amount) };
      addTo(this.#paidOwn[side], part, -1n);
      addTo(this.#repaid, part);
      left -= part.amount;
    }
    this.#addDebt(OTHER[side], entity, -left);
  }

  /** Each side's share of a lot of both does the same. */
  #payOutOfShares(lotId: LotId, entity: Brand, amount: Bonus): void {
    const shares = this.#sharesOf(lotId);
    let left = amount;
    for (const isOwn of [true, false]) {
      for (const share of SIDES) {
        const most = isOwn ? minOf(left, this.#owedBy(share, entity)) : left;
        left -= this.#payOutOf({ lotId, entity, share, amount: minOf(most, shares.freeOf(share)) }, isOwn);
      }
    }
    for (const share of SIDES) {
      left -= this.#payOutOf({ lotId, entity, share, amount: minOf(left, maxOf(shares.has[share], 0n)) }, false);
    }
  }

  #payOutOf(paid: Repaid & { readonly share: Side }, isOwn: boolean): Bonus {
    const { lotId, entity, share, amount } = paid;
    this.#sharesOf(lotId).remove(share, amount);
    addTo(isOwn ? this.#paidOwn[share] : this.#repaid, paid);
    if (isOwn) this.#addDebt(share, entity, -amount);
    return amount;
  }

  #owedBy(side: Side, entity: Brand): Bonus {
    return maxOf(this.#debts[side].get(entity) ?? 0n, 0n);
  }

  #addDebt(side: Side, entity: Brand, amount: Bonus): void {
    this.#debts[side].set(entity, (this.#debts[side].get(entity) ?? 0n) + amount);
  }
}
