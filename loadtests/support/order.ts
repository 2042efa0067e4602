/** An order at an online checkout, and what becomes of it: sent elsewhere, cancelled, never fetched, or collected. */
import { check } from "k6";
import { must, send } from "./ledger.ts";
import { type Order, type Parties, pickupAt, step } from "./order-step.ts";
import { collect } from "./pickup.ts";
import { type Basket, type Quote, sendAsShown } from "./quote.ts";
import { post, type Sold } from "./sale.ts";

const REROUTED = 0.1;
const CANCELLED = 0.15;
const NEVER_FETCHED = 0.05;

/** Orders by a quote, to be collected at a store of either brand. Gives what was sold there: one receipt a visit. */
export function order(parties: Parties, basket: Basket, shown: Quote): Sold[] {
  const { town, arrival } = parties;
  const { orderId, held, pickupCode } = place(parties, basket, shown);
  const other = arrival.chance.yes(REROUTED) ? town.tills.find(({ brand }) => brand !== parties.till.brand) : undefined;
  if (other !== undefined) {
    const sentOn = must(
      send(step(parties, parties.checkout, orderId, "reroute", pickupAt(other))),
      "a reroute",
    ) as Order;
    check(sentOn, { "an order that is sent elsewhere holds what it held": (is) => is.held === held });
  }
  if (arrival.chance.yes(CANCELLED)) return cancel(parties, orderId, held);
  if (arrival.chance.yes(NEVER_FETCHED)) return [];
  return collect({ ...parties, till: other ?? parties.till }, orderId, pickupCode);
}

function place({ town, arrival, checkout, till }: Parties, basket: Basket, shown: Quote) {
  const { number, chance } = arrival;
  const { quote, answer } = sendAsShown(basket, shown, chance, (what, { quoteId, spend }, time) => {
    const orderNumber = `${town.run}-${number}`;
    const body = { orderNumber, brand: checkout.brand, ...pickupAt(till), ...what, spend, quoteId };
    return { ...post("/v1/orders", checkout, body), idempotencyKey: `${town.run}-${time}-order-${number}` };
  });
  const placed = must(answer, "an order") as Order & { readonly pickupCode: string };
  check(placed, {
    "what is ordered is what was shown, and as many bonuses are held": ({ total, held, lines }) =>
      total === quote.total &&
      held === quote.spend &&
      quote.lines.every(({ lineId, spend }) => lines.find((line) => line.lineId === lineId)?.held === spend),
  });
  return placed;
}

function cancel(parties: Parties, orderId: string, held: string): [] {
  const answer = send(step(parties, parties.checkout, orderId, "cancel", {}));
  check(must(answer, "a cancellation") as Order & { readonly released: string }, {
    "an order that is cancelled gives back all that it held": ({ status, released, held: left }) =>
      status === "cancelled" && released === held && left === "0.00",
  });
  return [];
}
