/** Quotes, purchases and orders of baskets of a given size, as they go over the wire. */
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { eitherBrand, nextNumber, STORES } from "./commands.ts";

const GOODS = [
  { sku: "10031234", category: "tv" },
  { sku: "20087654", category: "cable" },
  { sku: "30011223", category: "kettles" },
] as const;

/** So many lines, every third of two pieces. */
function linesJson(size: number, random: () => number) {
  return Array.from({ length: size }, (_, place) => ({
    lineId: `${place + 1}`,
    ...(GOODS[place % GOODS.length] ?? GOODS[0]),
    quantity: place % 3 === 2 ? "2" : "1",
    unitPrice: formatAmount(BigInt(1_000 + Math.floor(random() * 50_000)) * 100n),
  }));
}

/** What a customer is shown before they pay: as many bonuses as can be, split over all lines. */
export function quoteJson(memberId: string, size: number, random: () => number) {
  const brand = eitherBrand(random);
  return { brand, storeId: STORES[brand], channel: "pos", memberId, lines: linesJson(size, random), spend: "max" };
}

/** Four in ten spend a little, as with sales. */
export function purchaseJson(memberId: string, size: number, random: () => number, occurredAt: Instant) {
  const brand = eitherBrand(random);
  return {
    receipt: { brand, storeId: STORES[brand], terminalId: "1", shift: "1", number: nextNumber() },
    channel: "pos",
    memberId,
    lines: linesJson(size, random),
    spend: littleOrNothing(random),
    occurredAt: formatInstant(occurredAt),
  };
}

/** Where an order is collected. */
export interface PickupPlace {
  readonly brand: keyof typeof STORES;
  readonly storeId: string;
}

/** Ordered on the web, to be collected at a store of either brand; four in ten hold a little. */
export function orderJson(memberId: string, size: number, random: () => number) {
  const pickupBrand = eitherBrand(random);
  const pickup: PickupPlace = { brand: pickupBrand, storeId: STORES[pickupBrand] };
  return {
    orderNumber: nextNumber(),
    brand: eitherBrand(random),
    channel: "web",
    pickup,
    memberId,
    lines: linesJson(size, random),
    spend: littleOrNothing(random),
  };
}

/** All of an order is collected at once. */
export function pickupJson({ brand, storeId }: PickupPlace, code: string, occurredAt: Instant) {
  const receipt = { brand, storeId, terminalId: "1", shift: "1", number: nextNumber() };
  return { storeId, code, receipt, occurredAt: formatInstant(occurredAt) };
}

const littleOrNothing = (random: () => number): string => (random() < 0.4 ? "1.00" : "0.00");
