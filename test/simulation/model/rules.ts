/** The programme's default rules, version 1, written down a second time. */
import { inHundredths, inText, least } from "./amounts.ts";
import { beginningOf, dateAt, daysLater } from "./days.ts";

export const BRANDS = ["eldorado", "mvideo"] as const;
export type Brand = (typeof BRANDS)[number];
export type Kind = "ordinary" | "promo" | "offer";

export const MINUTE = 60_000;
const DAY = 86_400_000;

const PROGRAMME_ZONE = "Europe/Moscow";
const OUTSIDE = ["gift-card", "delivery", "service-fee"];

/** A line as a till sends it. */
export interface Goods {
  readonly lineId: string;
  readonly sku: string;
  readonly category: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly noEarn?: boolean;
  readonly noSpend?: boolean;
}

/** How many units a quantity is: what is not whole is one. */
export const unitsOf = (quantity: string): number => (quantity.includes(".") ? 1 : Number(quantity));

/** Quantity × price, half a kopeck up. */
export function priceOf({ quantity, unitPrice }: Goods): bigint {
  const [whole = "0", rest = ""] = quantity.split(".");
  const thousandths = BigInt(whole + rest.padEnd(3, "0"));
  return (thousandths * inHundredths(unitPrice) * 2n + 1000n) / 2000n;
}

/** The most that bonuses may pay of a line: half of it, and a kopeck of money stays on each unit. */
export function mostOf(goods: Goods): bigint {
  if (goods.noSpend === true || OUTSIDE.includes(goods.category)) return 0n;
  const price = priceOf(goods);
  const most = least(price / 2n, price - BigInt(unitsOf(goods.quantity)));
  return most < 0n ? 0n : most;
}

/** Three per cent of the money, in whole bonuses. */
export function earnedBy(goods: Goods, money: bigint): bigint {
  if (goods.noEarn === true || OUTSIDE.includes(goods.category)) return 0n;
  return ((money * 3n) / 10_000n) * 100n;
}

/** 00:00 of the programme, so many days after the date on the wall of a zone. */
const programmeDay = (at: number, zone: string, days: number): number =>
  beginningOf(daysLater(dateAt(at, zone), days), PROGRAMME_ZONE);

export const activationOf = (kind: Kind, at: number, zone = PROGRAMME_ZONE): number =>
  kind === "ordinary" ? programmeDay(at, zone, 14) : at;

export const endOf = (kind: Kind, activeAt: number): number =>
  programmeDay(activeAt, PROGRAMME_ZONE, kind === "ordinary" ? 180 : 90);

/** Until when a purchase keeps ordinary bonuses alive. */
export const extensionOf = (at: number, zone: string): number => programmeDay(at, zone, 180);

/** Until when what comes back to a lot can be spent. */
export const graceOf = (at: number, zone: string): number => programmeDay(at, zone, 14);

/** However often it is sent elsewhere, no order waits longer than this. */
const ORDER_WAITS_AT_MOST = 31;

/** When an order was placed, and the end that was told last. */
interface Since {
  readonly placedAt: number;
  readonly endsAt?: number;
}

const midnight = (at: number, zone: string, days: number) => beginningOf(daysLater(dateAt(at, zone), days), zone);

/** So many days of its store, 00:00 there. */
function storeDay(at: number, zone: string, days: number, { placedAt, endsAt }: Since): number {
  const month = midnight(placedAt, zone, ORDER_WAITS_AT_MOST);
  const latest = endsAt === undefined ? month : Math.max(month, midnight(endsAt, zone, 0));
  return Math.min(midnight(at, zone, days), latest > at ? latest : (endsAt ?? latest));
}

/** Until when an order may be made ready. */
export const orderWaitsUntil = (at: number, zone: string, since: Since): number => storeDay(at, zone, 14, since);

/** Until when it is stored then. */
export const orderStoredUntil = (at: number, zone: string, since: Since, days = 3): number =>
  storeDay(at, zone, days, since);

export const QUOTE_LIFE = 15 * MINUTE;
export const HOLD_LIFE = 15 * MINUTE;
export const MOST_LATE = 35 * DAY;
export const MOST_EARLY = 5 * MINUTE;
export const WRONG_CODES = 5;
export const CODE_BLOCK = 15 * MINUTE;

/** What is to be spent, as a request says it. */
export type Asked = bigint | "max";
export const askedInText = (asked: Asked): string => (asked === "max" ? asked : inText(asked));
