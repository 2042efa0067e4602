/**
 * Turns invoices, one after the other, into what is asked of the ledger: sales, orders, returns of earlier sales, and
 * returns that are parked since nothing was sold before. Pure but for its memory of what was sold.
 */
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { otherBrand } from "../client/brands.ts";
import { type Fate, ReturnedLine, type Tally } from "./fate.ts";
import type { Habits } from "./habits.ts";
import type { Invoice, InvoiceLine } from "./invoice.ts";
import type { Goods, Planned, PlannedOrder, PlannedReturn, PlannedSale, PlannedVisit, SaleLine } from "./planned.ts";
import { brandOf, categoryOf, channelOf, receiptOf, storeOf } from "./shop.ts";
import { type LinePart, SoldGoods, type SoldReceipt } from "./sold-goods.ts";

/** Which invoices are orders: every tenth of each member, or none. */
export const ORDER_RULES = ["tenth", "none"] as const;
export type OrderRule = (typeof ORDER_RULES)[number];

const ORDER_EVERY = 10;

/** The API takes no more lines on one receipt. */
const MOST_LINES = 500;

export class Planner {
  readonly #tally: Tally;
  readonly #habits: Habits;
  readonly #orders: OrderRule;
  readonly #sold = new SoldGoods();
  /** How many invoices with goods each customer has had. */
  readonly #counts = new Map<string, number>();
  /** Invoices that were too long for one receipt. */
  split = 0;

  constructor(habits: Habits, tally: Tally, orders: OrderRule) {
    this.#habits = habits;
    this.#tally = tally;
    this.#orders = orders;
  }

  /** What an invoice asks of the ledger. Lines that ask for nothing get their fate at once. */
  plan(invoice: Invoice): Planned[] {
    if (invoice.kind === "adjustment") {
      this.#tally.add("adjustment", invoice.lines.length);
      return [];
    }
    return invoice.kind === "sale" ? this.#sales(invoice) : this.#returns(invoice);
  }

  #sales(invoice: Invoice): (PlannedSale | PlannedOrder)[] {
    const { customer, number, country } = invoice;
    const goods = invoice.lines.filter((line) => this.#isSale(line));
    const receipts = chunks(goods, MOST_LINES);
    if (receipts.length > 1) this.split += 1;
    const ordered = goods.length > 0 && this.#isOrdered(customer);
    return receipts.map((lines, index) => {
      const receiptNumber = index === 0 ? number : `${number}-${index + 1}`;
      const card = customer === null ? null : this.#habits.cardOf(customer, invoice);
      const spend = customer === null ? "0.00" : this.#habits.spendOn(customer, invoice, receiptNumber);
      const goodsAsked = { channel: channelOf(country), lines: lines.map(saleLine), card, spend };
      const asked = { ...commonOf(invoice), ...goodsAsked };
      if (ordered && customer !== null) return this.#order(invoice, receiptNumber, lines, { ...asked, customer });
      return { ...asked, kind: "sale", ...this.#sell(invoice, receiptNumber, lines) };
    });
  }

  /** Counts a member's invoice, and tells whether it is an order. */
  #isOrdered(customer: string | null): boolean {
    if (customer === null || this.#orders === "none") return false;
    const count = (this.#counts.get(customer) ?? 0) + 1;
    this.#counts.set(customer, count);
    return count % ORDER_EVERY === 0;
  }

  /** An order placed at the other brand, and handed out by the invoice's own: so the seller is the same as without it. */
  #order(
    invoice: Invoice,
    number: string,
    goods: readonly InvoiceLine[],
    asked: Goods & { readonly customer: string },
  ): PlannedOrder {
    const brand = brandOf(invoice.number);
    // Several lines are handed out in two parts, the first half first.
    const half = Math.ceil(goods.length / 2);
    const visits = chunks(goods, half).map((part, visit): PlannedVisit => {
      const first = visit * half;
      const lines = asked.lines.slice(first, first + half).map(({ lineId, quantity }) => ({ lineId, quantity }));
      return { ...this.#sell(invoice, visit === 0 ? number : `${number}-visit-${visit + 1}`, part, first), lines };
    });
    const pickup = { brand, storeId: storeOf(brand, invoice.country) };
    return { ...asked, kind: "order", number, brand: otherBrand(brand), pickup, visits };
  }

  /** A receipt of goods: they may come back from now on. `first` is the place of the first of them on the invoice. */
  #sell(invoice: Invoice, number: string, goods: readonly InvoiceLine[], first = 0) {
    const { customer, at, country } = invoice;
    const brand = brandOf(invoice.number);
    const sale: SoldReceipt = { brand, number, purchaseId: null };
    goods.forEach(({ stockCode, quantity }, place) => {
      this.#sold.add(customer, stockCode, { sale, lineId: `${first + place + 1}`, quantity });
    });
    const fates = goods.map((line) => soldFate(line, customer));
    return { receipt: receiptOf(brand, country, at, number), sale, fates };
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
  const { number, country, at } = invoice;
  return {
    ...commonOf(invoice),
    kind: sale === null ? "parked" : "return",
    receipt: receiptOf(brandOf(number), country, at, `${number}-${suffix}`),
    sale,
    lines: [...quantities].map(([lineId, quantity]) => ({ lineId, quantity: quantity.toString() })),
    settles: [...settles],
  };
}

const commonOf = ({ at, customer }: Invoice) => ({ at, occurredAt: formatInstant(at), customer });

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
