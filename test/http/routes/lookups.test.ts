/** Look-ups by the way: whatever names a member by an identifier, and says where there is none, counts as a look-up. */
import { afterAll, beforeEach, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";

let http: TestHttp;
let opened: TestHttp[] = [];
beforeEach(async () => {
  http = await testHttp({ rates: { requestsPerMinute: 0, lookupsPerMinute: 60 } });
  opened.push(http);
});
afterAll(async () => {
  for (const one of opened) await one.close();
  opened = [];
});

const guess = { kind: "card", value: "2911111111112" };
const redemption = { amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" };
const later = "2026-03-03T12:00:00+03:00";
const gift = { amount: "1.00", brand: "mvideo", kind: "promo", reason: "r", reference: "r" };

it.each([
  ["/v1/redemptions", { identifier: guess, ...redemption }],
  ["/v1/holds", { identifier: guess, amount: "1.00", brand: "mvideo", expiresAt: later, reference: "r" }],
  ["/v1/accruals", { identifier: guess, ...gift }],
])("%s cannot be used to try cards", async (path, body) => {
  const statuses = [];
  for (let times = 0; times < 4; times += 1) statuses.push((await http.post(path, body)).status);
  expect(statuses).toEqual([404, 404, 404, 429]);
});

it("nor can a batch: each item counts by itself, and the others go on", async () => {
  const items = [
    ...Array.from({ length: 70 }, (_, index) => ({
      op: "redemption",
      idempotencyKey: `guess-${index}`,
      body: { identifier: { kind: "card", value: `29111111111${index}` }, ...redemption },
    })),
    { op: "accrual", idempotencyKey: "known", body: { memberId: await http.newMember(), ...gift } },
  ];
  const { body } = await http.post<{ results: { status: number }[] }>("/v1/batches", { items });
  const statuses = body.results.map(({ status }) => status);
  expect(statuses.filter((status) => status === 404).length).toBeLessThanOrEqual(60);
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(10);
  expect(statuses.at(-1)).toBe(201);
  const next = await http.post("/v1/redemptions", { identifier: guess, ...redemption });
  expect(next.status).toBe(429);
});

it("a member that is named by id, and a sale, are no look-ups", async () => {
  const memberId = await http.newMember();
  for (let times = 0; times < 70; times += 1) {
    expect((await http.post("/v1/accruals", { memberId, ...gift })).status).toBe(201);
  }
});
