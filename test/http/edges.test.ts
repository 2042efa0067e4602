/** Edges that a hard look has found: each was answered wrongly once. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../support/http.ts";
import { sale } from "./bodies.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

it("a dry run of a return under a receipt that is taken says what the return would be told", async () => {
  const memberId = await http.newMember();
  const { body: sold } = await http.post("/v1/purchases", sale({ memberId }));
  const [line] = sold["lines"] as { lineId: string }[];
  const back = {
    receipt: { brand: "mvideo", storeId: "M-1", terminalId: "edge", shift: "1", number: "1" },
    lines: [{ lineId: line?.lineId, quantity: "1" }],
    occurredAt: "2026-03-02T12:00:00+03:00",
  };
  const path = `/v1/purchases/${String(sold["purchaseId"])}/returns`;
  expect((await http.post(`${path}?dryRun=true`, back)).status).toBe(200);
  const made = await http.post(path, back);
  expect(made.status).toBe(201);
  const other = { ...back, reason: "another one" };
  expect((await http.post(`${path}?dryRun=true`, other)).body).toMatchObject({ code: "receipt_conflict" });
  const again = await http.post(`${path}?dryRun=true`, back);
  expect([again.status, again.body]).toEqual([200, made.body]);
});

it("a path that is no UTF-8 names nothing", async () => {
  const body = { brand: "mvideo", name: "x", timeZone: "Europe/Moscow" };
  expect((await http.put("/v1/stores/%ff%fe", body)).status).toBe(400);
  expect((await http.put("/v1/stores/%D0%9C-1", body)).body).toMatchObject({ storeId: "М-1" });
});

it.each(["2100-12-31T23:59:59.999-23:59", "2000-01-01T00:00:00+14:00"])(
  "%s lies outside of this century, whatever its text begins with",
  async (expiresAt) => {
    const memberId = await http.newMember();
    const terms = { amount: "1.00", brand: "mvideo", kind: "promo", reason: "r", reference: "r" };
    const answer = await http.post("/v1/accruals", { memberId, ...terms, expiresAt });
    expect(answer).toMatchObject({ status: 422, body: { code: "unprocessable_request" } });
  },
);
