/** Limits of rates: for each client, tighter where members could be listed. */
import { afterEach, expect, it } from "vitest";
import type { RateLimits } from "../../src/http/rates.ts";
import { testHttp, type TestHttp } from "../support/http.ts";

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

it("nor by a batch, each item of which is counted for itself", async () => {
  const key = await limited({ requestsPerMinute: 100, lookupsPerMinute: 60 });
  const items = Array.from({ length: 6 }, (_, index) => ({
    op: "redemption",
    idempotencyKey: `try-${index}`,
    body: spend(byCard(`29222222222${index}`)),
  }));
  const statuses = async () => {
    const answer = await http.post<{ results: { status: number }[] }>("/v1/batches", { items }, { key });
    return answer.body.results.map(({ status }) => status);
  };
  await statuses();
  expect(new Set(await statuses())).toEqual(new Set([429]));
  expect((await hit(key)).status).toBe(429);
  expect((await read(key)).status).toBe(404);
});

it("zero is no limit, and says nothing", async () => {
  const key = await limited({});
  for (let times = 0; times < 50; times += 1) {
    const { status, headers } = await miss(key);
    expect([status, headers.get("ratelimit"), headers.get("ratelimit-policy")]).toEqual([404, null, null]);
  }
});
