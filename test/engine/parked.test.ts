/** A return that was parked keeps its outcome under its key, whatever becomes of its sale. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goodsBack, receipt, sale } from "../http/bodies.ts";
import { type Asked, testHttp, type TestHttp } from "../support/http.ts";
import { newTestKey } from "../support/ledger.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

/** A return that came before its sale, under a key. */
async function parked() {
  const original = receipt();
  const body = goodsBack({ original: { receipt: original }, receipt: receipt("eldorado") });
  const asked: Asked = { idempotencyKey: newTestKey() };
  const first = await http.post("/v1/returns", body, asked);
  expect(first).toMatchObject({ status: 202, body: { status: "parked" } });
  return { original, body, asked, first };
}

async function expectTheSame({ body, asked, first }: Awaited<ReturnType<typeof parked>>): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    const again = await http.post("/v1/returns", body, asked);
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([202, "true"]);
    expect(again.body).toEqual(first.body);
  }
  const other = { ...body, lines: [{ lineId: "1", quantity: "2" }] };
  const mismatch = await http.post("/v1/returns", other, asked);
  expect(mismatch).toMatchObject({ status: 409, body: { code: "idempotency_mismatch" } });
  // What was no request under this key has left nothing behind.
  const after = await http.post("/v1/returns", body, asked);
  expect([after.status, after.body]).toEqual([202, first.body]);
}

describe("a return that was parked, repeated under its key, is told what it was told", () => {
  it("after its sale was reversed before it came; under a new key it is refused", async () => {
    const early = await parked();
    const undone = await http.post("/v1/reversals", { receipt: early.original, kind: "purchase" });
    expect(undone.body).toMatchObject({ outcome: "tombstoned" });
    await expectTheSame(early);
    const anew = await http.post("/v1/returns", early.body);
    expect(anew).toMatchObject({ status: 409, body: { code: "purchase_reversed" } });
  });

  it("after its sale came, and took it back", async () => {
    const early = await parked();
    const memberId = await http.newMember();
    const sold = await http.post("/v1/purchases", sale({ memberId, receipt: early.original }));
    expect(sold.body).toMatchObject({ parkedReturns: [{ returnId: early.first.body["returnId"], status: "applied" }] });
    await expectTheSame(early);
  });

  it("after its sale came, and it was refused; corrected, it is taken under the same receipt", async () => {
    const early = await parked();
    const line = { lineId: "2", sku: "s", category: "tv", quantity: "1", unitPrice: "500.00" };
    const sold = await http.post("/v1/purchases", sale({ receipt: early.original, lines: [line] }));
    expect(sold.body).toMatchObject({ parkedReturns: [{ status: "refused", code: "unknown_line" }] });
    await expectTheSame(early);
    const corrected = { ...early.body, lines: [{ lineId: "2", quantity: "1" }] };
    expect(await http.post("/v1/returns", corrected)).toMatchObject({ status: 201, body: { moneyBack: "500.00" } });
    await expectTheSame(early);
  });

  it("after it was reversed itself", async () => {
    const early = await parked();
    const undone = await http.post("/v1/reversals", { receipt: early.body.receipt, kind: "return" });
    expect(undone.body).toMatchObject({ outcome: "reversed" });
    await expectTheSame(early);
  });
});
