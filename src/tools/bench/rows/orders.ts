/** Orders: placing one, collecting it, cancelling it, beside a purchase of the same goods. */
import { z } from "zod";
import { type Api, bodyOf, connectTo } from "../../client/api.ts";
import { orderJson, pickupJson, type PickupPlace, purchaseJson } from "../baskets.ts";
import { nextNumber } from "../commands.ts";
import { repeat } from "../figures.ts";
import { type Ask, load } from "../http.ts";
import type { Row } from "../report.ts";
import { asking, measureRowsInTurn, oneOf, post, type RowPlan, type RowTerms } from "./row.ts";

const LINES = 5;
/** Orders that a run of collecting or of cancelling has for each of its seconds; it ends when all are used up. */
const ORDERS_PER_SECOND = 1_000;
const CONNECTIONS = 64;

interface Placed {
  readonly orderId: string;
  readonly code: string;
  readonly pickup: PickupPlace;
}

export async function orderRows(terms: RowTerms): Promise<Row[]> {
  const { members, random } = terms;
  const anybody = oneOf(members.many, random);
  const buy = () => post("/v1/purchases", purchaseJson(anybody(), LINES, random, Date.now()));
  const place = () => post("/v1/orders", orderJson(anybody(), LINES, random));
  const collect = ({ orderId, code, pickup }: Placed) =>
    post(`/v1/orders/${orderId}/pickups`, pickupJson(pickup, code, Date.now()));
  const cancel = ({ orderId }: Placed) => post(`/v1/orders/${orderId}/cancel`, {});
  const bound = { of: "processor time", row: "orderPurchase", atMost: 2 } as const;
  return await measureRowsInTurn(terms, [
    { name: "orderPurchase", what: `purchases of ${LINES} lines (beside orders)`, once: asking(terms, buy) },
    { name: "orderPlace", what: `placing an order of ${LINES} lines`, once: asking(terms, place), bound },
    {
      name: "orderPickup",
      what: `collecting an order of ${LINES} lines`,
      ...usingUp(terms, collect, makeReady),
      bound,
    },
    { name: "orderCancel", what: `cancelling an order of ${LINES} lines`, ...usingUp(terms, cancel), bound },
  ]);
}

/** Runs that each do one thing with orders that were placed, and made what they must be, before it. */
function usingUp(
  terms: RowTerms,
  ask: (order: Placed) => Ask,
  makeSo: (api: Api, order: Placed) => Promise<void> = () => Promise.resolve(),
): Pick<RowPlan, "prepare" | "once"> {
  const { service } = terms;
  const api = connectTo({ baseUrl: service.url, key: service.key });
  const orders: Placed[] = [];
  const next = (): Ask => {
    const order = orders.pop();
    if (order === undefined) throw new RangeError("more requests than orders");
    return ask(order);
  };
  return {
    prepare: async (seconds) => {
      const placing = async () => {
        const order = await placeOne(api, terms);
        await makeSo(api, order);
        orders.push(order);
      };
      await repeat(Math.ceil(seconds * ORDERS_PER_SECOND), placing, CONNECTIONS);
    },
    once: () => load(service, { until: { requests: orders.length }, connections: CONNECTIONS, next }),
  };
}

const PlacedBody = z.object({ orderId: z.string(), pickupCode: z.string() });

async function placeOne(api: Api, { members, random }: RowTerms): Promise<Placed> {
  const order = orderJson(oneOf(members.many, random)(), LINES, random);
  const answer = await api.send("POST", "/v1/orders", JSON.stringify(order), nextNumber());
  const { orderId, pickupCode } = bodyOf(PlacedBody, answer, "an order");
  return { orderId, code: pickupCode, pickup: order.pickup };
}

async function makeReady(api: Api, { orderId }: Placed): Promise<void> {
  bodyOf(
    z.unknown(),
    await api.send("POST", `/v1/orders/${orderId}/ready`, "{}", nextNumber()),
    "an order that is ready",
  );
}
