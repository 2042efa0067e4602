/** No command asks the database more often because it has more lines, more units, or a member with more lots. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type App, createApp } from "../../src/http/server/app.ts";
import { openService, type Service } from "../../src/service.ts";
import { receipt } from "../http/bodies.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { newTestKey } from "../support/ledger.ts";
import { type Network, openNetwork } from "../support/network.ts";
import { TEST_KEYS } from "../support/keys.ts";

let http: TestHttp;
let network: Network;
let service: Service;
let app: App;
beforeAll(async () => {
  http = await testHttp();
  network = await openNetwork(http.database.url);
  service = await openService({
    personal: TEST_KEYS,
    target: { url: network.url },
    clock: http.clock,
    readers: 1,
    lanes: 1,
  });
  app = createApp(service);
  // What is looked up once in a while only, and statements that a connection begins with.
  await everything({ lines: 1, units: 1, lots: 1 });
});
afterAll(async () => {
  await service.close();
  await network.close();
  await http.close();
});

interface Size {
  readonly lines: number;
  readonly units: number;
  readonly lots: number;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, string>;
}

async function ask(path: string, body: object): Promise<Answer> {
  const answer = await app.request(path, {
    method: "POST",
    headers: {
      authorization: `Bearer ${http.adminKey}`,
      "content-type": "application/json",
      ...(path === "/v1/quotes" ? {} : { "idempotency-key": newTestKey() }),
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

const NOTHING = {
  brand: "mvideo",
  storeId: "M-1",
  channel: "pos",
  lines: [{ lineId: "1", sku: "s", category: "tv", quantity: "1", unitPrice: "1.00" }],
  spend: "0.00",
};

/** When nothing is on its way any more: what is looked up anew goes on after the answer that had it looked up. */
async function statementsInAll(): Promise<number> {
  let sent = -1;
  while (sent !== network.statements()) {
    sent = network.statements();
    await sleep(20);
  }
  return sent;
}

/** How many statements each of the commands of a sale and of an order takes, at a size. */
async function everything({ lines: count, units, lots }: Size): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  const counting = async (name: string, path: string, body: object): Promise<Answer["body"]> => {
    // Who takes part is looked up again after a second: not by what is counted.
    await ask("/v1/quotes", NOTHING);
    const before = await statementsInAll();
    const answer = await ask(path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    counted[name] = network.statements() - before;
    return answer.body;
  };
  const memberId = await http.newMember();
  for (let made = 0; made < lots; made += 1) await http.give(memberId, 100_00n);
  const lines = Array.from({ length: count }, (_, index) => {
    return { lineId: `${index}`, sku: "s", category: "tv", quantity: `${units}`, unitPrice: "400.00" };
  });
  const basket = { brand: "mvideo", channel: "web", memberId, lines, spend: "20.00" };
  const occurredAt = new Date(http.clock.now()).toISOString();
  await counting("quote", "/v1/quotes", { ...basket, storeId: "M-1" });
  const { brand: _, ...goods } = basket;
  const made = receipt();
  await counting("purchase", "/v1/purchases", { ...goods, receipt: made, occurredAt });
  const pickup = { brand: "mvideo", storeId: "M-1" };
  const half = `${50 * lots}.00`;
  const place = () => ({ ...basket, orderNumber: newTestKey(), pickup, spend: lots === 1 ? "20.00" : half });
  const order = await counting("order", "/v1/orders", place());
  await counting("ready", `/v1/orders/${order["orderId"]}/ready`, {});
  const visit = receipt();
  const code = order["pickupCode"];
  await counting("pickup", `/v1/orders/${order["orderId"]}/pickups`, {
    storeId: "M-1",
    code,
    receipt: visit,
    occurredAt,
  });
  await counting("reversal", "/v1/reversals", { receipt: visit, kind: "purchase" });
  await counting("cancel", `/v1/orders/${order["orderId"]}/cancel`, {});
  return counted;
}

/** The least of several runs: who takes part, and the rules, are looked up again after a second, whichever command comes then. */
async function fewest(size: Size): Promise<Record<string, number>> {
  const runs = [await everything(size), await everything(size), await everything(size)];
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, Math.min(...runs.map((run) => run[name] ?? 0))]));
}

it("of a basket of fifty lines, of ten thousand units, as of one", async () => {
  const one = await fewest({ lines: 1, units: 1, lots: 1 });
  expect(await fewest({ lines: 50, units: 1, lots: 1 })).toEqual(one);
  expect(await fewest({ lines: 1, units: 10_000, lots: 1 })).toEqual(one);
  // The most has the reversal of a pickup, which looks where its hold lies by now, and whether a representative has ordered.
  expect(Math.max(...Object.values(one))).toBeLessThanOrEqual(22);
});

it("nor of a member of sixty lots, half of which are spent, as of twenty", async () => {
  const some = await fewest({ lines: 20, units: 3, lots: 20 });
  expect(await fewest({ lines: 20, units: 3, lots: 60 })).toEqual(some);
});

it("a quote reads the wallet once", async () => {
  const { quote } = await fewest({ lines: 5, units: 1, lots: 1 });
  expect(quote).toBe(1);
});
