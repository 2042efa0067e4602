/** What an invoice asks of the ledger. */
import type { Instant } from "../../kernel/clock.ts";
import type { Brand } from "../client/brands.ts";
import type { Receipt } from "../client/receipt.ts";
import type { Fate, ReturnedLine } from "./fate.ts";
import type { SoldReceipt } from "./sold-goods.ts";

export interface SaleLine {
  readonly lineId: string;
  readonly sku: string;
  readonly category: string;
  readonly quantity: string;
  readonly unitPrice: string;
}

interface Common {
  readonly at: Instant;
  readonly occurredAt: string;
  readonly customer: string | null;
}

export interface Goods extends Common {
  readonly channel: "pos" | "web";
  readonly lines: readonly SaleLine[];
  /** The card that is shown; null of nobody. */
  readonly card: string | null;
  /** An amount, or `max`. */
  readonly spend: string;
}

export interface PlannedSale extends Goods {
  readonly kind: "sale";
  readonly receipt: Receipt;
  readonly sale: SoldReceipt;
  /** The fates of its lines, should the ledger take it. */
  readonly fates: readonly Fate[];
}

/** Goods that are ordered at one brand, and handed out by the other. */
export interface PlannedOrder extends Goods {
  readonly kind: "order";
  readonly customer: string;
  readonly number: string;
  /** The brand at which it is placed. */
  readonly brand: Brand;
  readonly pickup: { readonly brand: Brand; readonly storeId: string };
  readonly visits: readonly PlannedVisit[];
}

/** One visit at which goods of an order are handed out: one receipt. */
export interface PlannedVisit {
  readonly receipt: Receipt;
  readonly sale: SoldReceipt;
  readonly lines: readonly LineQuantity[];
  readonly fates: readonly Fate[];
}

interface LineQuantity {
  readonly lineId: string;
  readonly quantity: string;
}

export interface PlannedReturn extends Common {
  readonly kind: "return" | "parked";
  readonly receipt: Receipt;
  /** The sale; null where there is none. */
  readonly sale: SoldReceipt | null;
  readonly lines: readonly LineQuantity[];
  readonly settles: readonly ReturnedLine[];
}

export type Planned = PlannedSale | PlannedOrder | PlannedReturn;
