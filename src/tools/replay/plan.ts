/**
 * Turns invoices, one after the other, into what is asked of the ledger: sales, returns of earlier sales, and returns
 * that are parked since nothing was sold before. Pure but for its memory of what was sold.
 */
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { hash128 } from "../../kernel/hash.ts";
import type { Receipt } from "../client/receipt.ts";
import { type Fate, ReturnedLine, type Tally } from "./fate.ts";
import type { Invoice, InvoiceLine } from "./invoice.ts";
import { brandOf, categoryOf, channelOf, receiptOf } from "./shop.ts";
import { type LinePart, SoldGoods, type SoldReceipt } from "./sold-goods.ts";

interface SaleLine {
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
  readonly receipt: Receipt;
}

export interface PlannedSale extends Common {
  readonly kind: "sale";
  readonly sale: SoldReceipt;
  readonly channel: "pos" | "web";
  readonly lines: readonly SaleLine[];
  readonly spend: "max" | "0.00";
  /** The fates of its lines, should the ledger take it. */
  readonly fates: readonly Fate[];
}

export interface PlannedReturn extends Common {
  readonly kind: "return" | "parked";
  /** The sale; null where there is none. */
  readonly sale: SoldReceipt | null;
  readonly lines: readonly { readonly lineId: string; readonly quantity: string }[];
  readonly settles: readonly ReturnedLine[];
}

export type Planned = PlannedSale | PlannedReturn;

/** The API takes no more lines on one receipt. */
const MOST_LINES = 500;

export class Planner {
  readonly #tally: Tally;
  readonly #seed: string;
  readonly #sold = new SoldGoods();
  /** Invoices that were too long for one receipt. */
  split = 0;

  constructor(seed: string, tally: Tally) {
    this.#seed = seed;
    this.#tally = tally;
  }

  /** What an invoice asks of the ledger. Lines that ask for nothing get their fate at once. */
  plan(invoice: Invoice): Planned[] {
    if (invoice.kind === "adjustment") {
      this.#tally.add("adjustment", invoice.lines.length);
      return [];
    }
    return invoice.kind === "sale" ? this.#sales(invoice) : this.#returns(invoice);
  }

  #sales(invoice: Invoice): PlannedSale[] {
    const goods = invoice.lines.filter((line) => this.#isSale(line));
    const receipts = chunks(goods, MOST_LINES);
    if (receipts.length > 1) this.split += 1;
    const spend = invoice.customer !== null && spendsBonuses(this.#seed, invoice.number) ? "max" : "0.00";
    return receipts.map((lines, index) => {
      const number = index === 0 ? invoice.number : `${invoice.number}-${index + 1}`;
      const sale: SoldReceipt = { brand: brandOf(invoice.number), number, purchaseId: null };
      lines.forEach(({ stockCode, quantity }, place) => {
        this.#sold.add(invoice.customer, stockCode, { sale, lineId: `${place + 1}`, quantity });
      });
      return {
        ...commonOf(invoice, number),
        kind: "sale",
        sale,
        channel: channelOf(invoice.country),
        lines: lines.map(saleLine),
        spend,
        fates: lines.map((line) => soldFate(line, invoice.customer)),
      };
    });
  }

  /** Whether a line of a sale's invoice is one; where it is not, it is told what it is. */
  #isSale({ quantity, unitPrice }: InvoiceLine): boolean {
    if (quantity > 0n && unitPrice >= 0n) return true;
    if (quantity === 0n) this.#tally.add("no_goods");
    else this.#tally.add(quantity < 0n && unitPrice === 0n ? "stock_correction" : "adjustment");
    return false;
  }

  #returns(invoice: Invoice): PlannedReturn[] {
    const bySale = new Map<SoldReceipt, Returning>();
    const unmatched: Returning = { quantities: new Map(), settles: new Set() };
    invoice.lines.forEach((line, place) => {
      if (line.quantity >= 0n || line.unitPrice < 0n) {
        this.#tally.add(line.quantity === 0n ? "no_goods" : "adjustment");
        return;
      }
      const { parts, missing } = this.#sold.take(invoice.customer, line.stockCode, -line.quantity);
      const sales = new Set(parts.map(({ sale }) => sale)).size;
      const returned = new ReturnedLine(returnedFate(sales, missing), sales + (missing > 0n ? 1 : 0), this.#tally);
      for (const part of parts) gather(bySale, part, returned);
      if (missing > 0n) put(unmatched, `${place + 1}`, missing, returned);
    });
    const returns = [...bySale].map(([sale, returning], index) => returnOf(invoice, sale, returning, `${index + 1}`));
    return unmatched.settles.size === 0 ? returns : [...returns, returnOf(invoice, null, unmatched, "parked")];
  }
}

/** The spending rule: one receipt in three of a member, by a hash of seed and number, spends all that it may. */
export function spendsBonuses(seed: string, invoiceNumber: string): boolean {
  return Number.parseInt(hash128(`${seed}|${invoiceNumber}`).slice(0, 8), 16) % 3 === 0;
}

/** What comes back to one sale, by line, and whose fates depend on it. */
interface Returning {
  readonly quantities: Map<string, bigint>;
  readonly settles: Set<ReturnedLine>;
}

function gather(bySale: Map<SoldReceipt, Returning>, { sale, lineId, quantity }: LinePart, line: ReturnedLine): void {
  let returning = bySale.get(sale);
  if (returning === undefined) {
    returning = { quantities: new Map(), settles: new Set() };
    bySale.set(sale, returning);
  }
  put(returning, lineId, quantity, line);
}

function put({ quantities, settles }: Returning, lineId: string, quantity: bigint, line: ReturnedLine): void {
  quantities.set(lineId, (quantities.get(lineId) ?? 0n) + quantity);
  settles.add(line);
}

function returnOf(
  invoice: Invoice,
  sale: SoldReceipt | null,
  { quantities, settles }: Returning,
  suffix: string,
): PlannedReturn {
  return {
    ...commonOf(invoice, `${invoice.number}-${suffix}`),
    kind: sale === null ? "parked" : "return",
    sale,
    lines: [...quantities].map(([lineId, quantity]) => ({ lineId, quantity: quantity.toString() })),
    settles: [...settles],
  };
}

function commonOf({ at, customer, number, country }: Invoice, receiptNumber: string): Common {
  const receipt = receiptOf(brandOf(number), country, at, receiptNumber);
  return { at, occurredAt: formatInstant(at), customer, receipt };
}

function saleLine({ stockCode, quantity, unitPrice }: InvoiceLine, place: number): SaleLine {
  return {
    lineId: `${place + 1}`,
    sku: stockCode,
    category: categoryOf(stockCode),
    quantity: quantity.toString(),
    unitPrice: formatAmount(unitPrice),
  };
}

function soldFate({ unitPrice }: InvoiceLine, customer: string | null): Fate {
  if (unitPrice === 0n) return customer === null ? "sold_free_anonymous" : "sold_free_member";
  return customer === null ? "sold_anonymous" : "sold_member";
}

function returnedFate(sales: number, missing: bigint): Fate {
  if (sales === 0) return "parked";
  if (missing > 0n) return "returned_partly";
  return sales === 1 ? "returned" : "returned_spread";
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let first = 0; first < all.length; first += size) parts.push(all.slice(first, first + size));
  return parts;
}
