/** What a shop has of its invoices: a line for each receipt that it printed, and one for each line that was no sale or came back of nothing. */
import { formatAmount } from "../../src/kernel/amount.ts";
import { localDate } from "../../src/kernel/zone.ts";
import { BRANDS, type Brand } from "../../src/tools/client/brands.ts";
import type { Receipt } from "../../src/tools/client/receipt.ts";
import { Tally } from "../../src/tools/replay/fate.ts";
import { oneCard } from "../../src/tools/replay/habits.ts";
import type { Invoice } from "../../src/tools/replay/invoice.ts";
import { type OrderRule, Planner } from "../../src/tools/replay/plan.ts";
import type { Planned, SaleLine } from "../../src/tools/replay/planned.ts";
import { brandOf, receiptOf } from "../../src/tools/replay/shop.ts";

export const SHOP_COLUMNS = {
  number: "number",
  store: "store",
  terminal: "till",
  shift: "shift",
  day: "day",
  card: "card",
  total: "total",
};

export interface ShopFiles {
  /** A file for each brand, as CSV. */
  readonly files: ReadonlyMap<Brand, string>;
  /** Numbers of the lines that are no receipt of the ledger's. */
  readonly aside: ReadonlySet<string>;
}

interface ShopLine {
  readonly receipt: Receipt;
  readonly at: number;
  readonly card: string | null;
  readonly total: bigint;
}

/** The files follow from the invoices alone: nothing that the ledger has answered is among it. */
export function shopFiles(invoices: readonly Invoice[], seed: string, rule: OrderRule): ShopFiles {
  const planner = new Planner(oneCard(seed), new Tally(), rule);
  const prices = new Map<string, bigint>();
  const aside = new Set<string>();
  const lines = invoices.flatMap((invoice) => {
    const planned = planner.plan(invoice).flatMap((each) => receiptsOf(each, prices));
    const others = asideOf(invoice, planned);
    for (const { receipt } of others) aside.add(receipt.number);
    return [...planned.filter(({ isParked }) => !isParked), ...others];
  });
  const files = BRANDS.map((brand) => [brand, csvOf(lines.filter(({ receipt }) => receipt.brand === brand))] as const);
  return { files: new Map(files), aside };
}

type PlannedLine = ShopLine & { readonly isParked: boolean; readonly places: readonly string[] };

function receiptsOf(planned: Planned, prices: Map<string, bigint>): PlannedLine[] {
  const { at, customer } = planned;
  const common = { at, card: customer, isParked: planned.kind === "parked", places: [] };
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
function asideOf(invoice: Invoice, planned: readonly PlannedLine[]): ShopLine[] {
  const parked = new Set(planned.flatMap(({ places }) => places));
  const { number, kind, at, country, customer } = invoice;
  return invoice.lines.flatMap(({ quantity, unitPrice }, place) => {
    const isSale = kind === "sale" && quantity > 0n && unitPrice >= 0n;
    const isReturn = kind === "cancellation" && quantity < 0n && unitPrice >= 0n && !parked.has(`${place + 1}`);
    if (isSale || isReturn) return [];
    const receipt = receiptOf(brandOf(number), country, at, `${number}#${place + 1}`);
    return [{ receipt, at, card: customer, total: quantity * unitPrice }];
  });
}

function csvOf(lines: readonly ShopLine[]): string {
  const rows = lines.map(({ receipt: { number, storeId, terminalId, shift }, at, card, total }) => {
    const amount = total < 0n ? `-${formatAmount(-total)}` : formatAmount(total);
    return [number, storeId, terminalId, shift, localDate(at, "Europe/Moscow"), card ?? "", amount].join(",");
  });
  return [Object.values(SHOP_COLUMNS).join(","), ...rows, ""].join("\n");
}
