/** What the ledger has answered, added up. */
import type { Brand } from "../client/brands.ts";
import type { Sold, TakenBack } from "../client/wire.ts";

export class Totals {
  members = 0;
  receipts = 0;
  memberReceipts = 0;
  /** Receipts of members at the brand that did not register them. */
  crossBrandReceipts = 0;
  returns = 0;
  returnsAtOtherBrand = 0;
  parkedReturns = 0;
  capturedHolds = 0;
  turnover = 0n;
  moneyBack = 0n;
  granted = 0n;
  spent = 0n;
  bonusesBack = 0n;
  clawedBack = 0n;
  debtAdded = 0n;

  readonly #spending: string[] = [];

  /** All counts and sums by name. */
  entries(): Record<string, number | bigint> {
    const fields = Object.fromEntries(Object.entries(this) as [string, number | bigint][]);
    return { ...fields, spendingReceipts: this.#spending.length };
  }

  /** The purchases that bonuses were spent on. */
  get spending(): readonly string[] {
    return this.#spending;
  }

  /** Receipts of all kinds. */
  get documents(): number {
    return this.receipts + this.returns + this.parkedReturns;
  }

  /** Counts a sale at a brand, to somebody whom `home` has registered, or to nobody. */
  sold({ purchaseId, total, spent, earned, memberId }: Sold, brand: Brand, home: Brand | undefined): void {
    this.receipts += 1;
    this.turnover += total;
    this.granted += earned;
    this.spent += spent;
    if (spent > 0n) this.#spending.push(purchaseId);
    if (memberId === null) return;
    this.memberReceipts += 1;
    if (home !== undefined && home !== brand) this.crossBrandReceipts += 1;
  }

  takenBack(
    { moneyBack, bonusesBack, clawedBack, debtAdded }: Omit<TakenBack, "returnId">,
    atOtherBrand: boolean,
  ): void {
    this.returns += 1;
    if (atOtherBrand) this.returnsAtOtherBrand += 1;
    this.moneyBack += moneyBack;
    this.bonusesBack += bonusesBack;
    this.clawedBack += clawedBack;
    this.debtAdded += debtAdded;
  }

  /** A sale that was undone as a whole. */
  undone({ spent, earned }: Sold): void {
    this.bonusesBack += spent;
    this.clawedBack += earned;
  }

  /** What has expired: granted, and neither used nor taken back nor there. */
  expired(left: { pending: bigint; available: bigint; held: bigint; debt: bigint }): bigint {
    const there = left.pending + left.available + left.held - left.debt;
    return this.granted - this.spent + this.bonusesBack - this.clawedBack - there;
  }
}
