/** What a shop has of its invoices: a line for each receipt that it printed, and one for each line that was no sale or came back of nothing. */
import { formatAmount } from "../../kernel/amount.ts";
import { localDate } from "../../kernel/zone.ts";
import { BRANDS, type Brand } from "../client/brands.ts";
import type { Receipt } from "../client/receipt.ts";
import { type Fate, Tally } from "./fate.ts";
import { oneCard } from "./habits.ts";
import type { Invoice, InvoiceLine } from "./invoice.ts";
import { type OrderRule, Planner } from "./plan.ts";
import type { Planned, SaleLine } from "./planned.ts";
import { brandOf, receiptOf } from "./shop.ts";

/** Which columns of the files are what. A return is told by a word: one of goods that cost nothing has no sign. */
export const SHOP_MAPPING = {
  columns: {
    number: "number",
    store: "store",
    terminal: "till",
    shift: "shift",
    day: "day",
    card: "card",
    total: "total",
  },
  returns: { column: "kind", is: ["return"] },
};

export interface ShopFiles {
  /** A file for each brand, as CSV. */
  readonly files: ReadonlyMap<Brand, string>;
  /** The lines that are no receipt of the ledger's, by the numbers that they have in the files. */
  readonly aside: ReadonlyMap<string, Aside>;
}

/** Why a line is no receipt of the ledger's. */
export type WhyAside = Extract<Fate, "parked" | "stock_correction" | "adjustment" | "no_goods">;

/** A line that was put aside. */
export interface Aside {
  readonly brand: Brand;
  /** `parked`: at least a part of it comes back of nothing that was sold. */
  readonly why: WhyAside;
  /** In kopecks, below zero where goods came back. */
  readonly total: bigint;
}

interface ShopLine {
  readonly receipt: Receipt;
  readonly kind: "sale" | "return";
  readonly at: number;
  readonly card: string | null;
  readonly total: bigint;
}

/** The files follow from the invoices alone: nothing that the ledger has answered is among it. */
export function shopFiles(invoices: readonly Invoice[], seed: string, rule: OrderRule): ShopFiles {
  const planner = new Planner(oneCard(seed), new Tally(), rule);
  const prices = new Map<string, bigint>();
  const aside = new Map<string, Aside>();
  const lines = invoices.flatMap((invoice) => {
    const planned = planner.plan(invoice).flatMap((each) => receiptsOf(each, prices));
    const others = asideOf(invoice, planned);
    for (const { receipt, total, why } of others) aside.set(receipt.number, { brand: receipt.brand, total, why });
    return [...planned.filter(({ isParked }) => !isParked), ...others];
  });
  const files = BRANDS.map((brand) => [brand, csvOf(lines.filter(({ receipt }) => receipt.brand === brand))] as const);
  return { files: new Map(files), aside };
}

type PlannedLine = ShopLine & { readonly isParked: boolean; readonly places: readonly string[] };

function receiptsOf(planned: Planned, prices: Map<string, bigint>): PlannedLine[] {
  const { at, customer } = planned;
  const kind = planned.kind === "sale" || planned.kind === "order" ? ("sale" as const) : ("return" as const);
  const common = { at, kind, card: customer, isParked: planned.kind === "parked", places: [] };
  const priceOf = (number: string, lineId: string) => prices.get(`${number}|${lineId}`) ?? 0n;
  const sold = (receipt: Receipt, lines: readonly SaleLine[]): PlannedLine => {
    const total = lines.reduce((sum, { lineId, quantity, unitPrice }) => {
      const price = BigInt(unitPrice.replace(".", ""));
      prices.set(`${receipt.number}|${lineId}`, price);
      return sum + BigInt(quantity) * price;
    }, 0n);
    return { ...common, receipt, total };
  };
  switch (planned.kind) {
    case "sale":
      return [sold(planned.receipt, planned.lines)];
    case "order":
      return planned.visits.map(({ receipt, lines }) => {
        const ids = new Set(lines.map(({ lineId }) => lineId));
        return sold(
          receipt,
          planned.lines.filter(({ lineId }) => ids.has(lineId)),
        );
      });
    case "return": {
      const back = ({ lineId, quantity }: { lineId: string; quantity: string }) =>
        BigInt(quantity) * priceOf(planned.sale?.number ?? "", lineId);
      return [
        { ...common, receipt: planned.receipt, total: -planned.lines.reduce((sum, line) => sum + back(line), 0n) },
      ];
    }
    case "parked":
      return [{ ...common, receipt: planned.receipt, total: 0n, places: planned.lines.map(({ lineId }) => lineId) }];
    default:
      return planned satisfies never;
  }
}

/** Lines of an invoice that the ledger has no receipt of: what is no sale, and what comes back of nothing that was sold. */
function asideOf(invoice: Invoice, planned: readonly PlannedLine[]): (ShopLine & Pick<Aside, "why">)[] {
  const parked = new Set(planned.flatMap(({ places }) => places));
  const { number, at, country, customer } = invoice;
  return invoice.lines.flatMap((line, place) => {
    const why = whyAside(invoice, line, parked.has(`${place + 1}`));
    if (why === null) return [];
    const receipt = receiptOf(brandOf(number), country, at, `${number}#${place + 1}`);
    const total = line.quantity * line.unitPrice;
    const isReturn = total < 0n || (total === 0n && invoice.kind === "cancellation");
    const kind = isReturn ? "return" : "sale";
    return [{ receipt, kind, at, card: customer, total, why }];
  });
}

function whyAside({ kind }: Invoice, { quantity, unitPrice }: InvoiceLine, isParked: boolean): WhyAside | null {
  if (kind === "adjustment") return "adjustment";
  const isGoods = kind === "sale" ? quantity > 0n : quantity < 0n;
  if (isGoods && unitPrice >= 0n) return isParked ? "parked" : null;
  if (quantity === 0n) return "no_goods";
  return kind === "sale" && quantity < 0n && unitPrice === 0n ? "stock_correction" : "adjustment";
}

function csvOf(lines: readonly ShopLine[]): string {
  const rows = lines.map(({ receipt: { number, storeId, terminalId, shift }, kind, at, card, total }) => {
    const amount = formatAmount(total < 0n ? -total : total);
    const day = localDate(at, "Europe/Moscow");
    return [number, storeId, terminalId, shift, day, card ?? "", amount, kind].join(",");
  });
  return [[...Object.values(SHOP_MAPPING.columns), SHOP_MAPPING.returns.column].join(","), ...rows, ""].join("\n");
}
