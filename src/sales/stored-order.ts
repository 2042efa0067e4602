/** How lines of an order are written as JSON: short names, amounts as text, as lines of purchases are. */
import { formatAmount, formatQuantity, type Kopecks, parseAmount, parseQuantity } from "../kernel/amount.ts";
import type { Bonus } from "../kernel/amount.ts";
import { as, type PurchaseId } from "../kernel/ids.ts";
import type { LotPart } from "../ledger/hold.ts";
import type { LineInput } from "./receipt/line.ts";
import { lotParts } from "./stored.ts";

/** Units of a line that wait, with the bonuses that are held for them. */
export interface OrderPortion {
  readonly units: bigint;
  readonly spend: Bonus;
  /** Of which lots, in burn order. */
  readonly parts: readonly LotPart[];
}

/** What a pickup gave back of what was held for a line, since its price had fallen: its receipt may be reversed. */
interface Released {
  readonly by: PurchaseId;
  readonly parts: readonly LotPart[];
}

/** A line as ordered, and what became of its units. */
export interface OrderLine extends LineInput {
  readonly total: Kopecks;
  /** Held for it when it was ordered. */
  readonly held: Bonus;
  readonly waiting: readonly OrderPortion[];
  readonly released: readonly Released[];
  readonly collected: bigint;
  readonly cancelled: bigint;
  readonly expired: bigint;
}

type ReleasedJson = readonly [by: string, parts: ReturnType<typeof lotParts.out>];
type PortionJson = readonly [units: string, spend: string, parts: ReturnType<typeof lotParts.out>];

interface LineJson {
  readonly id: string;
  readonly sku: string;
  readonly cat: string;
  readonly qty: string;
  readonly price: string;
  readonly total: string;
  readonly held: string;
  readonly noEarn: true | undefined;
  readonly noSpend: true | undefined;
  readonly waiting: readonly PortionJson[];
  readonly released: readonly ReleasedJson[] | undefined;
  readonly collected: string;
  readonly cancelled: string;
  readonly expired: string;
}

export const orderLines = {
  out: (lines: readonly OrderLine[]): readonly LineJson[] =>
    lines.map((line) => ({
      id: line.lineId,
      sku: line.sku,
      cat: line.category,
      qty: formatQuantity(line.quantity),
      price: formatAmount(line.unitPrice),
      total: formatAmount(line.total),
      held: formatAmount(line.held),
      noEarn: line.noEarn || undefined,
      noSpend: line.noSpend || undefined,
      waiting: line.waiting.map(({ units, spend, parts }) => [`${units}`, formatAmount(spend), lotParts.out(parts)]),
      released:
        line.released.length === 0 ? undefined : line.released.map(({ by, parts }) => [by, lotParts.out(parts)]),
      collected: `${line.collected}`,
      cancelled: `${line.cancelled}`,
      expired: `${line.expired}`,
    })),
  into: (stored: readonly LineJson[]): readonly OrderLine[] =>
    stored.map((line) => ({
      lineId: line.id,
      sku: line.sku,
      category: line.cat,
      quantity: parseQuantity(line.qty),
      unitPrice: parseAmount(line.price),
      total: parseAmount(line.total),
      held: parseAmount(line.held),
      noEarn: line.noEarn ?? false,
      noSpend: line.noSpend ?? false,
      waiting: line.waiting.map(([units, spend, parts]) => ({
        units: BigInt(units),
        spend: parseAmount(spend),
        parts: lotParts.into(parts),
      })),
      released: (line.released ?? []).map(([by, parts]) => ({ by: as("pur", by), parts: lotParts.into(parts) })),
      collected: BigInt(line.collected),
      cancelled: BigInt(line.cancelled),
      expired: BigInt(line.expired),
    })),
};
