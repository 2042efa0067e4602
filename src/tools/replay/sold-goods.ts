/** What was sold and may still come back, by customer and product: cancellations are matched with it, latest sale first. */
import type { Brand } from "../client/brands.ts";

/** A receipt as it was sold, and the purchase that it became once the ledger has answered. */
export interface SoldReceipt {
  readonly brand: Brand;
  readonly number: string;
  purchaseId: string | null;
}

/** Some units of one line of a receipt. */
export interface LinePart {
  readonly sale: SoldReceipt;
  readonly lineId: string;
  readonly quantity: bigint;
}

interface OpenLine {
  readonly sale: SoldReceipt;
  readonly lineId: string;
  left: bigint;
}

export class SoldGoods {
  readonly #open = new Map<string, OpenLine[]>();

  /** Remembers a line as sold. */
  add(customer: string | null, stockCode: string, { sale, lineId, quantity }: LinePart): void {
    const key = keyOf(customer, stockCode);
    const line = { sale, lineId, left: quantity };
    const lines = this.#open.get(key);
    if (lines === undefined) this.#open.set(key, [line]);
    else lines.push(line);
  }

  /** Takes so many units back, of the latest sales first; `missing` is what no sale is left for. */
  take(customer: string | null, stockCode: string, quantity: bigint): { parts: LinePart[]; missing: bigint } {
    const lines = this.#open.get(keyOf(customer, stockCode)) ?? [];
    const parts: LinePart[] = [];
    let missing = quantity;
    while (missing > 0n) {
      const latest = lines.at(-1);
      if (latest === undefined) break;
      const taken = latest.left < missing ? latest.left : missing;
      parts.push({ sale: latest.sale, lineId: latest.lineId, quantity: taken });
      latest.left -= taken;
      missing -= taken;
      if (latest.left === 0n) lines.pop();
    }
    return { parts, missing };
  }
}

/** Sales without a customer match cancellations without one. */
const keyOf = (customer: string | null, stockCode: string): string => `${customer ?? ""}|${stockCode}`;
