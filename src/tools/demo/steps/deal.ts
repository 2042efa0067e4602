/** A sale under way, between the steps that it consists of. */
import type { Receipt } from "../../client/receipt.ts";
import type { SoldWithLines } from "../../client/wire.ts";
import { type Life, personKey, receiptAt } from "../life.ts";
import type { Visit } from "../visits.ts";

export interface Deal {
  readonly life: Life;
  readonly visit: Visit;
  readonly receipt: Receipt;
  readonly keys: readonly string[];
  /** What the ledger has said of it. */
  sold: SoldWithLines | null;
}

/** What one visit comes to, under one receipt. */
export function dealOf(life: Life, visit: Visit, number: string): Deal {
  const key = visit.person === null ? `receipt ${number}` : personKey(visit.person);
  return { life, visit, receipt: receiptAt(visit.store, visit.at, number), keys: [key], sold: null };
}
