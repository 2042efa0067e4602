import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { Line } from "../../../src/sales/receipt/line.ts";
import { receipt, sale } from "../bodies.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

describe("a sale over HTTP", () => {
  it("earns, is read again, and comes back in part and whole", async () => {
    const memberId = await http.newMember();
    const sold = await http.post<{ purchaseId: string; earned: string }>("/v1/purchases", sale({ memberId }));
    expect(sold).toMatchObject({ status: 201, body: { earned: "30.00", paid: "1000.00" } });
    const path = `/v1/purchases/${sold.body.purchaseId}`;
    expect(await http.get(path)).toMatchObject({
      status: 200,
      body: { status: "sold", lines: [{ returnedUnits: "0" }] },
    });
    const back = {
      receipt: receipt("eldorado"),
      lines: [{ lineId: "1", quantity: "1" }],
      occurredAt: "2026-03-02T12:00:00+03:00",
    };
    const shown = await http.post(`${path}/returns?dryRun=true`, back, { idempotencyKey: null });
    expect(shown).toMatchObject({ status: 200, body: { moneyBack: "500.00", clawedBack: "15.00" } });
    expect(await http.get(path)).toMatchObject({ body: { lines: [{ returnedUnits: "0" }] } });
    expect(await http.post(`${path}/returns`, back)).toMatchObject({ status: 201, body: { moneyBack: "500.00" } });
    expect(await http.get(path)).toMatchObject({ body: { lines: [{ returnedUnits: "1" }] } });
  });

  it("keeps all that a till has said of a line", async () => {
    const goods = { lineId: "1", sku: "s", category: "tv", quantity: "2", unitPrice: "500.00" };
    const line = { ...goods, noEarn: true, noSpend: true };
    expect(Object.keys(line).toSorted(), "every field of a line is said").toEqual(Object.keys(Line.shape).toSorted());
    const sold = await http.post<{ purchaseId: string }>("/v1/purchases", sale({ lines: [line] }));
    expect(await http.get(`/v1/purchases/${sold.body.purchaseId}`)).toMatchObject({ body: { lines: [line] } });
  });

  it("is told again, byte for byte, to a till that repeats it", async () => {
    const body = sale({ memberId: await http.newMember() });
    const first = await http.post("/v1/purchases", body, { idempotencyKey: "again" });
    const second = await http.post("/v1/purchases", body, { idempotencyKey: "again" });
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(second.body).toEqual(first.body);
    const other = await http.post("/v1/purchases", { ...body, spend: "max" }, { idempotencyKey: "again" });
    expect(other).toMatchObject({ status: 409, body: { code: "idempotency_mismatch", retryable: false } });
  });

  it("is undone by a reversal of its receipt", async () => {
    const body = sale({ memberId: await http.newMember() });
    await http.post("/v1/purchases", body);
    const reversal = { receipt: body.receipt, kind: "purchase" };
    expect(await http.post("/v1/reversals", reversal)).toMatchObject({ status: 200, body: { outcome: "reversed" } });
    expect(await http.post("/v1/purchases/lookup", { receipt: body.receipt })).toMatchObject({
      body: { status: "reversed" },
    });
  });
});
