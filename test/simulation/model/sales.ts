/** Purchases, returns and reversals. */
import { total } from "./amounts.ts";
import { type SoldLine, soldLines, type SomeOf, sumOf, type Unit, unitsToReturn } from "./goods.ts";
import type { Order } from "./order.ts";
import { isRefusal, type Plan, type Refusal } from "./plan.ts";
import { activationOf, type Brand, endOf, extensionOf, graceOf, MOST_EARLY, MOST_LATE } from "./rules.ts";
import { addedUp, type Lot, type Part } from "./parts.ts";
import type { Cover, Uses, Wallet } from "./wallet.ts";

export interface Receipt {
  readonly brand: Brand;
  readonly storeId: string;
  readonly terminalId: string;
  readonly shift: string;
  readonly number: string;
}

/** A receipt, where its store's clock is, and when it says that it happened. */
export interface Occasion {
  readonly receipt: Receipt;
  readonly zone: string;
  readonly at: number;
}

export interface Purchase {
  id: string;
  readonly occasion: Occasion;
  readonly wallet: Wallet;
  readonly lines: readonly SoldLine[];
  readonly earned: bigint;
  readonly lot: Lot | undefined;
  /** The order that it hands out. */
  readonly order: Order | undefined;
  reversed: boolean;
  /** What became of returns that had come before it. */
  readonly settled: { readonly parked: Parked; readonly code: string | null }[];
}

export interface Return {
  id: string;
  readonly occasion: Occasion;
  readonly purchase: Purchase;
  readonly units: readonly Unit[];
  readonly parts: readonly Part[];
  readonly cover: Cover;
  reversed: boolean;
}

/** A return that has come before its sale. */
export interface Parked {
  id: string;
  readonly occasion: Occasion;
  readonly asked: readonly SomeOf[];
}

/** What is sold: with a plan, and with what was spent on it. */
export interface Sold {
  readonly lines: readonly SoldLine[];
  readonly earned: bigint;
  readonly order: Order | undefined;
}

export const keyOf = (receipt: Receipt): string => Object.values(receipt).join(" ");

/** Why a receipt of that age is not taken. */
export function wrongAge(at: number, now: number): Refusal | undefined {
  if (at > now + MOST_EARLY) return { status: 422, code: "occurred_in_future" };
  if (at < now - MOST_LATE) return { status: 422, code: "receipt_too_old" };
  return undefined;
}

export class Sales {
  readonly purchases: Purchase[] = [];
  readonly returns: Return[] = [];
  readonly parked = new Map<string, Parked[]>();
  /** Receipts of sales that were reversed before they came. */
  readonly tombstones = new Set<string>();

  sell(wallet: Wallet, plan: Plan, occasion: Occasion, now: number, uses: Uses): Purchase {
    const parts = wallet.spend(plan.spend, uses);
    const sold = { lines: soldLines(plan.lines, parts), earned: plan.earned, order: undefined };
    return this.record(wallet, sold, occasion, now);
  }

  /** What has been spent already is sold: it keeps ordinary bonuses alive, and earns. */
  record(wallet: Wallet, sold: Sold, occasion: Occasion, now: number): Purchase {
    const { receipt, zone, at } = occasion;
    wallet.extend(extensionOf(at, zone), now);
    const activeAt = activationOf("ordinary", at, zone);
    const terms = { issuer: receipt.brand, kind: "ordinary" as const, activeAt, endsAt: endOf("ordinary", activeAt) };
    const lot = sold.earned === 0n ? undefined : wallet.grant(terms, sold.earned);
    const purchase: Purchase = { ...sold, id: "", occasion, wallet, lot, reversed: false, settled: [] };
    wallet.pass(now);
    this.purchases.push(purchase);
    this.#settleParked(purchase, now);
    return purchase;
  }

  bringBack(purchase: Purchase, asked: readonly SomeOf[], occasion: Occasion, now: number): Return | Refusal {
    const fault = wrongAge(occasion.at, now);
    return fault ?? this.#takeBack(purchase, asked, occasion, now);
  }

  /** Undoes what has not come back yet; `uses`: of the seller where the order waits that it is of. Answers whether there was anything to be undone. */
  reversePurchase(purchase: Purchase, now: number, uses: Uses): boolean {
    if (purchase.reversed) return false;
    const units = purchase.lines.flatMap((line) => line.units.filter(({ back }) => !back));
    const { order, wallet, lot } = purchase;
    const giveBack = (held: readonly Part[]) =>
      wallet.giveBack(
        without(addedUp(units.flatMap(({ parts }) => parts)), held),
        graceOf(now, purchase.occasion.zone),
      );
    if (order === undefined) giveBack([]);
    else order.putBack(purchase, now, uses, giveBack);
    for (const unit of units) unit.back = true;
    purchase.reversed = true;
    if (lot !== undefined) wallet.clawBack(lot, sumOf(units, "earned"));
    wallet.pass(now);
    return true;
  }

  reverseReturn(made: Return, now: number): boolean {
    const { purchase, occasion, units, parts, cover } = made;
    if (made.reversed || purchase.reversed) return false;
    made.reversed = true;
    for (const unit of units) unit.back = false;
    const grace = graceOf(now, occasion.zone);
    if (purchase.lot !== undefined) purchase.wallet.undoClawBack(purchase.lot, cover, grace, now);
    purchase.wallet.spendAgain(parts, purchase.occasion.receipt.brand);
    purchase.wallet.pass(now);
    return true;
  }

  #takeBack(purchase: Purchase, asked: readonly SomeOf[], occasion: Occasion, now: number): Return | Refusal {
    const { at, zone } = occasion;
    if (purchase.reversed) return { status: 409, code: "purchase_reversed" };
    if (at < purchase.occasion.at - MOST_EARLY) return { status: 422, code: "returned_before_sale" };
    const units = unitsToReturn(purchase.lines, asked);
    if (isRefusal(units)) return units;
    for (const unit of units) unit.back = true;
    const parts = addedUp(units.flatMap((unit) => unit.parts));
    const cover = this.#undo(purchase, parts, units, graceOf(at, zone));
    purchase.wallet.pass(now);
    const made = { id: "", occasion, purchase, units, parts, cover, reversed: false };
    this.returns.push(made);
    return made;
  }

  /** Bonuses back first, so that they cover what is clawed back. */
  #undo({ wallet, lot }: Purchase, parts: readonly Part[], units: readonly Unit[], graceUntil: number): Cover {
    wallet.giveBack(parts, graceUntil);
    return lot === undefined ? { parts: [], debt: 0n } : wallet.clawBack(lot, sumOf(units, "earned"));
  }

  #settleParked(purchase: Purchase, now: number): void {
    const key = keyOf(purchase.occasion.receipt);
    for (const parked of this.parked.get(key) ?? []) {
      const made = this.#takeBack(purchase, parked.asked, parked.occasion, now);
      if (!isRefusal(made)) made.id = parked.id;
      purchase.settled.push({ parked, code: isRefusal(made) ? made.code : null });
    }
    this.parked.delete(key);
  }
}

/** Parts less others, lot by lot. */
function without(parts: readonly Part[], others: readonly Part[]): Part[] {
  const gone = new Map<Lot, bigint>();
  for (const { lot, amount } of others) gone.set(lot, total([gone.get(lot) ?? 0n, amount]));
  return parts
    .map(({ lot, amount }) => ({ lot, amount: amount - (gone.get(lot) ?? 0n) }))
    .filter(({ amount }) => amount > 0n);
}
