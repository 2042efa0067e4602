/** An order as the ledger tells of it, and a step that it takes. */
import type { Arrival } from "./arrival.ts";
import type { Ask } from "./ledger.ts";
import { post } from "./sale.ts";
import type { Seller, Town } from "./town.ts";

export interface Order {
  readonly orderId: string;
  readonly memberId: string;
  readonly status: string;
  readonly total: string;
  /** Bonuses that are held for what waits. */
  readonly held: string;
  readonly placedAt: string;
  readonly lines: readonly OrderLine[];
}

export interface OrderLine {
  readonly lineId: string;
  readonly unitPrice: string;
  readonly held: string;
}

/** Who has to do with an order: the checkout that takes it, and the till that hands it out. */
export interface Parties {
  readonly town: Town;
  readonly arrival: Arrival;
  readonly checkout: Seller;
  readonly till: Seller;
}

export const pickupAt = ({ brand, storeId }: Seller) => ({ pickup: { brand, storeId } });

/** Asks for a step; `visit` tells one of several of a kind from the others. */
export function step(
  { town, arrival }: Parties,
  seller: Seller,
  orderId: string,
  name: "ready" | "reroute" | "cancel" | "code" | "pickups",
  body: object,
  visit = "1",
): Ask {
  return {
    ...post(`/v1/orders/{id}/${name}`, seller, body),
    path: `/v1/orders/${orderId}/${name}`,
    idempotencyKey: `${town.run}-${name}-${visit}-${arrival.number}`,
  };
}
