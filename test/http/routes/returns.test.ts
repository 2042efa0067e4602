/** Returns that come before their sale: what becomes of them is told, to the till that sells and to the one that asks. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { goodsBack, OCCURRED_AT, receipt, sale } from "../bodies.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

type Sale = ReturnType<typeof sale>;
type Back = ReturnType<typeof goodsBack>;
interface Parked {
  readonly returnId: string;
}

const newSale = async (): Promise<Sale> => sale({ memberId: await http.newMember() });
const asked = (sold: Sale, back: Back) => ({ original: { receipt: sold.receipt }, ...back });
const send = (sold: Sale, back: Back, idempotencyKey?: string) =>
  http.post<Parked>("/v1/returns", asked(sold, back), idempotencyKey === undefined ? {} : { idempotencyKey });
const fateOf = async ({ returnId }: Parked) => (await http.get(`/v1/returns/${returnId}`)).body;

it("one that fits is made when its sale comes, and both tills are told", async () => {
  const sold = await newSale();
  const { status, body } = await send(sold, goodsBack({ reason: "broken" }));
  expect([status, await fateOf(body)]).toMatchObject([202, { status: "parked", code: null, reason: "broken" }]);
  const answer = await http.post("/v1/purchases", sold);
  expect(answer).toMatchObject({
    status: 201,
    body: { parkedReturns: [{ returnId: body.returnId, status: "applied", code: null }] },
  });
  expect(await fateOf(body)).toMatchObject({ status: "returned", moneyBack: "500.00", clawedBack: "15.00" });
});

it.each([
  ["return_exceeds_sold", { lines: [{ lineId: "1", quantity: "3" }] }],
  ["unknown_line", { lines: [{ lineId: "9", quantity: "1" }] }],
  ["returned_before_sale", { occurredAt: "2026-03-02T11:54:59+03:00" }],
])("one that does not fit its sale is refused with %s, and can be sent again corrected", async (code, wrong) => {
  const sold = await newSale();
  const back = goodsBack(wrong);
  const key = `wrong-${code}`;
  const parked = await send(sold, back, key);
  const answer = await http.post("/v1/purchases", sold);
  expect(answer).toMatchObject({
    status: 201,
    body: { earned: "30.00", parkedReturns: [{ returnId: parked.body.returnId, status: "refused", code }] },
  });
  expect(await fateOf(parked.body)).toMatchObject({ status: "refused", code, receipt: back.receipt });
  // The sale is as if nobody had asked.
  const purchaseId = String(answer.body["purchaseId"]);
  expect((await http.get(`/v1/purchases/${purchaseId}`)).body).toMatchObject({ lines: [{ returnedUnits: "0" }] });
  const corrected = { ...back, lines: [{ lineId: "1", quantity: "1" }], occurredAt: OCCURRED_AT };
  const made = await send(sold, corrected);
  expect(made).toMatchObject({ status: 201, body: { moneyBack: "500.00", purchaseId } });
  expect(made.body.returnId).not.toBe(parked.body.returnId);
  // The first one's key tells what it told.
  const again = await send(sold, back, key);
  expect([again.status, again.body, again.headers.get("idempotency-replayed")]).toEqual([202, parked.body, "true"]);
});

it.each([
  ["no brand", { brand: "nobody" }],
  ["no store", { storeId: "NOPE" }],
  ["a store of another brand", { storeId: "E-1" }],
])("one whose old receipt names %s is not parked, and leaves no trace", async (_, wrong) => {
  const back = goodsBack();
  const original = { receipt: { ...receipt(), ...wrong } };
  const { brand, storeId } = original.receipt;
  const answer = await http.post("/v1/returns", { original, ...back });
  expect(answer).toMatchObject({ status: 422, body: { code: "unknown_store", brand, storeId } });
  // Its own receipt is free.
  expect((await send(await newSale(), back)).status).toBe(202);
});

it("one of a store that is registered later can be sent again then, under the same key", async () => {
  const sold = sale({ memberId: await http.newMember(), receipt: { ...receipt(), storeId: "M-77" } });
  const back = goodsBack();
  expect(await send(sold, back, "before-its-store")).toMatchObject({ status: 422, body: { code: "unknown_store" } });
  await http.put("/v1/stores/M-77", { brand: "mvideo", name: "M-77", timeZone: "Europe/Moscow" });
  const { status, body } = await send(sold, back, "before-its-store");
  expect(status).toBe(202);
  const parkedReturns = [{ returnId: body.returnId, status: "applied", code: null }];
  expect(await http.post("/v1/purchases", sold)).toMatchObject({ status: 201, body: { parkedReturns } });
});

it("of several, each is told for itself, in the order in which they came", async () => {
  const sold = await newSale();
  const ids: string[] = [];
  for (const quantity of ["1", "2", "1"]) {
    ids.push((await send(sold, goodsBack({ lines: [{ lineId: "1", quantity }] }))).body.returnId);
  }
  const told = (await http.post("/v1/purchases", sold)).body["parkedReturns"];
  expect(told).toEqual([
    { returnId: ids[0], status: "applied", code: null },
    { returnId: ids[1], status: "refused", code: "return_exceeds_sold" },
    { returnId: ids[2], status: "applied", code: null },
  ]);
});

it("a sale for which nothing waited says nothing of returns", async () => {
  expect((await http.post("/v1/purchases", await newSale())).body).not.toHaveProperty("parkedReturns");
});

it("one whose sale is reversed before it comes is refused, and its key tells the outcome that it had", async () => {
  const sold = await newSale();
  const back = goodsBack();
  const parked = await send(sold, back, "reversed-unseen");
  await http.post("/v1/reversals", { receipt: sold.receipt, kind: "purchase" });
  expect(await fateOf(parked.body)).toMatchObject({ status: "refused", code: "purchase_reversed" });
  const again = await send(sold, back, "reversed-unseen");
  expect([again.status, again.body]).toEqual([202, parked.body]);
  expect(await send(sold, back)).toMatchObject({ status: 409, body: { code: "purchase_reversed" } });
});

it("one that is reversed tells what the brand may take whose till asks, and not the brand that had sold", async () => {
  const memberId = await http.newMember();
  const sold = await http.post<{ purchaseId: string }>("/v1/purchases", sale({ memberId }));
  const back = goodsBack({ receipt: receipt("eldorado") });
  expect((await http.post(`/v1/purchases/${sold.body.purchaseId}/returns`, back)).status).toBe(201);
  const undone = await http.post<{ balance: { spendable: object } }>("/v1/reversals", {
    receipt: back.receipt,
    kind: "return",
  });
  expect(Object.keys(undone.body.balance.spendable)).toEqual(["eldorado"]);
});

it("one that is reversed itself is withdrawn, and its sale comes as if it had never been", async () => {
  const sold = await newSale();
  const back = goodsBack();
  const { body } = await send(sold, back);
  const reversal = { receipt: back.receipt, kind: "return" };
  expect(await http.post("/v1/reversals", reversal)).toMatchObject({ body: { outcome: "reversed" } });
  expect(await fateOf(body)).toMatchObject({ status: "withdrawn", code: null });
  expect((await http.post("/v1/purchases", sold)).body).not.toHaveProperty("parkedReturns");
});

it("too many for one sale are refused, and leave the others and their sale alone", async () => {
  const sold = await newSale();
  const some = { lines: [{ lineId: "1", quantity: "1" }] };
  const answers = await Promise.all(Array.from({ length: 100 }, () => send(sold, goodsBack(some))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const back = goodsBack(some);
  const refused = { status: 409, body: { code: "too_many_parked", most: 100 } };
  expect(await send(sold, back, "one-too-many")).toMatchObject(refused);
  const { body } = await http.post<{ parkedReturns: { status: string }[] }>("/v1/purchases", sold);
  expect(body.parkedReturns.map(({ status }) => status).filter((status) => status === "applied")).toHaveLength(2);
  expect(body.parkedReturns).toHaveLength(100);
  expect(await send(sold, back, "one-too-many")).toMatchObject(refused);
});

it.each(["ret_0195560d2a0070008a30f1c2d3e4f000", "x", "pur_0195560d2a0070008a30f1c2d3e4f000"])(
  "one that is not there is not found: %s",
  async (returnId) => {
    const answer = await http.get(`/v1/returns/${returnId}`);
    expect(answer).toMatchObject({ status: 404, body: { code: "return_not_found" } });
  },
);

it("a sale keeps the days of its store's zone, whatever zone the store is given later", async () => {
  const identifier = { kind: "card", value: "290000005551" };
  const sold = sale({ identifier });
  const answer = await http.post<{ purchaseId: string; earn: { activeAt: string } }>("/v1/purchases", sold);
  const back = goodsBack({ lines: [{ lineId: "1", quantity: "2" }] });
  await http.post(`/v1/purchases/${answer.body.purchaseId}/returns`, back);
  const { body: profile } = await http.post<{ memberId: string }>("/v1/profiles", {
    brand: "mvideo",
    externalId: "zone",
    identifiers: [{ ...identifier, verified: true }],
    person: { firstName: "Анна" },
  });
  await http.put("/v1/stores/M-1", { brand: "mvideo", name: "M-1", timeZone: "Asia/Kamchatka" });
  await http.post("/v1/reversals", { receipt: back.receipt, kind: "return" });
  const { body } = await http.get<{ items: object[] }>(`/v1/members/${profile.memberId}/lots`);
  expect(body.items).toMatchObject([{ pending: "30.00", activeAt: answer.body.earn.activeAt }]);
  await http.put("/v1/stores/M-1", { brand: "mvideo", name: "M-1", timeZone: "Europe/Moscow" });
});
