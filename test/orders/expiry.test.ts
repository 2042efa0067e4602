/** The job that writes down which orders have expired: each is told once, and one that cannot be ended holds up no other. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { expireOrdersJob } from "../../src/orders/expiry/expire-orders.ts";
import { DAY_MS } from "../support/town.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const run = () => expireOrdersJob.begin(ledgerItself(shop.http.service))(new AbortController().signal);

it("ends all that is due, and tells it once", async () => {
  const memberId = await shop.member(1_000_00n);
  const made: string[] = [];
  for (let count = 0; count < 105; count += 1) made.push((await shop.order({ memberId, spend: "1.00" })).body.orderId);
  expect(await run()).toBeNull();
  shop.http.clock.moveTo(shop.http.clock.now() + 20 * DAY_MS);
  expect(await run()).toEqual({ expired: 105, failed: 0 });
  expect(await run()).toBeNull();
  expect(await shop.read(made[0] ?? "")).toMatchObject({ status: "expired", held: "0.00" });
  const told = await shop.http.database.sql`select from operations where name = 'order-expiry'
    and events->0->>'name' = 'order.expired'`;
  expect(told).toHaveLength(105);
  expect((await shop.http.get("/v1/pickups?storeId=E-1&status=expired")).body).toMatchObject({
    nextCursor: expect.any(String) as string,
  });
});
