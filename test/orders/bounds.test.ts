/** Goods that are added to a pickup share its receipt, and so the bounds of a receipt and of a category. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberId } from "../../src/kernel/ids.ts";
import { addPolicy } from "../support/policies.ts";
import { line, openShop, type Shop } from "./shop.ts";

const MINUTE_MS = 60_000;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

let versions = 1;
async function bound(...caps: object[]): Promise<void> {
  const { http } = shop;
  versions += 1;
  await addPolicy(http.database, versions, http.clock.now() + MINUTE_MS, "{burning,caps}", caps);
  http.clock.moveTo(http.clock.now() + 2 * MINUTE_MS);
}

interface QuoteBody {
  readonly quoteId: string;
  readonly maxSpend: string;
  readonly spend: string;
}

/** As the till asks for it: of the added goods, without a word of the order. */
const quote = async (memberId: MemberId, lines: object[], spend = "max") => {
  const body = { brand: "eldorado", storeId: "E-1", channel: "pos", memberId, lines, spend };
  return (await shop.http.post<QuoteBody>("/v1/quotes", body, { idempotencyKey: null })).body;
};

const PHONE = [line("a", "600.00", { category: "phone" })];
const TV = [line("a", "600.00")];

describe("a bound of the receipt", () => {
  beforeAll(() => bound({ per: "receipt", amount: "100.00" }));

  it("is spent on the ordered goods and on the added ones together, once", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "70.00" });
    const { status, body } = await shop.pickup(order, { added: { lines: PHONE, spend: "max" } });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({ total: "1600.00", spent: "100.00", captured: "70.00" });
    expect(await shop.balance(memberId)).toMatchObject({ available: "900.00", held: "0.00" });
  });

  it("leaves nothing for added goods where the ordered ones have used it up", async () => {
    const order = await shop.readyOrder({ memberId: await shop.member() });
    const { body } = await shop.pickup(order, { added: { lines: PHONE, spend: "max" } });
    expect(body).toMatchObject({ total: "1600.00", spent: "100.00", captured: "100.00" });
  });

  it("refuses more than it leaves, and says how much that is", async () => {
    const order = await shop.readyOrder({ memberId: await shop.member(), spend: "70.00" });
    const over = await shop.pickup(order, { added: { lines: PHONE, spend: "30.01" } });
    expect(over.body).toMatchObject({
      status: 409,
      code: "spend_over_limit",
      asked: "30.01",
      available: "930.00",
      maxSpend: "30.00",
    });
    const { body } = await shop.pickup(order, { added: { lines: PHONE, spend: "30.00" } });
    expect(body).toMatchObject({ orderStatus: "collected", spent: "100.00" });
  });

  it("counts what is spent now on goods whose price has fallen, not what was held for them", async () => {
    const order = await shop.readyOrder({ memberId: await shop.member() });
    const lines = [{ lineId: "1", quantity: "1", unitPrice: "100.00" }];
    const { body } = await shop.pickup(order, { lines, added: { lines: PHONE, spend: "max" } });
    expect(body).toMatchObject({ spent: "100.00", captured: "50.00", released: "50.00" });
  });

  it("is of one receipt: what another visit has spent does not count", async () => {
    const lines = [line("1", "1000.00"), line("2", "1000.00")];
    const order = await shop.readyOrder({ memberId: await shop.member(), lines });
    const first = await shop.pickup(order, { lines: [{ lineId: "1", quantity: "1" }] });
    expect(first.body).toMatchObject({ spent: "50.00" });
    const pickupCode = await shop.newCode(order.orderId);
    const second = await shop.pickup({ ...order, pickupCode }, { added: { lines: PHONE, spend: "max" } });
    expect(second.body).toMatchObject({ spent: "100.00", captured: "50.00" });
  });

  it.each(["max", "100.00"])("refuses a quote of the added goods alone (%s); the fresh one holds", async (spend) => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "70.00" });
    const alone = await quote(memberId, PHONE, spend);
    expect(alone).toMatchObject({ maxSpend: "100.00", spend: "100.00" });
    const added = { lines: PHONE, spend, quoteId: alone.quoteId };
    const refused = await shop.pickup<{ quote: QuoteBody }>(order, { added });
    expect(refused.body).toMatchObject({
      status: 409,
      code: "quote_changed",
      quote: { maxSpend: "30.00", spend: "30.00", payable: "570.00", lines: [{ lineId: "a", maxSpend: "30.00" }] },
    });
    const { quoteId, spend: possible } = refused.body.quote;
    const fresh = { lines: PHONE, spend: spend === "max" ? spend : possible, quoteId };
    const { status, body } = await shop.pickup(order, { added: fresh });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({ orderStatus: "collected", spent: "100.00", captured: "70.00" });
  });

  it("leaves a quote as it is where nothing was spent on the ordered goods", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "0.00" });
    const { quoteId } = await quote(memberId, PHONE);
    const { body } = await shop.pickup(order, { added: { lines: PHONE, spend: "max", quoteId } });
    expect(body).toMatchObject({ spent: "100.00", captured: "0.00" });
  });
});

describe("a bound of a category", () => {
  beforeAll(() => bound({ per: "category", category: "tv", amount: "100.00" }));

  it("is shared by the ordered and the added goods of the category", async () => {
    const order = await shop.readyOrder({ memberId: await shop.member(), spend: "70.00" });
    const { body } = await shop.pickup(order, { added: { lines: TV, spend: "max" } });
    expect(body).toMatchObject({ spent: "100.00", captured: "70.00" });
  });

  it("leaves added goods of another category, and their quote, alone", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId });
    const { quoteId } = await quote(memberId, PHONE);
    const { body } = await shop.pickup(order, { added: { lines: PHONE, spend: "max", quoteId } });
    expect(body).toMatchObject({ spent: "400.00", captured: "100.00" });
  });
});

describe("a bound that is a share of the receipt", () => {
  beforeAll(() => bound({ per: "receipt", share: "0.1" }));

  it("is for the added goods what it is without the ordered ones, and so is their quote", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId });
    const { quoteId } = await quote(memberId, PHONE);
    const { body } = await shop.pickup(order, { added: { lines: PHONE, spend: "max", quoteId } });
    expect(body).toMatchObject({ total: "1600.00", spent: "160.00", captured: "100.00" });
  });

  it("is no bound of goods that are collected without those that it was agreed with", async () => {
    const lines = [line("1", "1000.00", { noSpend: true }), line("2", "1000.00")];
    const order = await shop.readyOrder({ memberId: await shop.member(), lines });
    expect(order.held).toBe("200.00");
    const { body } = await shop.pickup(order, { lines: [{ lineId: "2", quantity: "1" }] });
    expect(body).toMatchObject({ lines: [{ lineId: "2", maxSpend: "500.00", spend: "200.00" }] });
  });
});
