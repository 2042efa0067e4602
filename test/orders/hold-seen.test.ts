/** The hold of an order is seen by whoever may see the order: both of its brands, at each moment. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
/** A checkout's key of each brand. */
const keys = { mvideo: "", eldorado: "" };
beforeAll(async () => {
  shop = await openShop();
  for (const brand of ["mvideo", "eldorado"] as const) keys[brand] = await shop.http.newKey(["checkout"], brand);
});
afterAll(() => shop.close());

type Brand = keyof typeof keys;

const placed = async (pickup: object) => {
  const memberId = await shop.member();
  const { status, body } = await shop.order({ memberId, spend: "70.00", pickup }, { key: keys.mvideo });
  expect(status).toBe(201);
  return { memberId, orderId: body.orderId, holdId: body.holdId ?? "" };
};

const read = (holdId: string, brand: Brand) => shop.http.get(`/v1/holds/${holdId}`, { key: keys[brand] });
const end = (holdId: string, brand: Brand, how: "release" | "capture") =>
  shop.http.post(`/v1/holds/${holdId}/${how}`, {}, { key: keys[brand] });

const HERE = { brand: "mvideo", storeId: "M-1" };
const THERE = { brand: "eldorado", storeId: "E-1" };
const HIDDEN = { status: 404, body: { code: "hold_not_found" } };

describe("ordered at one brand, to be collected at the other", () => {
  it.each(["mvideo", "eldorado"] as const)("%s reads it, and is told whose it is to end", async (brand) => {
    const { orderId, holdId } = await placed(THERE);
    expect(await read(holdId, brand)).toMatchObject({ status: 200, body: { holdId, orderId, left: "70.00" } });
    for (const how of ["release", "capture"] as const) {
      expect(await end(holdId, brand, how)).toMatchObject({ status: 409, body: { code: "hold_of_order", orderId } });
    }
    expect(await read(holdId, brand)).toMatchObject({ body: { status: "open", left: "70.00" } });
  });
});

it("ordered and collected at one brand, it is that brand's own, wherever it was to be collected before", async () => {
  const { orderId, holdId } = await placed(THERE);
  const rerouted = await shop.http.post(`/v1/orders/${orderId}/reroute`, { pickup: HERE }, { key: keys.mvideo });
  expect(rerouted.status).toBe(200);
  expect(await read(holdId, "mvideo")).toMatchObject({ status: 200 });
  expect(await read(holdId, "eldorado")).toMatchObject(HIDDEN);
  expect(await end(holdId, "eldorado", "release")).toMatchObject(HIDDEN);
});

it("a hold without an order is its own brand's only", async () => {
  const memberId = await shop.member();
  const terms = { memberId, amount: "10.00", brand: "mvideo", reference: "service" };
  const { body } = await shop.http.post<{ holdId: string }>("/v1/holds", terms, { key: keys.mvideo });
  expect(await read(body.holdId, "mvideo")).toMatchObject({ status: 200 });
  expect(await read(body.holdId, "eldorado")).toMatchObject(HIDDEN);
});
