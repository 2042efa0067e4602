/** Two services over one database, and one order: whoever comes second is told. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createApp } from "../../src/http/server/app.ts";
import { openService, type Service } from "../../src/service.ts";
import { receipt } from "../http/bodies.ts";
import { newTestKey } from "../support/ledger.ts";
import { line, openShop, type Shop } from "../orders/shop.ts";
import { TEST_KEYS } from "../support/keys.ts";

let shop: Shop;
let other: Service;
let ask: (path: string, body: object) => Promise<{ status: number; body: Record<string, unknown> }>;
beforeAll(async () => {
  shop = await openShop();
  other = await openService({ personal: TEST_KEYS, target: shop.http.database, clock: shop.http.clock, readers: 2 });
  const app = createApp(other);
  ask = async (path, body) => {
    const headers = {
      authorization: `Bearer ${shop.http.adminKey}`,
      "content-type": "application/json",
      "idempotency-key": newTestKey(),
    };
    const answer = await app.request(path, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
});
afterAll(async () => {
  await other.close();
  await shop.close();
});

const ROUNDS = 12;
const visit = () => {
  const made = receipt("eldorado");
  return { storeId: made.storeId, receipt: made, occurredAt: shop.now() };
};

it("two tills that hand out one order at once: one does, the other is told", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const memberId = await shop.member();
    const { orderId, pickupCode: code } = await shop.readyOrder({ memberId, spend: "400.00" });
    const path = `/v1/orders/${orderId}/pickups`;
    const answers = await Promise.all([shop.http.post(path, { ...visit(), code }), ask(path, { ...visit(), code })]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
    const told = answers.find(({ status }) => status === 409);
    expect(told?.body).toMatchObject({ code: "order_in_wrong_state", orderStatus: "collected" });
    expect(await shop.balance(memberId)).toMatchObject({ available: "600.00", held: "0.00" });
  }
});

it("cancelling and handing out race: one wins, and no bonus is spent and given back", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const memberId = await shop.member();
    const { orderId, pickupCode: code } = await shop.readyOrder({ memberId, spend: "400.00" });
    const [picked, cancelled] = await Promise.all([
      shop.http.post(`/v1/orders/${orderId}/pickups`, { ...visit(), code }),
      ask(`/v1/orders/${orderId}/cancel`, {}),
    ]);
    expect([picked.status, cancelled.status]).toContain(409);
    const { status } = await shop.read(orderId);
    const available = status === "collected" ? "600.00" : "1000.00";
    expect(await shop.balance(memberId)).toMatchObject({ available, held: "0.00" });
    expect(status).toBe(picked.status === 201 ? "collected" : "cancelled");
  }
});

it("wrong codes that are tried on two services at once are all counted", async () => {
  const order = await shop.readyOrder({ memberId: await shop.member() });
  const code = order.pickupCode === "000000" ? "000001" : "000000";
  const path = `/v1/orders/${order.orderId}/pickups`;
  const tries = Array.from({ length: 20 }, (_, index) => {
    const body = { ...visit(), code };
    return index % 2 === 0 ? shop.http.post(path, body) : ask(path, body);
  });
  const codes = (await Promise.all(tries)).map(({ body }) => body["code"]);
  expect(codes.filter((told) => told === "pickup_code_wrong")).toHaveLength(5);
  expect(codes.filter((told) => told === "pickup_code_blocked")).toHaveLength(15);
});

it("parts of an order that are handed out one after another, and a sale at another till, leave nothing held", async () => {
  const memberId = await shop.member();
  const order = await shop.readyOrder({ memberId, lines: [line("1", "100.00", { quantity: "3" })], spend: "150.00" });
  for (let count = 0; count < 3; count += 1) {
    const code = count === 0 ? order.pickupCode : await shop.newCode(order.orderId);
    const sale = { receipt: receipt(), channel: "pos", memberId, lines: [line("1", "10.00")], spend: "5.00" };
    const answers = await Promise.all([
      ask(`/v1/orders/${order.orderId}/pickups`, { ...visit(), code, lines: [{ lineId: "1", quantity: "1" }] }),
      shop.http.post("/v1/purchases", { ...sale, occurredAt: shop.now() }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  }
  expect(await shop.balance(memberId)).toMatchObject({ available: "835.00", held: "0.00" });
  expect(await shop.read(order.orderId)).toMatchObject({ status: "collected" });
});

it("steps that are taken on two services at once leave an order whose last step the proof can tell", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const memberId = await shop.member();
    const made = await shop.readyOrder({ memberId, lines: [line("1", "100.00", { quantity: "2" })], spend: "50.00" });
    const first = visit();
    await shop.http.post(`/v1/orders/${made.orderId}/pickups`, {
      ...first,
      code: made.pickupCode,
      lines: [{ lineId: "1", quantity: "1" }],
    });
    const pickup = { brand: "eldorado", storeId: "E-1" };
    await shop.step(made.orderId, "reroute", { pickup });
    await Promise.all([
      ask(`/v1/orders/${made.orderId}/ready`, {}),
      shop.http.post("/v1/reversals", { receipt: first.receipt, kind: "purchase" }),
      ask(`/v1/orders/${made.orderId}/code`, {}),
      shop.step(made.orderId, "reroute", { pickup }),
    ]);
    expect((await shop.read(made.orderId)).status).toMatch(/^(placed|ready)$/);
  }
});
