import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";

let http: TestHttp;
let memberId = "";
beforeAll(async () => {
  http = await testHttp();
});
beforeAll(async () => {
  const member = await http.newMember();
  await http.give(member, 100_000n, "eldorado");
  memberId = member;
});
afterAll(() => http.close());

const accrual = (fields: object = {}) => ({
  memberId,
  amount: "10.00",
  brand: "mvideo",
  kind: "promo",
  reason: "r",
  reference: "r",
  ...fields,
});
const redemption = (fields: object = {}) => ({
  memberId,
  amount: "10.00",
  brand: "mvideo",
  storeId: "M-1",
  reference: "r",
  ...fields,
});
const hold = (fields: object = {}) => ({
  memberId,
  amount: "10.00",
  brand: "mvideo",
  expiresAt: "2026-03-02T12:15:00+03:00",
  reference: "o-1",
  ...fields,
});

interface Held {
  readonly holdId: string;
}

describe("an accrual", () => {
  it("of promo bonuses is active at once, of ordinary ones in 14 days", async () => {
    expect(await http.post("/v1/accruals", accrual())).toMatchObject({
      status: 201,
      body: { activeAt: "2026-03-02T09:00:00.000Z" },
    });
    expect(await http.post("/v1/accruals", accrual({ kind: "ordinary" }))).toMatchObject({
      status: 201,
      body: { activeAt: "2026-03-15T21:00:00.000Z" },
    });
  });
});

describe("a redemption", () => {
  it("spends the other brand's bonuses, and posts what the brands owe each other", async () => {
    const spent = await http.post<{ operationId: string }>("/v1/redemptions", redemption());
    expect(spent).toMatchObject({ status: 201, body: { lots: [{ amount: "10.00" }] } });
    const transfers = await http.database
      .sql`select entity, debit, credit, amount from transfers where operation_id = ${spent.body.operationId.slice(4)}::uuid order by ordinal`;
    expect(transfers).toEqual([
      { entity: "eldorado", debit: "available", credit: "due_to:mvideo", amount: 10_00n },
      { entity: "mvideo", debit: "due_from:eldorado", credit: "redemption", amount: 10_00n },
    ]);
  });

  it("of more than there is says what there is, and the same to the till that repeats it", async () => {
    const asked = redemption({ amount: "99999.00" });
    const first = await http.post("/v1/redemptions", asked, { idempotencyKey: "too-much" });
    expect(first).toMatchObject({ status: 409, body: { code: "insufficient_bonuses", asked: "99999.00" } });
    await http.post("/v1/accruals", accrual({ amount: "99999.00" }));
    const again = await http.post("/v1/redemptions", asked, { idempotencyKey: "too-much" });
    expect(again).toMatchObject({ status: 409, body: { available: first.body["available"] } });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("by two tills at once of the last bonuses is won by one", async () => {
    const last = await http.newMember();
    await http.give(last, 1_000n);
    const body = redemption({ memberId: last });
    const answers = await Promise.all([http.post("/v1/redemptions", body), http.post("/v1/redemptions", body)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: "insufficient_bonuses",
      available: "0.00",
    });
  });
});

describe("a hold", () => {
  it("is captured in part, gives back the rest, and ends once", async () => {
    const placed = await http.post<Held>("/v1/holds", hold());
    expect(placed).toMatchObject({ status: 201, body: { status: "open" } });
    const path = `/v1/holds/${placed.body.holdId}`;
    expect(await http.get(path)).toMatchObject({
      status: 200,
      body: { status: "open", captured: "0.00", reference: "o-1", endedAt: null },
    });
    expect(await http.post(`${path}/capture`, { amount: "11.00" })).toMatchObject({
      status: 409,
      body: { code: "capture_over_hold", held: "10.00" },
    });
    expect(await http.post(`${path}/capture`, { amount: "4.00" })).toMatchObject({
      status: 200,
      body: { captured: "4.00", released: "6.00" },
    });
    expect(await http.post(`${path}/release`, {})).toMatchObject({ status: 409, body: { code: "hold_not_open" } });
    expect(await http.get(path)).toMatchObject({ body: { status: "captured", captured: "4.00" } });
  });

  it("is released, and captured no more", async () => {
    const { body } = await http.post<Held>("/v1/holds", hold());
    expect(await http.post(`/v1/holds/${body.holdId}/release`, {})).toMatchObject({
      status: 200,
      body: { status: "released", released: "10.00" },
    });
    expect(await http.post(`/v1/holds/${body.holdId}/capture`, {})).toMatchObject({
      status: 409,
      body: { code: "hold_not_open" },
    });
  });

  it("whose time is over is told as expired, though nobody has posted it", async () => {
    const { body } = await http.post<Held>("/v1/holds", hold());
    http.clock.moveTo(Date.parse("2026-03-02T12:15:00+03:00"));
    expect(await http.get(`/v1/holds/${body.holdId}`)).toMatchObject({
      body: { status: "expired", endedAt: "2026-03-02T09:15:00.000Z" },
    });
    expect(await http.post(`/v1/holds/${body.holdId}/capture`, {})).toMatchObject({
      status: 409,
      body: { code: "hold_not_open" },
    });
  });
});
