/** Limits of rates: for each client, tighter where members could be listed. */
import { afterEach, describe, expect, it } from "vitest";
import type { RateLimits } from "../../src/http/rates.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { sale } from "./bodies.ts";

let http: TestHttp;
afterEach(() => http.close());

const CARD = "2900000000017";
const NOTHING = { requestsPerMinute: 0, lookupsPerMinute: 0 };

/** A ledger with one member who has a card, under limits that count from now on. */
async function limited(limits: Partial<RateLimits>): Promise<string> {
  http = await testHttp({ rates: { ...NOTHING, ...limits } });
  const brand = { brand: "mvideo", externalId: "1", person: {} };
  const identifiers = [{ kind: "card", value: CARD, verified: true }];
  await http.post("/v1/profiles", { ...brand, identifiers }, { key: await http.newKey(["crm"]) });
  return http.newKey(["pos"], "mvideo");
}

const read = (key: string) => http.get("/v1/purchases/pur_x", { key });
const lookUp = (value: string, key: string) =>
  http.post("/v1/members/lookup", { identifier: { kind: "card", value } }, { key });
const miss = (key: string) => lookUp("2911111111112", key);
const hit = (key: string) => lookUp(CARD, key);

it("each answer says what is left; what is too much is told when to come again, and does nothing", async () => {
  const key = await limited({ requestsPerMinute: 3 });
  for (const left of [2, 1, 0]) {
    const { status, headers } = await read(key);
    expect([status, headers.get("ratelimit-policy")]).toEqual([404, '"requests";q=3;w=60']);
    expect(headers.get("ratelimit")).toMatch(new RegExp(`^"requests";r=${left};t=(?:60|5\\d)$`));
  }
  const refused = await http.post("/v1/reversals", {}, { key });
  expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited", retryable: true } });
  const seconds = Number(refused.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(50);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(refused.body["retryAfterSeconds"]).toBe(seconds);
  expect(refused.headers.get("ratelimit")).toBe(`"requests";r=0;t=${seconds}`);
});

it("one client that asks too much takes nothing from the others, nor does whoever has no key", async () => {
  const key = await limited({ requestsPerMinute: 2 });
  const other = await http.newKey(["pos"], "mvideo");
  for (let times = 0; times < 5; times += 1) await read(key);
  for (let times = 0; times < 5; times += 1) expect((await read("mck_unknown")).status).toBe(401);
  expect((await read(key)).status).toBe(429);
  expect((await read(other)).status).toBe(404);
});

it("look-ups have a limit of their own, and leave the rest alone", async () => {
  const key = await limited({ requestsPerMinute: 100, lookupsPerMinute: 2 });
  const found = await hit(key);
  expect([found.status, found.headers.get("ratelimit-policy")]).toEqual([200, '"lookups";q=2;w=60']);
  await hit(key);
  expect(await hit(key)).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect((await read(key)).status).toBe(404);
});

it("a look-up that finds nobody counts as twenty, so that nobody can list members by trying", async () => {
  const key = await limited({ lookupsPerMinute: 60 });
  const other = await http.newKey(["crm"], "mvideo");
  const tried = [];
  for (let times = 0; times < 4; times += 1) tried.push((await miss(key)).status);
  expect(tried).toEqual([404, 404, 404, 429]);
  expect((await hit(key)).status).toBe(429);
  const served = [];
  for (let times = 0; times < 60; times += 1) served.push((await hit(other)).status);
  expect(new Set(served)).toEqual(new Set([200]));
  expect((await hit(other)).status).toBe(429);
});

const spend = (who: object) => ({ ...who, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" });
const byCard = (value: string) => ({ identifier: { kind: "card", value } });

it("nor by the way: a redemption, a grant or a hold by an identifier is a look-up, one by the member's id is none", async () => {
  const key = await limited({ lookupsPerMinute: 41 });
  const { memberId } = (await http.post<{ memberId: string }>("/v1/members/lookup", byCard(CARD))).body;
  const redeem = async (who: object) => (await http.post("/v1/redemptions", spend(who), { key })).status;
  for (let times = 0; times < 50; times += 1) expect(await redeem({ memberId })).toBe(409);
  expect(await redeem(byCard(CARD))).toBe(409);
  expect(await redeem(byCard("2911111111112"))).toBe(404);
  const hold = { ...byCard("2911111111113"), amount: "1.00", brand: "mvideo", reference: "r" };
  expect((await http.post("/v1/holds", { ...hold, expiresAt: "2026-03-02T13:00:00+03:00" }, { key })).status).toBe(404);
  expect(await redeem(byCard(CARD))).toBe(429);
  expect(await redeem({ memberId })).toBe(409);
});

/** What each item of a batch of redemptions is answered. */
async function redeemed(cards: readonly string[], key: string): Promise<number[]> {
  const items = cards.map((card, index) => ({
    op: "redemption",
    idempotencyKey: `try-${card}-${index}`,
    body: spend(byCard(card)),
  }));
  const answer = await http.post<{ results: { status: number }[] }>("/v1/batches", { items }, { key });
  return answer.body.results.map(({ status }) => status);
}

const unknown = (count: number) => Array.from({ length: count }, (_, index) => `${2_922_222_222_000 + index}`);
const atOnce = <T>(count: number, work: () => Promise<T>) => Promise.all(Array.from({ length: count }, work));
const countOf = (statuses: readonly number[], status: number) => statuses.filter((each) => each === status).length;

it("nor by a batch, each item of which is counted for itself before the next is looked for", async () => {
  const key = await limited({ requestsPerMinute: 100, lookupsPerMinute: 60 });
  const statuses = await redeemed(unknown(60), key);
  expect([countOf(statuses, 404), countOf(statuses, 429)]).toEqual([3, 57]);
  expect((await hit(key)).status).toBe(429);
  expect((await read(key)).status).toBe(404);
});

it("nor by many at once", async () => {
  const key = await limited({ lookupsPerMinute: 60 });
  const statuses = await atOnce(45, async () => (await miss(key)).status);
  expect([countOf(statuses, 404), countOf(statuses, 429)]).toEqual([3, 42]);
});

it("many at once that find somebody are all served, each counted once", async () => {
  const key = await limited({ lookupsPerMinute: 60 });
  const found = await atOnce(40, async () => (await hit(key)).status);
  expect(countOf(found, 200)).toBe(40);
  expect(countOf(await redeemed(Array<string>(30).fill(CARD), key), 409)).toBe(20);
});

const basket = {
  channel: "pos",
  lines: [{ lineId: "1", sku: "s", category: "tv", quantity: "1", unitPrice: "500.00" }],
  brand: "mvideo",
};

it.each(["0.00", "max", "1.00"])(
  "a quote with a card that is nobody's is such a look-up, whatever it asks for: %s",
  async (asked) => {
    const key = await limited({ lookupsPerMinute: 60 });
    const quoted = async (card: string) =>
      (await http.post("/v1/quotes", { ...basket, ...byCard(card), storeId: "M-1", spend: asked }, { key })).status;
    const statuses = [];
    for (const card of unknown(4)) statuses.push(await quoted(card));
    const answered = asked === "1.00" ? 409 : 200;
    expect(statuses).toEqual([answered, answered, answered, 429]);
  },
);

it("an order is as well", async () => {
  await limited({ lookupsPerMinute: 60 });
  const key = await http.newKey(["checkout"], "mvideo");
  const terms = { ...basket, pickup: { brand: "mvideo", storeId: "M-1" }, channel: "web", spend: "max" };
  const statuses = [];
  for (const card of unknown(4)) {
    statuses.push((await http.post("/v1/orders", { ...terms, ...byCard(card), orderNumber: card }, { key })).status);
  }
  expect(statuses).toEqual([201, 201, 201, 429]);
});

describe("a sale", () => {
  const sold = async (key: string, card: string, asked: string) =>
    (await http.post("/v1/purchases", sale({ ...byCard(card), spend: asked }), { key })).status;

  it("is no look-up where it is made, whoever it is made to", async () => {
    const key = await limited({ lookupsPerMinute: 20 });
    const cards = [CARD, ...unknown(9)];
    for (const card of cards) expect(await sold(key, card, "max")).toBe(201);
    for (const card of cards) expect(await sold(key, card, "0.00")).toBe(201);
    expect((await hit(key)).status).toBe(200);
  });

  it("is one where it asks for bonuses and is refused, since that tells of the card", async () => {
    const key = await limited({ lookupsPerMinute: 60 });
    const asked = [];
    for (let tries = 0; tries < 60; tries += 1) asked.push(await sold(key, CARD, "1.00"));
    expect([countOf(asked, 409), countOf(asked, 429)]).toEqual([60, 0]);
    expect(await sold(key, CARD, "1.00")).toBe(429);
    expect(await sold(key, CARD, "0.00")).toBe(201);
  });

  it("is one where it cites a quote and is refused, since whose quote it is tells of the card", async () => {
    const key = await limited({ lookupsPerMinute: 60 });
    const quoteId = `quo_${"0".repeat(32)}`;
    const cite = async (card: string, cited: object) =>
      (await http.post("/v1/purchases", sale({ ...byCard(card), spend: "0.00", ...cited }), { key })).status;
    const tried = [];
    for (const card of unknown(4)) tried.push(await cite(card, { quoteId }));
    expect([countOf(tried, 429), tried.at(-1)]).toEqual([1, 429]);
    expect(await cite(CARD, {})).toBe(201);
  });

  it("is one where a representative makes it and is refused, since that tells of the card", async () => {
    const key = await limited({ lookupsPerMinute: 62 });
    const actingFor = (await hit(key)).body["memberId"];
    const act = async (card: string) =>
      (await http.post("/v1/purchases", sale({ ...byCard(card), spend: "0.00", actingFor }), { key })).status;
    expect(await act(CARD)).toBe(409);
    const tried = [];
    for (const card of unknown(4)) tried.push(await act(card));
    expect(tried).toEqual([404, 404, 404, 429]);
    expect(await sold(key, CARD, "0.00")).toBe(201);
  });

  it("is as dear as any where the card is nobody's, one after another and many at once", async () => {
    const key = await limited({ lookupsPerMinute: 60 });
    const tried = await atOnce(45, () => sold(key, "2911111111112", "1.00"));
    expect([countOf(tried, 409), countOf(tried, 429)]).toEqual([3, 42]);
    expect(await sold(key, "2911111111112", "1.00")).toBe(429);
    expect(await sold(key, "2911111111112", "0.00")).toBe(201);
  });
});

it("zero is no limit, and says nothing", async () => {
  const key = await limited({});
  for (let times = 0; times < 50; times += 1) {
    const { status, headers } = await miss(key);
    expect([status, headers.get("ratelimit"), headers.get("ratelimit-policy")]).toEqual([404, null, null]);
  }
});
