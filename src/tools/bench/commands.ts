/** What the comparison asks for, as it goes over the wire: made up, and the same each time for the same seed. */
import type { z } from "@hono/zod-openapi";
import { formatAmount, formatQuantity } from "../../kernel/amount.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import type { PurchaseBody } from "../../sales/purchase/purchase-body.ts";

export const STORES = { mvideo: "BENCH-M", eldorado: "BENCH-E" } as const;
export const BRANDS = ["mvideo", "eldorado"] as const satisfies readonly (keyof typeof STORES)[];
type Brand = (typeof BRANDS)[number];

/** A small generator of numbers that look like chance (mulberry32): fast, and repeatable. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

let numbers = 0;
/** A number that nobody has had: of a receipt, of a key. */
export const nextNumber = (): string => `${process.pid}-${(numbers += 1)}`;

export const eitherBrand = (random: () => number): Brand => (random() < 0.5 ? "mvideo" : "eldorado");

export type Sale = z.output<typeof PurchaseBody>;

/** A receipt of two lines; four in ten spend a little. */
export function saleOf(memberId: string, random: () => number, occurredAt: Instant): Sale {
  const brand = eitherBrand(random);
  const line = { sku: "10031234", quantity: 1000n, noEarn: false, noSpend: false };
  return {
    receipt: { brand, storeId: STORES[brand], terminalId: "1", shift: "1", number: nextNumber() },
    channel: "pos",
    memberId,
    lines: [
      { ...line, lineId: "1", category: "tv", unitPrice: BigInt(1_000 + Math.floor(random() * 100_000)) * 100n },
      { ...line, lineId: "2", category: "cable", unitPrice: 49_900n },
    ],
    spend: random() < 0.4 ? 100n : 0n,
    occurredAt,
  };
}

/** A sale as a till sends it. */
export function saleJson({ lines, spend, occurredAt, ...sale }: Sale) {
  return {
    ...sale,
    spend: spend === "max" ? spend : formatAmount(spend),
    occurredAt: formatInstant(occurredAt),
    lines: lines.map(({ lineId, sku, category, quantity, unitPrice }) => ({
      lineId,
      sku,
      category,
      quantity: formatQuantity(quantity),
      unitPrice: formatAmount(unitPrice),
    })),
  };
}

/** Bonuses that can be spent at once. */
export const grantJson = (memberId: string, amount: bigint, brand: Brand, now: Instant) => ({
  memberId,
  amount: formatAmount(amount),
  brand,
  kind: "promo",
  activeAt: formatInstant(now - 1_000),
  reason: "comparison",
  reference: nextNumber(),
});

/** A grant or a spend of one bonus, without a receipt of lines: one as likely as the other. */
export function grantOrSpend(memberId: string, random: () => number, now: Instant) {
  const brand = eitherBrand(random);
  if (random() < 0.5) return { path: "/v1/accruals", json: grantJson(memberId, 1_00n, brand, now) };
  const spent = { memberId, amount: "1.00", brand, storeId: STORES[brand], reference: nextNumber() };
  return { path: "/v1/redemptions", json: spent };
}
