/** How the shop of the file is seen as two chains: brands, stores, channels, categories. */
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import type { Brand } from "../client/brands.ts";
import type { Receipt } from "../client/receipt.ts";

/** Even numbers are one brand's, odd ones the other's; a cancellation has a number of its own. */
export function brandOf(invoiceNumber: string): Brand {
  return /[02468]$/.test(invoiceNumber) ? "mvideo" : "eldorado";
}

/** The shop is British: other countries order by post. */
export const channelOf = (country: string): "pos" | "web" => (country === "United Kingdom" ? "pos" : "web");

/** Each brand has a store in each country. */
export function storeOf(brand: Brand, country: string): string {
  return `${brand}-${country.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
}

/** The one till of a store, a shift a day. */
export function receiptOf(brand: Brand, country: string, at: Instant, number: string): Receipt {
  const storeId = storeOf(brand, country);
  return { brand, storeId, terminalId: `${storeId}-1`, shift: formatInstant(at).slice(0, 10), number };
}

/** A receipt that never comes, for a return whose sale was before the first day. */
export function unknownReceipt(receipt: Receipt): Receipt {
  return { ...receipt, shift: "unknown" };
}

const DELIVERY = new Set(["POST", "DOT", "C2"]);
const FEES = new Set(["BANK CHARGES", "AMAZONFEE", "CRUK", "M", "m", "D", "S", "B"]);

/** The few products that are none: postage, gift vouchers, charges. They neither earn nor take bonuses. */
export function categoryOf(stockCode: string): "goods" | "delivery" | "gift-card" | "service-fee" {
  if (DELIVERY.has(stockCode)) return "delivery";
  if (stockCode.startsWith("gift_")) return "gift-card";
  return FEES.has(stockCode) ? "service-fee" : "goods";
}
