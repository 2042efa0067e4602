/** What the ledger has answered to each receipt, so that two runs of one year can be compared receipt by receipt. */
import type { Sold, TakenBack } from "../client/wire.ts";

/** Of a sale or a return; what is not of its kind is absent. */
export type Entry =
  | (Pick<Sold, "earned" | "spent" | "paid"> & { readonly kind: "sale"; readonly customer: string })
  | (Pick<TakenBack, "bonusesBack" | "clawedBack" | "moneyBack"> & {
      readonly kind: "return";
      readonly customer: string;
      readonly debtAdded: bigint;
    });

export class Diary {
  /** By the receipt's number. */
  readonly entries = new Map<string, Entry>();
  /** What was held for each order, by its number. */
  readonly held = new Map<string, bigint>();

  sold(receipt: string, customer: string | null, { earned, spent, paid }: Sold): void {
    if (customer !== null) this.entries.set(receipt, { kind: "sale", customer, earned, spent, paid });
  }

  takenBack(receipt: string, customer: string | null, taken: Omit<TakenBack, "returnId">): void {
    if (customer === null) return;
    const { bonusesBack, clawedBack, moneyBack, debtAdded } = taken;
    this.entries.set(receipt, { kind: "return", customer, bonusesBack, clawedBack, moneyBack, debtAdded });
  }

  ordered(number: string, held: bigint): void {
    this.held.set(number, held);
  }
}
