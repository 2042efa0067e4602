/** One customer at an online checkout: a quote, and what they do with it, with the API's promises checked at each step. */
import { check } from "k6";
import type { Arrival } from "./arrival.ts";
import { must } from "./ledger.ts";
import { order } from "./order.ts";
import { pickupAt } from "./order-step.ts";
import { type Basket, basketOf, type Quote, quoteOf, sendAsShown } from "./quote.ts";
import { giveBack, post, receiptOf, type Sold } from "./sale.ts";
import type { Member, Seller, Town } from "./town.ts";

const ONLY_LOOKED = 0.3;
const ORDERED = 0.6;
const RETURNED = 0.15;

/** A member is shown what a basket comes to, and leaves, pays, or orders it for a store; some goods come back. */
export function checkOut(town: Town, arrival: Arrival, member: Member): void {
  const { chance } = arrival;
  const checkout = chance.pick(town.checkouts);
  const till = chance.pick(town.tills);
  const basket = basketOf(member, chance);
  const isOrder = chance.yes(ORDERED);
  const quote = quoteOf(checkout, basket, isOrder ? pickupAt(till) : { storeId: checkout.storeId }, chance);
  if (chance.yes(ONLY_LOOKED)) return;
  const sold = isOrder
    ? order({ town, arrival, checkout, till }, basket, quote)
    : [pay(town, checkout, arrival, basket, quote)];
  if (sold.length > 0 && chance.yes(RETURNED)) giveBack(town, arrival, chance.pick(sold));
}

/** Paid online at once. */
function pay(town: Town, seller: Seller, { number, chance }: Arrival, basket: Basket, shown: Quote): Sold {
  const { quote, answer } = sendAsShown(basket, shown, chance, (what, { quoteId, spend }, time) => {
    const receipt = receiptOf(town, seller, number);
    const body = { receipt, ...what, spend, quoteId, occurredAt: town.openedAt };
    return { ...post("/v1/purchases", seller, body), idempotencyKey: `${town.run}-${time}-purchase-${number}` };
  });
  const sold = must(answer, "a purchase") as Sold;
  check(sold, {
    "what is sold is what was shown": ({ total, spent, paid, lines }) =>
      total === quote.total &&
      spent === quote.spend &&
      paid === quote.payable &&
      quote.lines.every(({ lineId, spend }) => lines.find((line) => line.lineId === lineId)?.spend === spend),
  });
  return sold;
}
