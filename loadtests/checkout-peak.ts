/**
 * An evening of a sale online: many customers at the checkouts of both brands, more and more of them, up to a peak and down
 * again. All ask for a quote; three in ten leave, the others pay by it, or order goods that wait for them at a store of
 * either brand. Some prices change in between, some orders are cancelled, some goods come back.
 *
 *   npm run loadtest -- --scenario checkout-peak
 */
import { arrive } from "./support/arrival.ts";
import { checkOut } from "./support/checkout.ts";
import { optionsOf, peak } from "./support/options.ts";
import { endWithProof, openTown, type Town } from "./support/town.ts";

const MEMBERS = 500;
const ROUTES = ["POST /v1/quotes", "POST /v1/purchases", "POST /v1/orders", "POST /v1/orders/{id}/pickups"];

export const options = optionsOf("checkout-peak", 60, peak, ROUTES);

export const setup = (): Town => openTown(MEMBERS);

export default function checkoutPeak(town: Town): void {
  arrive((arrival) => checkOut(town, arrival, arrival.chance.pick(town.members)));
}

export const teardown = (town: Town): void => endWithProof(town);
