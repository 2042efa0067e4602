/** What goes wrong between a checkout and a counter: days, zones, codes, cards, rules that change, stages of the rollout. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hashOfInput } from "../../src/engine/journal/submission.ts";
import { goodsBack, receipt } from "../http/bodies.ts";
import { newTestKey } from "../support/ledger.ts";
import { addPolicy } from "../support/policies.ts";
import { expectProof } from "../support/proof.ts";
import { DAY_MS } from "../support/town.ts";
import { line, openShop, type Shop } from "./shop.ts";
import { TEST_KEYS } from "../support/keys.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const wait = (milliseconds: number) => shop.http.clock.moveTo(shop.http.clock.now() + milliseconds);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let versions = 1;
/** The present rules with something else in them, in force in a minute. */
async function publish(change: (rules: Record<string, never>) => void): Promise<void> {
  const { body } = await shop.http.get<{ items: { version: number; rules: object }[] }>("/v1/policies");
  const rules = structuredClone(body.items.toSorted((a, b) => b.version - a.version)[0]?.rules ?? {});
  change(rules as Record<string, never>);
  versions += 1;
  const effectiveFrom = new Date(shop.http.clock.now() + MINUTE_MS).toISOString();
  const answer = await shop.http.put(`/v1/policies/${versions}`, { effectiveFrom, note: "test", rules });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  wait(2 * MINUTE_MS);
}

describe("bonuses", () => {
  it("that would have ended while they were held are spent when the order is collected, and not otherwise", async () => {
    const memberId = await shop.member(0n);
    const expiresAt = new Date(shop.http.clock.now() + 5 * DAY_MS).toISOString();
    const grant = {
      memberId,
      amount: "300.00",
      brand: "mvideo",
      kind: "promo",
      reason: "r",
      reference: "r",
      expiresAt,
    };
    expect((await shop.http.post("/v1/accruals", { ...grant, activeAt: shop.now() })).status).toBe(201);
    const order = (await shop.order({ memberId, spend: "200.00" })).body;
    wait(6 * DAY_MS);
    expect(await shop.balance(memberId)).toMatchObject({ available: "0.00", held: "200.00" });
    await shop.ready(order.orderId);
    const { body } = await shop.pickup(order, { lines: [{ lineId: "1", quantity: "1", unitPrice: "300.00" }] });
    // Fallen to 300.00: a half of it, and what is given back has ended.
    expect(body).toMatchObject({ spent: "150.00", released: "50.00", balance: { available: "0.00", held: "0.00" } });
  });

  it("are held once: what an order holds no other order and no till can take", async () => {
    const memberId = await shop.member(500_00n);
    await shop.order({ memberId, spend: "400.00" });
    expect((await shop.order({ memberId, spend: "200.00" })).body).toMatchObject({
      code: "insufficient_bonuses",
      available: "100.00",
    });
  });
});

describe("storage", () => {
  it.each([
    // There it is the first of April already.
    ["Asia/Kamchatka", "K-1", "2026-04-03T12:00:00.000Z"],
    ["Europe/Kaliningrad", "K-2", "2026-04-02T22:00:00.000Z"],
  ])("ends at 00:00 of the store: %s", async (timeZone, storeId, expiresAt) => {
    shop.http.clock.moveTo(Date.parse("2026-03-31T15:00:00Z"));
    await shop.http.put(`/v1/stores/${storeId}`, { brand: "eldorado", name: storeId, timeZone });
    const order = await shop.readyOrder({ memberId: await shop.member(), pickup: { brand: "eldorado", storeId } });
    expect(await shop.read(order.orderId)).toMatchObject({ expiresAt });
  });

  it("is as long as the checkout has asked for, within the rules", async () => {
    const memberId = await shop.member();
    const ordered = await shop.order({ memberId, storageDays: 14 });
    expect(ordered.status).toBe(201);
    expect((await shop.order({ memberId, storageDays: 15 })).body).toMatchObject({
      code: "storage_too_long",
      longestDays: 14,
    });
    const { body } = await shop.ready(ordered.body.orderId);
    expect(Date.parse(body.expiresAt) - shop.http.clock.now()).toBeGreaterThan(13 * DAY_MS);
  });

  it("that is over frees the bonuses at once, whether or not anybody has come by", async () => {
    const memberId = await shop.member(500_00n);
    const order = await shop.readyOrder({ memberId, spend: "500.00" });
    const end = Date.parse((await shop.read(order.orderId)).expiresAt);
    shop.http.clock.moveTo(end - 1);
    expect(await shop.balance(memberId)).toMatchObject({ available: "0.00", held: "500.00" });
    shop.http.clock.moveTo(end);
    expect(await shop.balance(memberId)).toMatchObject({ available: "500.00", held: "0.00" });
    expect((await shop.pickup(order)).body).toMatchObject({ code: "order_in_wrong_state", orderStatus: "expired" });
  });
});

describe("a pickup code", () => {
  it("that is wrong five times blocks for fifteen minutes; a new one can be sent", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId });
    const wrong = { ...order, pickupCode: order.pickupCode === "000000" ? "000001" : "000000" };
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      expect((await shop.pickup(wrong)).body).toMatchObject({ code: "pickup_code_wrong", triesLeft });
    }
    expect((await shop.pickup(order)).body).toMatchObject({ code: "pickup_code_blocked" });
    wait(15 * MINUTE_MS);
    expect((await shop.pickup(wrong)).body).toMatchObject({ code: "pickup_code_wrong", triesLeft: 4 });
    for (let tries = 0; tries < 4; tries += 1) await shop.pickup(wrong);
    expect((await shop.pickup(order)).body).toMatchObject({ code: "pickup_code_blocked" });
    const pickupCode = await shop.newCode(order.orderId);
    expect((await shop.pickup({ ...order, pickupCode })).status).toBe(201);
  });

  it("that is wrong is counted alike when the order's unknown card was registered meanwhile, and claims nothing", async () => {
    const identifier = { kind: "card", value: newTestKey().replaceAll(/\D/g, "").padEnd(12, "5").slice(0, 12) };
    const order = await shop.readyOrder({ identifier });
    const wrong = { ...order, pickupCode: order.pickupCode === "000000" ? "000001" : "000000" };
    expect((await shop.pickup(wrong)).body).toMatchObject({ code: "pickup_code_wrong", triesLeft: 4 });
    const profile = { brand: "mvideo", externalId: newTestKey(), identifiers: [{ ...identifier, verified: true }] };
    const { body } = await shop.http.post<{ memberId: string }>("/v1/profiles", { ...profile, person: {} });
    const before = await shop.read(order.orderId);
    for (const triesLeft of [3, 2, 1, 0]) {
      const told = await shop.pickup(wrong);
      expect(told).toMatchObject({ status: 409, body: { code: "pickup_code_wrong", triesLeft } });
    }
    expect((await shop.pickup(order)).body).toMatchObject({ code: "pickup_code_blocked" });
    expect(await shop.read(order.orderId)).toEqual(before);
    await expectProof(shop.http);
    wait(15 * MINUTE_MS);
    expect((await shop.pickup(order)).body).toMatchObject({ memberId: body.memberId, earned: "30.00" });
    await expectProof(shop.http);
  });

  it("is told once: a repeated request is told everything else", async () => {
    const memberId = await shop.member();
    const idempotencyKey = newTestKey();
    const fields = { memberId, orderNumber: newTestKey() };
    const first = await shop.order(fields, { idempotencyKey });
    const again = await shop.order(fields, { idempotencyKey });
    const { pickupCode, ...rest } = first.body;
    expect(pickupCode).toMatch(/^\d{6}$/);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.body).toEqual(rest);
    // Nor is it kept anywhere.
    const rows = await shop.http.database.sql<{ answer: object; events: object }[]>`
      select answer, events from operations where answer->>'orderId' = ${first.body.orderId}`;
    expect(rows.length).toBeGreaterThan(0);
    const isTold = (value: unknown): boolean =>
      value === pickupCode || (typeof value === "object" && value !== null && Object.values(value).some(isTold));
    expect(rows.filter(isTold)).toEqual([]);
  });

  it("that a till repeats under its key is counted once", async () => {
    const order = await shop.readyOrder({ memberId: await shop.member() });
    const wrong = { ...order, pickupCode: order.pickupCode === "000000" ? "000001" : "000000" };
    const fields = { receipt: receipt("eldorado") };
    const idempotencyKey = newTestKey();
    for (let tries = 0; tries < 7; tries += 1) {
      expect((await shop.pickup(wrong, fields, { idempotencyKey })).body).toMatchObject({ triesLeft: 4 });
    }
    // The receipt is free for the right one.
    expect((await shop.pickup(order, fields)).status).toBe(201);
  });
});

describe("an order", () => {
  it("of nobody earns nothing and is collected like any", async () => {
    const order = await shop.readyOrder();
    expect(order).toMatchObject({ held: "0.00", holdId: null, balance: null });
    expect((await shop.pickup(order)).body).toMatchObject({ memberId: null, earned: "0.00", spent: "0.00" });
  });

  it("by a card that nobody has is its owner's when they have registered before they collect", async () => {
    const identifier = { kind: "card", value: newTestKey().replaceAll(/\D/g, "").padEnd(12, "7").slice(0, 12) };
    const order = await shop.readyOrder({ identifier });
    const waits = await shop.readyOrder({ identifier });
    expect((await shop.pickup(waits)).body).toMatchObject({ memberId: null, suspended: true, earned: "30.00" });
    const { body: profile } = await shop.http.post<{ memberId: string }>("/v1/profiles", {
      brand: "mvideo",
      externalId: newTestKey(),
      identifiers: [{ ...identifier, verified: true }],
      person: { firstName: "Анна" },
    });
    const { body } = await shop.pickup(order);
    expect(body).toMatchObject({ memberId: profile.memberId, suspended: false, earned: "30.00" });
    expect(await shop.balance(profile.memberId)).toMatchObject({ pending: "60.00" });
  });

  it("by a card that nobody has may be collected, undone, and collected again by its owner", async () => {
    const identifier = { kind: "card", value: "299123456789" };
    const order = await shop.readyOrder({ identifier });
    const visit = receipt("eldorado");
    await shop.pickup(order, { receipt: visit });
    await shop.http.post("/v1/reversals", { receipt: visit, kind: "purchase" });
    const profile = { brand: "mvideo", externalId: newTestKey(), identifiers: [{ ...identifier, verified: true }] };
    const { body } = await shop.http.post<{ memberId: string }>("/v1/profiles", { ...profile, person: {} });
    expect((await shop.pickup(order)).body).toMatchObject({ memberId: body.memberId, earned: "30.00" });
  });

  it("has a number of its own at its brand", async () => {
    const fields = { memberId: await shop.member(), orderNumber: newTestKey() };
    const first = await shop.order(fields);
    // The same again under another key is answered with the first one's outcome.
    expect((await shop.order(fields)).body).toMatchObject({ orderId: first.body.orderId });
    expect((await shop.order({ ...fields, spend: "0.00" })).body).toMatchObject({ code: "order_conflict" });
  });

  it("that cites a quote is held as it was shown, or refused with the fresh quote", async () => {
    const memberId = await shop.member();
    const lines = [line("1", "1000.00")];
    const pickup = { brand: "eldorado", storeId: "E-1" };
    const asked = { brand: "mvideo", pickup, channel: "web", memberId, lines, spend: "max" };
    const quote = () => shop.http.post<{ quoteId: string }>("/v1/quotes", asked, { idempotencyKey: null });
    const { body: shown } = await quote();
    expect(shown).toMatchObject({ spend: "500.00", payable: "500.00" });
    expect((await shop.order({ memberId, lines, quoteId: shown.quoteId })).body).toMatchObject({ held: "500.00" });
    // The balance has changed.
    await shop.order({ memberId, lines, spend: "100.00" });
    const stale = await shop.order({ memberId, lines, quoteId: shown.quoteId });
    expect(stale.body).toMatchObject({ code: "quote_changed", quote: { spend: "400.00" } });
    const other = await shop.order({
      memberId,
      lines: [line("1", "1000.00", { sku: "another" })],
      quoteId: shown.quoteId,
    });
    expect(other.body).toMatchObject({ status: 422, code: "quote_mismatch" });
  });

  it("is not the other brand's to place, nor a stranger's to read", async () => {
    const other = await shop.http.newKey(["checkout", "pos"], "eldorado");
    expect((await shop.order({}, { key: other })).body).toMatchObject({ status: 403, code: "brand_forbidden" });
    const order = await shop.readyOrder({ pickup: { brand: "mvideo", storeId: "M-1" } });
    expect((await shop.http.get(`/v1/orders/${order.orderId}`, { key: other })).status).toBe(404);
    expect((await shop.step(order.orderId, "cancel")).status).toBe(200);
  });

  it("of lines that it has not, or of more than waits, is not handed out", async () => {
    const order = await shop.readyOrder({
      lines: [line("1", "10.00", { quantity: "2" }), line("2", "9.99", { quantity: "0.350" })],
    });
    const collect = (lines: object[]) => shop.pickup(order, { lines });
    expect((await collect([{ lineId: "9", quantity: "1" }])).body).toMatchObject({ status: 422, code: "unknown_line" });
    expect((await collect([{ lineId: "1", quantity: "3" }])).body).toMatchObject({
      status: 409,
      code: "more_than_waits",
      waiting: "2",
    });
    expect((await collect([{ lineId: "2", quantity: "0.100" }])).body).toMatchObject({
      status: 422,
      code: "not_divisible",
    });
    expect((await collect([{ lineId: "2", quantity: "0.350" }])).body).toMatchObject({
      orderStatus: "ready",
      total: "3.50",
    });
  });

  it("of 500 lines and of 80,995 pieces is placed and collected", async () => {
    const memberId = await shop.member(1_000_000_00n);
    const lines = Array.from({ length: 500 }, (_, index) =>
      line(`${index}`, "10.01", { quantity: index === 0 ? "80995" : "1" }),
    );
    const order = await shop.readyOrder({ memberId, lines });
    const some = await shop.pickup(order, { lines: [{ lineId: "0", quantity: "40000" }] });
    expect(some.body).toMatchObject({ orderStatus: "ready", total: "400400.00", spent: "200199.99" });
    const pickupCode = await shop.newCode(order.orderId);
    expect((await shop.pickup({ ...order, pickupCode })).body).toMatchObject({ orderStatus: "collected" });
  });
});

describe("a receipt of a pickup", () => {
  it("adds no goods under the number of a line of the order, be it handed out or not", async () => {
    const order = await shop.readyOrder({ lines: [line("1", "10.00"), line("2", "20.00")] });
    const added = { lines: [line("2", "5.00")], spend: "0.00" };
    const answer = await shop.pickup(order, { lines: [{ lineId: "1", quantity: "1" }], added });
    expect(answer.body).toMatchObject({ status: 422, code: "line_twice" });
  });

  it("is told again to the till that made it, though the rest was sent to another brand's store since", async () => {
    const key = await shop.http.newKey(["pos"], "eldorado");
    const order = await shop.readyOrder({ lines: [line("1", "10.00", { quantity: "2" })] });
    const visit = { receipt: receipt("eldorado"), lines: [{ lineId: "1", quantity: "1" }] };
    const first = await shop.pickup(order, visit, { key });
    expect(first.status).toBe(201);
    const moved = await shop.step(order.orderId, "reroute", { pickup: { brand: "mvideo", storeId: "M-1" } });
    expect(moved.status).toBe(200);
    const again = await shop.pickup(order, visit, { key });
    expect([again.status, again.body]).toEqual([201, first.body]);
    // Of any other receipt it does not hear of the order.
    const other = await shop.pickup(order, { ...visit, receipt: receipt("eldorado") }, { key });
    expect(other.body).toMatchObject({ status: 404, code: "order_not_found" });
  });

  it("may be dated before the order by as much as clocks differ", async () => {
    const order = await shop.readyOrder();
    const before = (minutes: number) => new Date(shop.http.clock.now() - minutes * 60_000).toISOString();
    const early = await shop.pickup(order, { occurredAt: before(6) });
    expect(early.body).toMatchObject({ status: 422, code: "collected_before_order" });
    const { status, body } = await shop.pickup(order, { occurredAt: before(2) });
    expect(status).toBe(201);
    const back = goodsBack({ receipt: receipt("eldorado"), occurredAt: before(4) });
    expect((await shop.http.post(`/v1/purchases/${body.purchaseId}/returns`, back)).status).toBe(201);
  });

  it("that goes west and back again still ends at midnight of its store", async () => {
    for (const [storeId, timeZone] of [
      ["K-31", "Asia/Kamchatka"],
      ["L-31", "Europe/Kaliningrad"],
    ]) {
      const store = { brand: "eldorado", name: "x", timeZone };
      expect((await shop.http.put(`/v1/stores/${storeId}`, store)).status).toBeLessThan(300);
    }
    const order = (await shop.order({ pickup: { brand: "eldorado", storeId: "K-31" } })).body;
    const endAfter = async (days: number, storeId: string) => {
      wait(days * DAY_MS);
      const moved = await shop.step(order.orderId, "reroute", { pickup: { brand: "eldorado", storeId } });
      expect(moved.status).toBe(200);
      return new Date(Date.parse(moved.body.expiresAt)).toISOString().slice(11);
    };
    // 00:00 of Kamchatka is 12:00 of UTC, 00:00 of Kaliningrad 22:00.
    expect(await endAfter(12, "K-31")).toBe("12:00:00.000Z");
    expect(await endAfter(11, "L-31")).toBe("22:00:00.000Z");
    expect(await endAfter(0, "K-31")).toBe("12:00:00.000Z");
  });

  it("of which everything came back is reversed without goods that wait", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "100.00" });
    const visit = receipt("eldorado");
    const { body } = await shop.pickup(order, { receipt: visit });
    const back = { receipt: receipt("eldorado"), lines: [{ lineId: "1", quantity: "1" }], occurredAt: shop.now() };
    expect((await shop.http.post(`/v1/purchases/${body.purchaseId}/returns`, back)).status).toBe(201);
    const undone = await shop.http.post("/v1/reversals", { receipt: visit, kind: "purchase" });
    expect(undone.body).toMatchObject({ outcome: "reversed", orderStatus: "collected" });
    expect(await shop.balance(memberId)).toMatchObject({ available: "1000.00", held: "0.00", pending: "0.00" });
  });

  it("of which everything came back is reversed when the rest of the order has run out: it has expired", async () => {
    const memberId = await shop.member();
    const lines = [line("1", "600.00"), line("2", "400.00")];
    const order = await shop.readyOrder({ memberId, lines, spend: "500.00" });
    const visit = receipt("eldorado");
    const { body } = await shop.pickup(order, { receipt: visit, lines: [{ lineId: "1", quantity: "1" }] });
    const back = { receipt: receipt("eldorado"), lines: [{ lineId: "1", quantity: "1" }], occurredAt: shop.now() };
    expect((await shop.http.post(`/v1/purchases/${body.purchaseId}/returns`, back)).status).toBe(201);
    wait(4 * DAY_MS);
    const undone = await shop.http.post("/v1/reversals", { receipt: visit, kind: "purchase" });
    expect(undone.body).toMatchObject({ outcome: "reversed", orderStatus: "expired" });
    expect(await shop.read(order.orderId)).toMatchObject({ status: "expired", held: "0.00" });
    expect(await shop.balance(memberId)).toMatchObject({ available: "1000.00", held: "0.00" });
  });

  it.each(["20", "1000000"])("is not larger than any amount may be: %s units", async (quantity) => {
    const order = await shop.readyOrder({ lines: [line("1", "1.00", { quantity })] });
    const lines = [{ lineId: "1", quantity, unitPrice: "99999999999.99" }];
    expect((await shop.pickup(order, { lines })).body).toMatchObject({ status: 422, code: "unprocessable_request" });
  });

  it("has no more lines than can be brought back, those of the order and the added ones together", async () => {
    const lines = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => line(`${name}${index}`, "1.00"));
    const order = await shop.readyOrder({ lines: lines("o", 500) });
    const added = (count: number) => ({ lines: lines("a", count), spend: "0.00" });
    for (const count of [500, 1]) {
      const { status, body } = await shop.pickup(order, { added: added(count) });
      expect(status).toBe(422);
      expect(body).toMatchObject({
        code: "unprocessable_request",
        errors: [{ path: "added.lines", message: "with what is collected, at most 500 lines" }],
      });
    }
    const few = lines("o", 499).map(({ lineId, quantity }) => ({ lineId, quantity }));
    const { status, body } = await shop.pickup(order, { lines: few, added: added(1) });
    expect(status, JSON.stringify(body)).toBe(201);
    const back = [...few, { lineId: "a0", quantity: "1" }];
    const returned = { receipt: receipt("eldorado"), lines: back, occurredAt: shop.now() };
    expect((await shop.http.post(`/v1/purchases/${body.purchaseId}/returns`, returned)).status).toBe(201);
  });

  it("leaves no hash of its code that could be found out by trying", async () => {
    const order = await shop.readyOrder({});
    const body = { storeId: "E-1", code: order.pickupCode, receipt: receipt("eldorado"), occurredAt: shop.now() };
    await shop.http.post(`/v1/orders/${order.orderId}/pickups`, body);
    const plain = hashOfInput(TEST_KEYS.lookupKey, {
      operation: "order-pickup",
      body: { ...body, orderId: order.orderId },
    });
    const kept = await shop.http.database.sql`select from operations where input_hash = ${plain}::uuid`;
    expect(kept).toHaveLength(0);
  });
});

describe("bounds", () => {
  it("of how long an order is sent from store to store: its bonuses are held for a month at most", async () => {
    const memberId = await shop.member();
    const order = (await shop.order({ memberId, spend: "10.00" })).body;
    const placedAt = shop.http.clock.now();
    for (let times = 0; times < 4; times += 1) {
      wait(10 * DAY_MS);
      await shop.step(order.orderId, "reroute", { pickup: { brand: "eldorado", storeId: "E-1" } });
    }
    const { status, expiresAt } = await shop.read(order.orderId);
    expect(status).toBe("expired");
    // At midnight of its store, as whenever it ends.
    const day = new Date(placedAt + 31 * DAY_MS + 3 * HOUR_MS).toISOString().slice(0, 10);
    expect(Date.parse(expiresAt)).toBe(Date.parse(`${day}T00:00:00+03:00`));
  });

  it("of parts in which a hold is given back: the rest goes as a whole", async () => {
    const memberId = await shop.member();
    const { body: held } = await shop.http.post<{ holdId: string }>("/v1/holds", {
      memberId,
      amount: "10.00",
      brand: "mvideo",
      reference: "r",
    });
    const capture = (body: object) => shop.http.post(`/v1/holds/${held.holdId}/capture`, body);
    for (let parts = 0; parts < 400; parts += 1) await capture({ amount: "0.01", final: false });
    expect((await capture({ amount: "0.01", final: false })).body).toMatchObject({ code: "too_many_parts", most: 400 });
    expect((await capture({ amount: "0.01" })).body).toMatchObject({ status: "captured", released: "5.99" });
  }, 60_000);

  it("of parts in which an order is cancelled: the rest goes as a whole", async () => {
    const order = await shop.readyOrder({
      memberId: await shop.member(),
      lines: [line("1", "100.00"), line("2", "100.00")],
    });
    const { sql } = shop.http.database;
    const hold = order.holdId?.slice(4) ?? "";
    // What 400 parts before it would have left behind.
    const many = JSON.stringify(Array.from({ length: 400 }, () => ({ event: "release", at: 0, parts: [] })));
    const [before] = await sql<
      { moves: string }[]
    >`select moves::text as moves from holds where hold_id = ${hold}::uuid`;
    const remember = (moves: string) =>
      sql`update holds set moves = ${moves}::text::json where hold_id = ${hold}::uuid`;
    await remember(many);
    const part = { lines: [{ lineId: "1", quantity: "1" }] };
    expect((await shop.step(order.orderId, "cancel", part)).body).toMatchObject({ code: "too_many_parts", most: 400 });
    await remember(before?.moves ?? "[]");
    expect((await shop.step(order.orderId, "cancel", part)).body).toMatchObject({ released: "50.00" });
  });

  it("of pickups of one order", async () => {
    const order = await shop.readyOrder({
      memberId: await shop.member(),
      lines: [line("1", "100.00"), line("2", "100.00")],
    });
    const set = (visits: number) =>
      shop.http.database.sql`update orders set visits = ${visits} where order_id = ${order.orderId.slice(4)}::uuid`;
    await set(200);
    expect((await shop.pickup(order)).body).toMatchObject({ code: "too_many_visits", most: 200 });
    await set(0);
    expect((await shop.pickup(order)).status).toBe(201);
  });
});

describe("an order's hold", () => {
  it("that was spent in part and given back in part was captured", async () => {
    const order = await shop.readyOrder({
      memberId: await shop.member(),
      lines: [line("1", "100.00"), line("2", "100.00")],
    });
    await shop.pickup(order, { lines: [{ lineId: "1", quantity: "1" }] });
    await shop.step(order.orderId, "cancel");
    const { body } = await shop.http.get(`/v1/holds/${order.holdId}`);
    expect(body).toMatchObject({ status: "captured", captured: "50.00", left: "0.00" });
    expect((await shop.http.post(`/v1/holds/${order.holdId}/release`, {})).body).toMatchObject({
      code: "hold_not_open",
    });
  });

  it("is its order's alone to capture or release", async () => {
    const order = await shop.readyOrder({ memberId: await shop.member() });
    for (const step of ["capture", "release"]) {
      const { body } = await shop.http.post(`/v1/holds/${order.holdId}/${step}`, {});
      expect(body).toMatchObject({ code: "hold_of_order", orderId: order.orderId });
    }
  });
});

describe("rules that change", () => {
  beforeEach(async () => {
    versions = (await shop.http.get<{ items: unknown[] }>("/v1/policies")).body.items.length;
  });

  it("between order and pickup leave what was agreed; earning is of the day on which the goods are received", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, spend: "500.00" });
    await publish((rules: Record<string, { shares?: object; rates?: object }>) => {
      rules["burning"]!.shares = [{ share: "0.10" }];
      rules["earning"]!.rates = [{ rate: "0.05" }];
    });
    const { body } = await shop.pickup(order);
    expect(body).toMatchObject({ spent: "500.00", paid: "500.00", earned: "25.00" });
    const back = await shop.http.post(`/v1/purchases/${body.purchaseId}/returns`, {
      receipt: receipt("mvideo"),
      lines: [{ lineId: "1", quantity: "1" }],
      occurredAt: shop.now(),
    });
    expect(back.body).toMatchObject({ moneyBack: "500.00", bonusesBack: "500.00", clawedBack: "25.00" });
  });

  it("may keep a brand from what a reversed receipt puts back: the goods wait, and the bonuses are free", async () => {
    const memberId = await shop.member();
    const lines = [line("1", "100.00"), line("2", "100.00", { noSpend: true })];
    const order = await shop.readyOrder({ memberId, lines, pickup: { brand: "mvideo", storeId: "M-1" } });
    const visit = receipt("mvideo");
    expect((await shop.pickup(order, { receipt: visit, lines: [{ lineId: "1", quantity: "1" }] })).status).toBe(201);
    await publish((rules: Record<string, unknown>) => {
      rules["rollout"] = [
        { issuer: "mvideo", seller: "mvideo", features: ["spending", "pickup"] },
        { issuer: "eldorado", seller: "eldorado", features: ["spending", "pickup"] },
        { issuer: "mvideo", seller: "eldorado", features: ["pickup"] },
      ];
    });
    const there = await shop.step(order.orderId, "reroute", { pickup: { brand: "eldorado", storeId: "E-1" } });
    expect(there.body).toMatchObject({ status: "placed", held: "0.00" });
    const before = await shop.balance(memberId);
    const undone = await shop.http.post("/v1/reversals", { receipt: visit, kind: "purchase" });
    expect(undone.body).toMatchObject({ outcome: "reversed", orderStatus: "placed" });
    expect(await shop.read(order.orderId)).toMatchObject({ held: "0.00", lines: [{ waiting: "1" }, { waiting: "1" }] });
    expect(await shop.balance(memberId)).toMatchObject({ held: "0.00", available: "1000.00" });
    expect(before["available"]).not.toBe("1000.00");
  });

  it("may keep a brand from what it had agreed to take: a receipt that is undone there holds it again", async () => {
    await publish((rules: Record<string, Record<string, object> | object[]>) => {
      rules["rollout"] = [{ issuer: "*", seller: "*", features: ["spending", "pickup"] }];
      Object.assign(rules["burning"] ?? {}, { shares: [{ share: "0.50" }] });
    });
    const memberId = await shop.member(400_00n);
    const order = await shop.readyOrder({ memberId, lines: [line("1", "400.00", { quantity: "2" })], spend: "400.00" });
    const visit = receipt("eldorado");
    expect((await shop.pickup(order, { receipt: visit, lines: [{ lineId: "1", quantity: "1" }] })).status).toBe(201);
    await publish((rules: Record<string, unknown>) => {
      rules["rollout"] = [
        { issuer: "mvideo", seller: "mvideo", features: ["spending", "pickup"] },
        { issuer: "mvideo", seller: "eldorado", features: ["pickup"] },
        { issuer: "eldorado", seller: "*", features: ["spending", "pickup"] },
      ];
    });
    const undone = await shop.http.post("/v1/reversals", { receipt: visit, kind: "purchase" });
    expect(undone.body).toMatchObject({ outcome: "reversed", orderStatus: "ready" });
    expect(await shop.balance(memberId)).toMatchObject({ held: "400.00", available: "0.00" });
    const again = await shop.pickup(order);
    expect(again.body).toMatchObject({ spent: "400.00", paid: "400.00", orderStatus: "collected" });
  });

  it("may part the brands: what the other one may not take is shown, not spendable, and the reason said", async () => {
    const memberId = await shop.member();
    const order = (await shop.order({ memberId, pickup: { brand: "mvideo", storeId: "M-1" }, spend: "100.00" })).body;
    await publish((rules: Record<string, unknown>) => {
      rules["rollout"] = ["mvideo", "eldorado"]
        .map((brand) => ({ issuer: brand, seller: brand, features: ["spending", "pickup"] }))
        .concat([{ issuer: "mvideo", seller: "eldorado", features: ["pickup"] }]);
    });
    const pickup = { brand: "eldorado", storeId: "E-1" };
    const asked = { brand: "mvideo", pickup, channel: "web", memberId, lines: [line("1", "1000.00")], spend: "max" };
    const { body } = await shop.http.post<{ reasons: { code: string; amount: string }[] }>("/v1/quotes", asked, {
      idempotencyKey: null,
    });
    expect(body).toMatchObject({ spend: "0.00", maxSpend: "0.00" });
    expect(body.reasons).toContainEqual(expect.objectContaining({ code: "not_at_this_brand_yet", amount: "900.00" }));
    // Nor can what is held be sent there.
    expect((await shop.step(order.orderId, "reroute", { pickup })).body).toMatchObject({
      code: "bonuses_not_taken_there",
      amount: "100.00",
    });
    // And orders of Eldorado are not handed out at M.Video yet.
    const crossing = { brand: "eldorado", pickup: { brand: "mvideo", storeId: "M-1" }, memberId };
    expect((await shop.order(crossing)).body).toMatchObject({ code: "pickup_not_offered" });
  });

  it("may part the brands without a word of pickup: each hands out its own orders, and no others", async () => {
    await publish((rules: Record<string, unknown>) => {
      rules["rollout"] = ["mvideo", "eldorado"].map((brand) => ({
        issuer: brand,
        seller: brand,
        features: ["spending"],
      }));
    });
    const memberId = await shop.member();
    const [pickup, there] = [
      { brand: "mvideo", storeId: "M-1" },
      { brand: "eldorado", storeId: "E-1" },
    ];
    const asked = { brand: "mvideo", pickup, channel: "web", memberId, lines: [line("1", "1000.00")], spend: "100.00" };
    const quote = (body: object) => shop.http.post("/v1/quotes", body, { idempotencyKey: null });
    expect(await quote(asked)).toMatchObject({ status: 200, body: { spend: "100.00" } });
    const order = (await shop.order({ memberId, pickup, spend: "100.00" })).body;
    expect(order).toMatchObject({ status: "placed", held: "100.00" });
    expect((await shop.step(order.orderId, "reroute", { pickup })).body).toMatchObject({ status: "placed" });
    await shop.ready(order.orderId);
    expect((await shop.pickup(order, { receipt: receipt("mvideo") })).body).toMatchObject({ spent: "100.00" });
    const refused = { status: 409, code: "pickup_not_offered" };
    expect((await quote({ ...asked, pickup: there })).body).toMatchObject(refused);
    expect((await shop.order({ memberId, pickup: there })).body).toMatchObject(refused);
  });
});

describe("rules that let bonuses be held and goods be stored for fewer days than before", () => {
  const pickup = { brand: "mvideo", storeId: "M-1" };
  /** Days at a store in Moscow, from now on, until the 00:00 that ends them. */
  const daysUntil = (expiresAt: string) => Math.ceil((Date.parse(expiresAt) - shop.http.clock.now()) / DAY_MS);

  beforeEach(async () => {
    versions = (await shop.http.get<{ items: unknown[] }>("/v1/policies")).body.items.length;
  });

  /** An order of 50.00, under rules that give it time. */
  async function placedOrder() {
    await publish((rules: Record<string, unknown>) => {
      rules["holds"] = { minutes: 15, longestDays: 31 };
      rules["orders"] = [{ waitDays: 14, storageDays: 3, longestStorageDays: 14 }];
    });
    const memberId = await shop.member(100_00n);
    return { memberId, orderId: (await shop.order({ memberId, pickup, spend: "50.00" })).body.orderId };
  }

  /** The same, when it has waited for eight days and the rules have changed. */
  async function waitingOrder() {
    const { memberId, orderId } = await placedOrder();
    wait(8 * DAY_MS);
    await publish((rules: Record<string, unknown>) => {
      rules["holds"] = { minutes: 15, longestDays: 5 };
      rules["orders"] = [{ waitDays: 2, storageDays: 1, longestStorageDays: 2 }];
    });
    return { memberId, orderId };
  }

  it("leave an order that is made ready what was agreed when it was placed", async () => {
    const { memberId, orderId } = await waitingOrder();
    const { status, body } = await shop.ready(orderId);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ready", held: "50.00", endedAt: null });
    expect(daysUntil(body.expiresAt)).toBe(3);
    expect(await shop.balance(memberId)).toMatchObject({ available: "50.00", held: "50.00" });
    await expectProof(shop.http);
  });

  it("leave an order that is sent elsewhere what was agreed when it was placed", async () => {
    const { memberId, orderId } = await waitingOrder();
    const { status, body } = await shop.step(orderId, "reroute", { pickup });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "placed", held: "50.00", endedAt: null });
    expect(daysUntil(body.expiresAt)).toBe(14);
    expect(await shop.balance(memberId)).toMatchObject({ available: "50.00", held: "50.00" });
    await expectProof(shop.http);
  });

  it("and that were dated back to the day of an order leave it some time", async () => {
    const { orderId } = await placedOrder();
    const placedAt = shop.http.clock.now();
    wait(3 * DAY_MS);
    await addPolicy(shop.http.database, (versions += 1), placedAt, "{holds}", { minutes: 15, longestDays: 1 });
    const { status, body } = await shop.ready(orderId);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ready", held: "50.00" });
    expect(daysUntil(body.expiresAt)).toBe(3);
    await expectProof(shop.http);
  });

  it("hold for new orders, and for new holds of tills; a hold that is there ends as it was told", async () => {
    const memberId = await shop.member(100_00n);
    const asked = { memberId, amount: "10.00", brand: "mvideo", reference: "r" };
    await publish((rules: Record<string, unknown>) => {
      rules["holds"] = { minutes: 15, longestDays: 31 };
    });
    const expiresAt = new Date(shop.http.clock.now() + 20 * DAY_MS).toISOString();
    const { body: held } = await shop.http.post<{ holdId: string }>("/v1/holds", { ...asked, expiresAt });
    await publish((rules: Record<string, unknown>) => {
      rules["holds"] = { minutes: 15, longestDays: 5 };
    });
    wait(6 * DAY_MS);
    const refused = await shop.http.post("/v1/holds", { ...asked, expiresAt });
    expect(refused.body).toMatchObject({ code: "hold_too_long" });
    const captured = await shop.http.post(`/v1/holds/${held.holdId}/capture`, { amount: "4.00", final: false });
    expect(captured.body).toMatchObject({ status: "open", left: "6.00" });
    expect((await shop.http.get(`/v1/holds/${held.holdId}`)).body).toMatchObject({ status: "open", expiresAt });
    const { body: order } = await shop.order({ memberId, pickup });
    expect(Date.parse(order.expiresAt) - shop.http.clock.now()).toBeLessThanOrEqual(5 * DAY_MS);
  });
});

describe("a store's screen", () => {
  it("lists its orders by state, page by page, without codes", async () => {
    await shop.http.put("/v1/stores/E-9", { brand: "eldorado", name: "E-9", timeZone: "Europe/Moscow" });
    const pickup = { brand: "mvideo", storeId: "M-1" };
    const made: string[] = [];
    for (let count = 0; count < 3; count += 1) made.unshift((await shop.readyOrder({ pickup })).orderId);
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await shop.http.get<{ items: { orderId: string }[]; nextCursor: string | null }>(
        `/v1/pickups?storeId=M-1&status=ready&limit=2${cursor}`,
      );
      expect(JSON.stringify(body)).not.toContain('ode"');
      seen.push(...body.items.map(({ orderId }) => orderId));
      cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
    } while (cursor !== "");
    expect(seen.slice(0, 3)).toEqual(made);
    expect((await shop.http.get("/v1/pickups?storeId=nowhere")).body).toMatchObject({ code: "unknown_store" });
    expect((await shop.http.get("/v1/pickups?storeId=E-9")).body).toMatchObject({ items: [] });
  });

  it("and a member's card shows which orders wait where", async () => {
    const memberId = await shop.member();
    const order = await shop.readyOrder({ memberId, pickup: { brand: "mvideo", storeId: "M-1" }, spend: "100.00" });
    expect((await shop.http.get(`/v1/members/${memberId}/card`)).body).toMatchObject({
      memberId,
      balance: { available: "900.00", held: "100.00" },
      orders: [{ orderId: order.orderId, status: "ready", pickup: { storeId: "M-1" }, held: "100.00" }],
    });
  });
});
