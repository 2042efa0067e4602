/** From order to pickup: what was ordered is handed out, once, at the price that was shown, and every bonus is accounted for. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goodsBack, receipt, sale } from "../http/bodies.ts";
import { DAY_MS } from "../support/town.ts";
import { line, openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const units = ({ lines }: Awaited<ReturnType<Shop["read"]>>) =>
  lines.map(({ lineId, waiting, collected, cancelled, expired, held }) =>
    [lineId, waiting, collected, cancelled, expired, held].join(" "),
  );

describe("an order", () => {
  it("holds bonuses line by line, is sold by whoever hands it out, and earns from that day on", async () => {
    const memberId = await shop.member();
    const placed = await shop.order({ memberId, lines: [line("1", "1000.00"), line("2", "500.00")], spend: "300.00" });
    expect(placed.status).toBe(201);
    expect(placed.body).toMatchObject({
      status: "placed",
      held: "300.00",
      balance: { available: "700.00", held: "300.00" },
    });
    expect(units(placed.body)).toEqual(["1 1 0 0 0 200.00", "2 1 0 0 0 100.00"]);
    expect((await shop.ready(placed.body.orderId)).body).toMatchObject({ status: "ready" });
    const { status, body } = await shop.pickup(placed.body);
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({
      orderStatus: "collected",
      total: "1500.00",
      spent: "300.00",
      paid: "1200.00",
      earned: "36.00",
      released: "0.00",
      balance: { available: "700.00", held: "0.00", pending: "36.00" },
    });
    expect(units(await shop.read(placed.body.orderId))).toEqual(["1 0 1 0 0 0.00", "2 0 1 0 0 0.00"]);
    // The brand that handed it out has sold it.
    const sold = await shop.http.get(`/v1/purchases/${body.purchaseId}`);
    expect(sold.body).toMatchObject({ receipt: { brand: "eldorado" }, orderId: placed.body.orderId, spent: "300.00" });
  });

  it("is collected line by line and unit by unit, each visit one receipt and one code", async () => {
    const memberId = await shop.member();
    const lines = [line("1", "100.00", { quantity: "3" }), line("2", "70.01")];
    const order = await shop.readyOrder({ memberId, lines, spend: "100.00" });
    const first = await shop.pickup(order, { lines: [{ lineId: "1", quantity: "1" }] });
    expect(first.body).toMatchObject({ orderStatus: "ready", total: "100.00", spent: "27.02" });
    // The same code again.
    expect((await shop.pickup(order)).body).toMatchObject({ code: "pickup_code_used" });
    const pickupCode = await shop.newCode(order.orderId);
    const second = await shop.pickup({ ...order, pickupCode });
    expect(second.body).toMatchObject({ orderStatus: "collected", total: "270.01", spent: "72.98" });
    expect(await shop.balance(memberId)).toMatchObject({ available: "900.00", held: "0.00" });
    expect((await shop.http.get(`/v1/holds/${order.holdId}`)).body).toMatchObject({
      status: "captured",
      captured: "100.00",
      left: "0.00",
    });
  });

  it("of which some is collected gives the rest back when storage ends; what was collected is returned like any purchase", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, lines: [line("1", "600.00"), line("2", "400.00")] });
    const { body: sold } = await shop.pickup(order, { lines: [{ lineId: "2", quantity: "1" }] });
    expect(sold).toMatchObject({ spent: "200.00", earned: "6.00" });
    shop.http.clock.moveTo(shop.http.clock.now() + 4 * DAY_MS);
    expect(units(await shop.read(order.orderId))).toEqual(["1 0 0 0 1 0.00", "2 0 1 0 0 0.00"]);
    expect(await shop.balance(memberId)).toMatchObject({ available: "800.00", held: "0.00", pending: "6.00" });
    const code = await shop.step(order.orderId, "code");
    expect(code.body).toMatchObject({ code: "order_in_wrong_state", status: 409 });
    const back = await shop.http.post(`/v1/purchases/${sold.purchaseId}/returns`, {
      receipt: receipt("mvideo"),
      lines: [{ lineId: "2", quantity: "1" }],
      occurredAt: shop.now(),
    });
    expect(back.body).toMatchObject({
      moneyBack: "200.00",
      bonusesBack: "200.00",
      clawedBack: "6.00",
      debtAdded: "0.00",
    });
    expect(await shop.balance(memberId)).toMatchObject({ available: "1000.00", held: "0.00", pending: "0.00" });
  });
});

describe("a price", () => {
  it("that has risen leaves what is held as it is", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "400.00" });
    const { body } = await shop.pickup(order, { lines: [{ lineId: "1", quantity: "1", unitPrice: "1200.00" }] });
    expect(body).toMatchObject({
      total: "1200.00",
      spent: "400.00",
      paid: "800.00",
      earned: "24.00",
      released: "0.00",
    });
  });

  it("that has fallen bounds the share again, and gives the rest back", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "400.00" });
    const { body } = await shop.pickup(order, { lines: [{ lineId: "1", quantity: "1", unitPrice: "600.00" }] });
    expect(body).toMatchObject({
      total: "600.00",
      spent: "300.00",
      paid: "300.00",
      earned: "9.00",
      released: "100.00",
    });
    expect(await shop.balance(memberId)).toMatchObject({ available: "700.00", held: "0.00" });
  });

  it("that does not divide leaves the odd kopeck to the last unit, which never pays more than it says it may", async () => {
    const lines = [line("1", "33.33", { quantity: "3" })];
    const order = await shop.readyOrder({ memberId: await shop.member(), lines });
    await shop.pickup(order, { lines: [{ lineId: "1", quantity: "2" }] });
    const pickupCode = await shop.newCode(order.orderId);
    const last = await shop.pickup({ ...order, pickupCode });
    expect(last.body).toMatchObject({ spent: "16.67", lines: [{ maxSpend: "16.67", spend: "16.67" }] });
  });
});

describe("goods added at the till", () => {
  it("go on the same receipt by a fresh quote", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "400.00" });
    const lines = [line("a", "200.00")];
    const quote = await shop.http.post<{ quoteId: string }>(
      "/v1/quotes",
      { brand: "eldorado", storeId: "E-1", channel: "pos", memberId, lines, spend: "max" },
      { idempotencyKey: null },
    );
    const added = { lines, spend: "100.00", quoteId: quote.body.quoteId };
    const { status, body } = await shop.pickup(order, { added });
    expect(status, JSON.stringify(body)).toBe(201);
    expect(body).toMatchObject({ orderStatus: "collected", total: "1200.00", spent: "500.00", earned: "21.00" });
  });

  it("have line numbers of their own", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId });
    const twice = await shop.pickup(order, { added: { lines: [line("1", "5.00")], spend: "0.00" } });
    expect(twice.body).toMatchObject({ status: 422, code: "line_twice" });
    expect((await shop.pickup(order)).status).toBe(201);
  });
});

describe("cancelling", () => {
  it("gives back what is held, whole or for some units", async () => {
    const memberId = await shop.member();
    const { body: order } = await shop.order({
      memberId,
      lines: [line("1", "100.00", { quantity: "3" })],
      spend: "100.00",
    });
    const some = await shop.step<Record<string, unknown>>(order.orderId, "cancel", {
      lines: [{ lineId: "1", quantity: "1" }],
      reason: "damaged",
    });
    expect(some.body).toMatchObject({ status: "placed", released: "33.33", held: "66.67" });
    const rest = await shop.step<Record<string, unknown>>(order.orderId, "cancel");
    expect(rest.body).toMatchObject({ status: "cancelled", released: "66.67", held: "0.00" });
    expect(await shop.balance(memberId)).toMatchObject({ available: "1000.00", held: "0.00" });
    expect((await shop.step(order.orderId, "cancel")).body).toMatchObject({ code: "order_in_wrong_state" });
  });

  it("of a line that the store strikes leaves an order that was collected", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, lines: [line("1", "100.00"), line("2", "200.00")] });
    await shop.pickup(order, { lines: [{ lineId: "1", quantity: "1" }] });
    const struck = await shop.step(order.orderId, "cancel", { lines: [{ lineId: "2", quantity: "1" }] });
    expect(struck.body).toMatchObject({ status: "collected", held: "0.00" });
  });
});

describe("rerouting", () => {
  it("from one brand to the other and back keeps what is held, and whoever hands it out sells it", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "400.00" });
    const there = await shop.step(order.orderId, "reroute", { pickup: { brand: "mvideo", storeId: "M-1" } });
    expect(there.body).toMatchObject({ status: "placed", held: "400.00", pickup: { brand: "mvideo", storeId: "M-1" } });
    expect((await shop.pickup(order)).body).toMatchObject({ code: "order_elsewhere", brand: "mvideo", storeId: "M-1" });
    const back = await shop.step(order.orderId, "reroute", { pickup: { brand: "eldorado", storeId: "E-1" } });
    expect(back.body).toMatchObject({ status: "placed", held: "400.00" });
    await shop.ready(order.orderId);
    expect((await shop.pickup(order)).body).toMatchObject({ orderStatus: "collected", spent: "400.00" });
  });
});

describe("a pickup whose receipt is reversed", () => {
  it("puts the goods back, with the bonuses held again, and the code proves the next try", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({
      memberId,
      lines: [line("1", "600.00"), line("2", "400.00")],
      spend: "500.00",
    });
    const first = receipt("eldorado");
    await shop.pickup(order, { receipt: first });
    expect(await shop.balance(memberId)).toMatchObject({ available: "500.00", held: "0.00", pending: "15.00" });
    const undone = await shop.http.post("/v1/reversals", { receipt: first, kind: "purchase" });
    expect(undone.body).toMatchObject({ outcome: "reversed", orderId: order.orderId, orderStatus: "ready" });
    expect(await shop.balance(memberId)).toMatchObject({ available: "500.00", held: "500.00", pending: "0.00" });
    expect(units(await shop.read(order.orderId))).toEqual(["1 1 0 0 0 300.00", "2 1 0 0 0 200.00"]);
    expect((await shop.pickup(order)).body).toMatchObject({ orderStatus: "collected", spent: "500.00" });
    expect(await shop.balance(memberId)).toMatchObject({ available: "500.00", held: "0.00", pending: "15.00" });
  });

  describe("of goods whose price had fallen", () => {
    const cheap = async (memberId: string) => {
      const lines = [line("1", "500.00", { quantity: "2" }), line("2", "400.00")];
      const order = await shop.readyOrder({ memberId, lines, spend: "600.00" });
      const first = receipt("eldorado");
      const goods = [{ lineId: "1", quantity: "2", unitPrice: "1.00" }];
      const visit = await shop.pickup(order, { receipt: first, lines: goods });
      expect(visit.body).toMatchObject({ spent: "1.00", released: "427.57" });
      return { order, first, purchaseId: visit.body.purchaseId };
    };
    const undo = (first: object) => shop.http.post("/v1/reversals", { receipt: first, kind: "purchase" });

    it("holds again what it had given back, and it pays at the next try", async () => {
      const memberId = await shop.member();
      const { order, first } = await cheap(memberId);
      expect(await shop.balance(memberId)).toMatchObject({ available: "827.57", held: "171.43" });
      expect((await undo(first)).body).toMatchObject({ outcome: "reversed", orderStatus: "ready" });
      expect(await shop.balance(memberId)).toMatchObject({ available: "400.00", held: "600.00" });
      expect(units(await shop.read(order.orderId))).toEqual(["1 2 0 0 0 428.57", "2 1 0 0 0 171.43"]);
      const code = await shop.newCode(order.orderId);
      const again = await shop.pickup({ ...order, pickupCode: code });
      expect(again.body).toMatchObject({ orderStatus: "collected", spent: "600.00", released: "0.00" });
    });

    it("holds as much of it as is free still, where it was spent meanwhile", async () => {
      const memberId = await shop.member();
      const { order, first } = await cheap(memberId);
      const spent = sale({ memberId, lines: [line("1", "1600.00")], spend: "800.00", occurredAt: shop.now() });
      expect((await shop.http.post("/v1/purchases", spent)).status).toBe(201);
      expect((await undo(first)).body).toMatchObject({ outcome: "reversed", orderStatus: "ready" });
      expect(await shop.balance(memberId)).toMatchObject({ available: "0.00", held: "200.00" });
      expect(units(await shop.read(order.orderId))).toEqual(["1 2 0 0 0 28.57", "2 1 0 0 0 171.43"]);
      const collected = await shop.pickup({ ...order, pickupCode: await shop.newCode(order.orderId) });
      expect(collected.body).toMatchObject({ orderStatus: "collected", spent: "200.00" });
    });

    it("holds again what goods added to the same receipt had been paid with", async () => {
      const memberId = await shop.member(100_00n);
      const order = await shop.readyOrder({ memberId, lines: [line("1", "200.00")], spend: "100.00" });
      await shop.http.give(memberId, 100_00n);
      const first = receipt("eldorado");
      const visit = await shop.pickup(order, {
        receipt: first,
        lines: [{ lineId: "1", quantity: "1", unitPrice: "20.00" }],
        added: { lines: [line("a", "180.00")], spend: "max" },
      });
      expect(visit.body).toMatchObject({ spent: "100.00", captured: "10.00", released: "90.00" });
      await undo(first);
      expect(await shop.balance(memberId)).toMatchObject({ available: "100.00", held: "100.00" });
      expect(units(await shop.read(order.orderId))).toEqual(["1 1 0 0 0 100.00"]);
    });

    it("holds it for those units only that nobody has brought back", async () => {
      const memberId = await shop.member();
      const { order, first, purchaseId } = await cheap(memberId);
      const back = goodsBack({ receipt: receipt("eldorado"), occurredAt: shop.now() });
      expect((await shop.http.post(`/v1/purchases/${purchaseId}/returns`, back)).status).toBe(201);
      await undo(first);
      expect(units(await shop.read(order.orderId))).toEqual(["1 1 1 0 0 214.28", "2 1 0 0 0 171.43"]);
      expect(await shop.balance(memberId)).toMatchObject({ held: "385.71" });
    });
  });

  it("when time is over gives the bonuses back", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "500.00" });
    const first = receipt("eldorado");
    await shop.pickup(order, { receipt: first });
    shop.http.clock.moveTo(shop.http.clock.now() + 4 * DAY_MS);
    const undone = await shop.http.post("/v1/reversals", { receipt: first, kind: "purchase" });
    expect(undone.body).toMatchObject({ outcome: "reversed", orderStatus: "expired" });
    expect(await shop.balance(memberId)).toMatchObject({ available: "1000.00", held: "0.00", pending: "0.00" });
    expect(units(await shop.read(order.orderId))).toEqual(["1 0 0 0 1 0.00"]);
  });
});
