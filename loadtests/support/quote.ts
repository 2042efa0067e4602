/** A basket of an online checkout, what it comes to, and a sale that goes by what was shown. */
import { check } from "k6";
import { formatAmount, parseAmount, sum } from "../../src/kernel/amount.ts";
import type { Chance } from "./chance.ts";
import { type Answer, type Ask, must, send } from "./ledger.ts";
import { post, type SoldLine } from "./sale.ts";
import type { Member, Seller } from "./town.ts";

const PRICE_CHANGED = 0.15;
const MOST_LINES = 5;
const GOODS = [
  { sku: "10031234", category: "tv" },
  { sku: "20087654", category: "cable" },
  { sku: "30011223", category: "kettles" },
] as const;

/** What a quote and the sale that cites it have in common. */
export interface Basket {
  readonly channel: string;
  readonly memberId: string;
  readonly lines: readonly Line[];
}

interface Line {
  readonly lineId: string;
  readonly sku: string;
  readonly category: string;
  readonly quantity: "1";
  readonly unitPrice: string;
}

export interface Quote {
  readonly quoteId: string;
  readonly total: string;
  readonly spend: string;
  readonly payable: string;
  readonly lines: readonly SoldLine[];
}

/** One to five pieces of goods, ordered in a browser or in the app. */
export function basketOf({ memberId }: Pick<Member, "memberId">, chance: Chance): Basket {
  const lines = Array.from({ length: 1 + chance.below(MOST_LINES) }, (_, place): Line => {
    const unitPrice = formatAmount(BigInt(1_000_00 + chance.below(50_000_00)));
    return { lineId: `${place + 1}`, ...chance.pick(GOODS), quantity: "1", unitPrice };
  });
  return { channel: chance.pick(["web", "app"]), memberId, lines };
}

/** Asks what a basket comes to, with no bonuses, some, or as many as can be spent. */
export function quoteOf(seller: Seller, basket: Basket, where: object, chance: Chance): Quote {
  const spend = chance.pick(["0.00", "300.00", "max"]);
  const body = { brand: seller.brand, ...where, ...basket, spend };
  const quote = must(send(post("/v1/quotes", seller, body)), "a quote") as Quote;
  check(quote, {
    "a quote adds up": (shown) =>
      shown.total === totalOf(basket) &&
      parseAmount(shown.total) === parseAmount(shown.spend) + parseAmount(shown.payable) &&
      parseAmount(shown.spend) === sum(shown.lines.map((line) => parseAmount(line.spend))),
    "a quote shows the bonuses that were asked": (shown) => spend === "max" || shown.spend === spend,
  });
  return quote;
}

/** What is sent by a quote; `time` tells the first attempt from the second, which is another request. */
type Request = (basket: Basket, quote: Quote, time: "first" | "second") => Ask;

/**
 * Sends what cites a quote. Now and then a price has changed since it was shown: then the ledger refuses, shows what holds
 * now, and the customer agrees to that. Gives the quote that the answer must agree with.
 */
export function sendAsShown(basket: Basket, shown: Quote, chance: Chance, request: Request) {
  if (!chance.yes(PRICE_CHANGED)) return { quote: shown, answer: send(request(basket, shown, "first")) };
  const changed = { ...basket, lines: basket.lines.map(dearer) };
  const quote = freshQuote(send(request(changed, shown, "first")), totalOf(changed));
  return { quote, answer: send(request(changed, quote, "second")) };
}

function freshQuote(refused: Answer, total: string): Quote {
  const { code, quote } = JSON.parse(refused.text) as { code?: string; quote?: Quote | null };
  check(refused, {
    "a quote that no longer holds is refused, with the one that does": ({ status }) =>
      status === 409 && code === "quote_changed" && quote?.total === total,
  });
  if (quote) return quote;
  throw new Error(`a quote whose prices have changed was answered with ${refused.status}: ${refused.text}`);
}

const dearer = (line: Line): Line => ({ ...line, unitPrice: formatAmount(parseAmount(line.unitPrice) + 100_00n) });

const totalOf = ({ lines }: Basket): string => formatAmount(sum(lines.map((line) => parseAmount(line.unitPrice))));
