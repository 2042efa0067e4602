import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newTestKey } from "../../support/ledger.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { goodsBack, receipt, sale } from "../bodies.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

interface Result {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const item = (op: string, body: unknown, idempotencyKey = newTestKey()) => ({ op, idempotencyKey, body });
const send = async (items: readonly unknown[]): Promise<readonly Result[]> => {
  const answer = await http.post<{ results: Result[] }>("/v1/batches", { items }, { idempotencyKey: null });
  expect(answer.status).toBe(200);
  return answer.body.results;
};

describe("a batch", () => {
  it("answers in the order of its items, each on its own", async () => {
    const memberId = await http.newMember();
    await http.give(memberId, 1_000n);
    const redemption = { memberId, amount: "4.00", brand: "mvideo", storeId: "M-1", reference: "r" };
    const results = await send([
      item("purchase", sale({ memberId })),
      item("redemption", redemption),
      item("redemption", { ...redemption, amount: "1000.00" }),
      item("accrual", { memberId, amount: "1e3", brand: "mvideo", kind: "promo", reason: "r", reference: "r" }),
      item("accrual", { memberId, amount: "1.00", brand: "mvideo", kind: "promo", reason: "r", reference: "r" }),
      item("reversal", { receipt: receipt(), kind: "purchase" }),
    ]);
    expect(results.map(({ status }) => status)).toEqual([201, 201, 409, 400, 201, 200]);
    expect(results[2]?.body).toMatchObject({ code: "insufficient_bonuses", asked: "1000.00" });
    expect(results[3]?.body).toMatchObject({ code: "invalid_request", errors: [{ path: "amount" }] });
  });

  it("with items that are no items refuses them, and does the others", async () => {
    const memberId = await http.newMember();
    const results = await send([
      null,
      7,
      "x",
      {},
      { op: "purchase" },
      item("purchase", undefined),
      item("orders", {}),
      item("purchase", {}, "a b"),
      { ...item("purchase", sale({ memberId })), surprise: 1 },
      item("purchase", sale({ memberId })),
    ]);
    expect(results.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 400, 400, 400, 201]);
  });

  it("does a return after the sale that it names, and a reversal after both, wherever that makes them wait", async () => {
    const memberId = await http.newMember();
    const sales = Array.from({ length: 40 }, () => sale({ memberId }));
    const items = sales.flatMap((body) => {
      const back = { original: { receipt: body.receipt }, ...goodsBack() };
      const undone = { receipt: back.receipt, kind: "return" };
      return [
        item("purchase", body),
        item("return", back),
        item("reversal", undone),
        item("reversal", { receipt: body.receipt, kind: "purchase" }),
      ];
    });
    const results = await send(items);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set([201, 200]));
    const outcomes = results.filter((_, index) => index % 4 > 1).map(({ body }) => body["outcome"]);
    expect(new Set(outcomes)).toEqual(new Set(["reversed"]));
    const [wallet] = await http.database
      .sql`select sum(pending + available + held)::bigint as all from lots where member_id = ${memberId.slice(4)}::uuid`;
    expect(wallet).toEqual({ all: 0n });
  });

  it("parks a return that stands before its sale, and applies it when the sale comes", async () => {
    const body = sale({ memberId: await http.newMember() });
    const results = await send([
      item("return", { original: { receipt: body.receipt }, ...goodsBack() }),
      item("purchase", body),
    ]);
    expect(results.map(({ status }) => status)).toEqual([202, 201]);
    expect(results[1]?.body).toMatchObject({ earned: "30.00", balance: { pending: "15.00" } });
  });

  it("takes goods back by the id of the purchase", async () => {
    const sold = await http.post<{ purchaseId: string }>("/v1/purchases", sale({ memberId: await http.newMember() }));
    const { purchaseId } = sold.body;
    const back = () => item("return", { purchaseId, ...goodsBack() });
    const results = await send([back(), back(), back()]);
    expect(results.map(({ status }) => status)).toEqual([201, 201, 409]);
    expect(results[2]?.body).toMatchObject({ code: "return_exceeds_sold" });
  });

  it("that is repeated as a whole is done once", async () => {
    const memberId = await http.newMember();
    const items = Array.from({ length: 200 }, () => item("purchase", sale({ memberId })));
    const first = await send(items);
    const second = await send(items);
    expect(second).toEqual(first);
    const [count] = await http.database
      .sql`select count(*)::int as sold from purchases where member_id = ${memberId.slice(4)}::uuid`;
    expect(count).toEqual({ sold: 200 });
  });

  it("with one key twice does the first, and tells the second what became of it", async () => {
    const memberId = await http.newMember();
    const one = item(
      "accrual",
      { memberId, amount: "1.00", brand: "mvideo", kind: "promo", reason: "r", reference: "r" },
      newTestKey(),
    );
    const other = { ...one, body: { ...(one.body as object), amount: "2.00" } };
    const [first, same, mismatch] = await send([one, one, other]);
    expect(first).toMatchObject({ status: 201 });
    expect(same).toEqual(first);
    expect(mismatch).toMatchObject({ status: 409, body: { code: "idempotency_mismatch" } });
  });

  it("has 1 to 1000 items", async () => {
    const [none, many] = [[], Array.from({ length: 1001 }, () => 1)];
    for (const items of [none, many]) {
      expect(await http.post("/v1/batches", { items })).toMatchObject({
        status: 422,
        body: { code: "unprocessable_request" },
      });
    }
    expect((await send(Array.from({ length: 1000 }, () => 1))).length).toBe(1000);
  });
});
