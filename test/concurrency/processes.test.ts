/** Two processes of the service on one database: what one of them has changed counts in the other, without a restart. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type App, createApp } from "../../src/http/server/app.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import { SharedManualClock } from "../../src/programme/clock/manual-clock.ts";
import { openService, type Service } from "../../src/service.ts";
import { sale } from "../http/bodies.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { newTestKey, START } from "../support/ledger.ts";
import { addPolicy } from "../support/policies.ts";
import { TEST_KEYS } from "../support/keys.ts";

const DAY = 86_400_000;

let http: TestHttp;
const services: Service[] = [];
/** Both have the sandbox's clock, whose hand is kept in the database. */
const apps: App[] = [];
beforeAll(async () => {
  http = await testHttp();
  for (let index = 0; index < 2; index += 1) {
    const clock = new SharedManualClock(0);
    const service = await openService({ personal: TEST_KEYS, target: http.database, clock, readers: 2 });
    await clock.connect(service, START);
    services.push(service);
    apps.push(createApp(service));
  }
});
afterAll(async () => {
  for (const service of services) await service.close();
  await http.close();
});

async function ask(process: number, method: "GET" | "POST" | "PUT", path: string, body?: object, key = http.adminKey) {
  const sent = body === undefined ? {} : { "content-type": "application/json", "idempotency-key": newTestKey() };
  const init = { method, headers: { authorization: `Bearer ${key}`, ...sent } };
  const answer = await apps[process]!.request(path, {
    ...init,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const saleAt = (occurredAt: number, fields: object = {}) => sale({ occurredAt: formatInstant(occurredAt), ...fields });
const now = (): number => services[0]!.clock.now();

it("a key and a store that one process has just made are known to the other, which has looked a moment before", async () => {
  for (let round = 0; round < 5; round += 1) {
    const storeId = `M-10${round}`;
    const receipt = { brand: "mvideo", storeId, terminalId: "1", shift: "1", number: "1" };
    // Whatever it knows of who takes part, it has read just now.
    expect((await ask(1, "POST", "/v1/purchases", saleAt(now(), { receipt }))).body["code"]).toBe("unknown_store");
    expect((await ask(1, "GET", "/v1/brands", undefined, `mck_${round}`)).status).toBe(401);
    const store = { brand: "mvideo", name: "New", timeZone: "Europe/Moscow" };
    expect((await ask(0, "PUT", `/v1/stores/${storeId}`, store)).status).toBe(200);
    const client = { name: "till", scopes: ["pos"], brand: "mvideo" };
    const { key } = (await ask(0, "POST", "/v1/clients", client)).body;
    const sold = await ask(1, "POST", "/v1/purchases", saleAt(now(), { receipt }), String(key));
    expect(sold.status).toBe(201);
  }
});

/** What two units of 500.00 earn, by either process. */
async function earnedAt(memberId: string, occurredAt: number): Promise<unknown[]> {
  const sold = await Promise.all(
    [0, 1].map((index) => ask(index, "POST", "/v1/purchases", saleAt(occurredAt, { memberId }))),
  );
  return sold.map(({ body }) => body["earned"]);
}

it("a version of the rules that is added to the table applies from its instant on, in every process", async () => {
  const memberId = await http.newMember();
  const [before, from] = [now(), now() + DAY];
  expect(await earnedAt(memberId, before)).toEqual(["30.00", "30.00"]);
  await addPolicy(http.database, 3, from, "{earning,rates}", [{ rate: "0.05" }]);
  // Known, and not in force yet.
  expect(await earnedAt(memberId, before)).toEqual(["30.00", "30.00"]);
  await ask(0, "PUT", "/v1/clock", { now: formatInstant(from) });
  expect(await earnedAt(memberId, from)).toEqual(["50.00", "50.00"]);
  // Goods are judged by their own day.
  expect(await earnedAt(memberId, from - 1)).toEqual(["30.00", "30.00"]);
  // Of a lower number, and added later: it is a version as any other.
  await addPolicy(http.database, 2, from + DAY, "{earning,rates}", [{ rate: "0.07" }]);
  await ask(1, "PUT", "/v1/clock", { now: formatInstant(from + DAY) });
  expect(await earnedAt(memberId, from + DAY)).toEqual(["70.00", "70.00"]);
});

it("a process that only reads shows what may be spent by the rules that are in force", async () => {
  const memberId = await http.newMember();
  const gift = { brand: "eldorado", amount: "100.00", kind: "promo", reason: "test", reference: "1" };
  await ask(0, "POST", "/v1/accruals", { memberId, ...gift, activeAt: formatInstant(now()) });
  const spendable = async (index: number) => (await ask(index, "GET", `/v1/members/${memberId}`)).body["balance"];
  expect(await spendable(1)).toMatchObject({ spendable: { mvideo: "100.00", eldorado: "100.00" } });
  await addPolicy(http.database, 4, now(), "{rollout}", [
    { issuer: "mvideo", seller: "mvideo" },
    { issuer: "eldorado", seller: "eldorado" },
  ]);
  await sleep(1_050);
  expect(await spendable(1)).toMatchObject({ spendable: { mvideo: "0.00", eldorado: "100.00" } });
});

it("the clock that one process has moved is the clock of the other, which says the right time where it would go back", async () => {
  for (let round = 1; round <= 4; round += 1) {
    const [mover, other] = round % 2 === 0 ? [0, 1] : [1, 0];
    const to = now() + 3 * DAY;
    expect((await ask(mover, "PUT", "/v1/clock", { now: formatInstant(to) })).status).toBe(200);
    const back = await ask(other, "PUT", "/v1/clock", { now: formatInstant(to - DAY) });
    expect(back).toMatchObject({ status: 409, body: { code: "clock_goes_back", now: formatInstant(to) } });
    for (const index of [mover, other]) {
      expect((await ask(index, "GET", "/v1/clock")).body).toEqual({ now: formatInstant(to) });
    }
    const { purchaseId } = (await ask(other, "POST", "/v1/purchases", saleAt(to))).body;
    expect((await ask(mover, "GET", `/v1/purchases/${String(purchaseId)}`)).body["postedAt"]).toBe(formatInstant(to));
  }
});
