/**
 * What two sides of one member have had of each other's bonuses while they were one: a fold of what was posted since. Pure.
 *
 * Whatever moves bonuses is somebody's: of the side whose identifier was presented. A lot is the side's that earned it. Where
 * a side has spent of the other's lots, it owes that; what is nobody's in particular (the member was named by id) stays with
 * the lots that were burnt, which are those that end soonest. What a side owed, the bonuses of the other may have paid. Who was
 * one with both and has left since counts as one of those who stay.
 */
import { type Bonus, minOf } from "../../../kernel/amount.ts";
import type { LotId } from "../../../kernel/ids.ts";
import type { Account, Brand } from "../../../ledger/account.ts";
import type { TransferEvent } from "../../../ledger/transfer.ts";

export const SIDES = ["leaving", "staying"] as const;
export type Side = (typeof SIDES)[number];
const OTHER: Readonly<Record<Side, Side>> = { leaving: "staying", staying: "leaving" };

/** A transfer of the wallet that both had. */
export interface Posted {
  readonly entity: Brand;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: Bonus;
  readonly lotId: LotId | null;
  readonly event: TransferEvent;
  /** Whose lot it is; null where there is none. */
  readonly ownedBy: Side | null;
  /** Whose request it was; null where nobody can say. */
  readonly askedBy: Side | null;
}

/** What is known of the wallet that is to be parted, as it was read. */
export interface ToPart {
  readonly posted: readonly Posted[];
  readonly lots: ReadonlyMap<string, Side>;
  readonly holds: ReadonlyMap<string, Side>;
}

/** A debt of one side that a lot of the other has paid. */
interface Repaid {
  readonly lotId: LotId;
  /** To whom it was owed. */
  readonly entity: Brand;
  readonly amount: Bonus;
}

export interface Uses {
  /** Of each side's lots: what the other has had of them. */
  readonly had: Readonly<Record<Side, ReadonlyMap<LotId, Bonus>>>;
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
const TAKES: ReadonlySet<TransferEvent> = new Set(["spend", "spend_reversal", "clawback"]);
const GIVES: ReadonlySet<TransferEvent> = new Set(["unspend", "clawback_reversal"]);

/** Of a third who has parted from both since, or came back; what moved as those who leave now came is none. */
const isOfThird = (event: TransferEvent, askedBy: Side | null): boolean =>
  event === "restitution" || (event === "move" && askedBy !== "leaving");

class Fold {
  readonly #had = { leaving: new Map<LotId, Bonus>(), staying: new Map<LotId, Bonus>() };
  readonly #repaid = new Map<string, Repaid>();
  readonly #debts = { leaving: new Map<Brand, Bonus>(), staying: new Map<Brand, Bonus>() };

  add(transfer: Posted): void {
    this.#addToLot(transfer);
    if (transfer.debit === "debt") this.#owe(transfer);
    if (transfer.credit === "debt") this.#pay(transfer);
  }

  uses(): Uses {
    const repaid = [...this.#repaid.values()].filter(({ amount }) => amount > 0n);
    return { had: this.#had, repaid, debts: this.#debts };
  }

  #addToLot({ debit, credit, event, ownedBy, askedBy, lotId, amount }: Posted): void {
    if (lotId === null || ownedBy === null) return;
    if (TAKES.has(event) && OF_LOTS.has(debit) && askedBy === OTHER[ownedBy]) this.#count(ownedBy, lotId, amount);
    if (GIVES.has(event) && OF_LOTS.has(credit) && askedBy === OTHER[ownedBy]) this.#count(ownedBy, lotId, -amount);
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
    // What a third's lots had paid of the other's debt was counted as unpaid all along.
    const key = `${lotId}|${entity}`;
    const repaid = this.#repaid.get(key);
    const others = minOf(amount, repaid?.amount ?? 0n);
    if (repaid !== undefined) this.#repaid.set(key, { ...repaid, amount: repaid.amount - others });
    this.#addDebt(ownedBy ?? askedBy ?? "staying", entity, amount - others);
  }

  /** Each side's lots pay its own debt first; what they pay beyond that is the other's. */
  #pay({ entity, amount, event, askedBy, ownedBy, lotId }: Posted): void {
    const first = ownedBy ?? askedBy ?? "staying";
    const own = minOf(amount, this.#debts[first].get(entity) ?? 0n);
    this.#addDebt(first, entity, -own);
    const others = amount - own;
    if (others === 0n) return;
    if (event === "repayment" && lotId !== null) {
      const key = `${lotId}|${entity}`;
      this.#repaid.set(key, { lotId, entity, amount: (this.#repaid.get(key)?.amount ?? 0n) + others });
      return;
    }
    this.#addDebt(OTHER[first], entity, -others);
  }

  #addDebt(side: Side, entity: Brand, amount: Bonus): void {
    this.#debts[side].set(entity, (this.#debts[side].get(entity) ?? 0n) + amount);
  }
}
