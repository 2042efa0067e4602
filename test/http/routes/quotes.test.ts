/** What is quoted is what is sold, to the kopeck; or the till is told what would hold now. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { addPolicy } from "../../support/policies.ts";
import { DAY_MS } from "../../support/town.ts";
import { receipt } from "../bodies.ts";

interface Quote {
  readonly quoteId: string;
  readonly expiresAt: string;
  readonly total: string;
  readonly maxSpend: string;
  readonly spend: string;
  readonly payable: string;
  readonly lines: readonly Record<string, unknown>[];
  readonly earn: { readonly amount: string; readonly activeAt: string; readonly expiresAt: string } | null;
  readonly reasons: readonly { readonly code: string; readonly lineId?: string; readonly amount?: string }[];
}

const MINUTE_MS = 60_000;

let http: TestHttp;
let memberId: string;
beforeAll(async () => {
  http = await testHttp();
});
beforeEach(async () => {
  const member = await http.newMember();
  memberId = member;
  await http.give(member, 1_000_00n);
});
afterAll(() => http.close());

const line = (lineId: string, unitPrice: string, more: object = {}) => ({
  lineId,
  sku: "20087654",
  category: "tv",
  quantity: "1",
  unitPrice,
  ...more,
});
const basket = (more: object = {}) => ({
  brand: "mvideo",
  storeId: "M-1",
  channel: "pos",
  memberId,
  lines: [line("1", "1000.00")],
  spend: "max",
  ...more,
});
const quote = (more: object = {}) => http.post<Quote>("/v1/quotes", basket(more), { idempotencyKey: null });
const now = () => new Date(http.clock.now()).toISOString();

/** The sale of a quoted basket. */
const sell = (more: object = {}) => {
  const { brand, storeId: _, ...rest } = basket(more) as ReturnType<typeof basket> & { readonly brand: string };
  return http.post<Record<string, unknown> & { readonly quote: Quote }>("/v1/purchases", {
    receipt: receipt(brand),
    occurredAt: now(),
    ...rest,
  });
};

/** Lines, total and spend of a quote or a sale. */
const pricesOf = ({ lines, total }: object & { readonly lines?: unknown; readonly total?: unknown }) => ({
  lines,
  total,
});

describe("a quote", () => {
  it("shows what a sale comes to, for fifteen minutes, and the sale comes to just that", async () => {
    const lines = [
      line("1", "999.99", { quantity: "3" }),
      line("2", "199.99", { quantity: "0.350" }),
      line("3", "50.00", { category: "delivery" }),
    ];
    const { status, body } = await quote({ lines, spend: "333.34" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      total: "3119.97",
      maxSpend: "1000.00",
      spend: "333.34",
      payable: "2786.63",
      expiresAt: new Date(http.clock.now() + 15 * MINUTE_MS).toISOString(),
    });
    expect(body.reasons.map(({ code, lineId }) => [code, lineId])).toEqual([
      ["limited_by_balance", undefined],
      ["category_takes_no_bonuses", "3"],
      ["category_earns_nothing", "3"],
    ]);
    const sold = await sell({ lines, spend: "333.34", quoteId: body.quoteId });
    expect(sold.status).toBe(201);
    expect(pricesOf(sold.body as object)).toEqual(pricesOf(body));
    expect(sold.body).toMatchObject({ spent: "333.34", earned: body.earn?.amount });
    expect(sold.body["earn"]).toMatchObject({ activeAt: body.earn?.activeAt, expiresAt: body.earn?.expiresAt });
  });

  it("changes nothing", async () => {
    const tables = ["operations", "command_keys", "transfers", "lots", "purchases", "terminals"];
    const rows = () =>
      http.database.sql.unsafe(`select ${tables.map((table) => `(select count(*) from ${table}) as ${table}`).join(", ")},
        (select sum(version) from wallets) as versions`);
    const before = await rows();
    await quote();
    await quote({ memberId: undefined });
    await quote({ spend: "9999.00" });
    expect(await rows()).toEqual(before);
  });

  it.each([
    ["without a member", { memberId: undefined }, "0.00", ["no_member"], "30.00"],
    [
      "with a card that nobody has registered",
      { memberId: undefined, identifier: { kind: "card", value: "2900000777777" } },
      "0.00",
      ["card_unknown"],
      "30.00",
    ],
  ])("works %s", async (_, who, maxSpend, reasons, earned) => {
    const { status, body } = await quote(who);
    expect(status).toBe(200);
    expect(body).toMatchObject({ maxSpend, spend: "0.00", payable: "1000.00" });
    expect(body.reasons.map(({ code }) => code)).toEqual(reasons);
    expect(body.earn?.amount ?? null).toBe(earned);
    expect(body.lines.map(({ earn }) => earn)).toEqual([earned]);
    const sold = await sell({ ...who, quoteId: body.quoteId });
    expect(sold).toMatchObject({ status: 201, body: { suspended: "identifier" in who } });
  });

  it("takes 500 lines, and refuses 501", async () => {
    const lines = (count: number) => Array.from({ length: count }, (_, index) => line(`${index}`, "10.01"));
    const { body } = await quote({ lines: lines(500) });
    expect(body.lines).toHaveLength(500);
    expect(await sell({ lines: lines(500), quoteId: body.quoteId })).toMatchObject({
      status: 201,
      body: { spent: body.spend },
    });
    expect((await quote({ lines: lines(501) })).status).toBe(422);
  });

  it("takes a quantity of 80,995, and ties of the largest remainder go to the earlier lines", async () => {
    const many = await quote({ lines: [line("1", "0.05", { quantity: "80995" })], spend: "1000.00" });
    expect(many.body).toMatchObject({
      total: "4049.75",
      lines: [
        {
          units: [
            { quantity: "19005", unitPrice: "0.03" },
            { quantity: "61990", unitPrice: "0.04" },
          ],
        },
      ],
    });
    const ties = await quote({ lines: ["a", "b", "c"].map((id) => line(id, "10.00")), spend: "0.02" });
    expect(ties.body.lines.map(({ spend }) => spend)).toEqual(["0.01", "0.01", "0.00"]);
  });

  it("refuses what a sale would refuse: more than there is, more than the rules let", async () => {
    expect(await quote({ spend: "500.01" })).toMatchObject({
      status: 409,
      body: { code: "spend_over_limit", maxSpend: "500.00" },
    });
    expect(await quote({ spend: "1000.01" })).toMatchObject({
      status: 409,
      body: { code: "insufficient_bonuses", available: "1000.00" },
    });
    expect(await quote({ storeId: "E-1" })).toMatchObject({ status: 422, body: { code: "unknown_store" } });
    expect(await quote({ occurredAt: "2026-04-02T12:00:00+03:00" })).toMatchObject({
      status: 422,
      body: { code: "occurred_in_future" },
    });
    expect(await quote({ memberId: `mbr_${"1".repeat(32)}` })).toMatchObject({
      status: 404,
      body: { code: "member_not_found" },
    });
  });

  it("is for the client's own brand only", async () => {
    const key = await http.newKey(["pos"], "eldorado");
    const asked = { idempotencyKey: null, key };
    expect(await http.post("/v1/quotes", basket(), asked)).toMatchObject({
      status: 403,
      body: { code: "brand_forbidden" },
    });
  });

  it("shows what time has moved and nobody has posted yet", async () => {
    const later = await http.newMember();
    const activeAt = new Date(http.clock.now() + 60 * MINUTE_MS).toISOString();
    const terms = { amount: "50.00", brand: "mvideo", kind: "promo", reason: "test", reference: "test" };
    await http.post("/v1/accruals", { memberId: later, ...terms, activeAt });
    const early = await quote({ memberId: later });
    expect(early.body).toMatchObject({ maxSpend: "0.00" });
    expect(early.body.reasons.map(({ code }) => code)).toEqual(["limited_by_balance", "not_active_yet"]);
    http.clock.moveTo(http.clock.now() + 61 * MINUTE_MS);
    expect((await quote({ memberId: later })).body).toMatchObject({ maxSpend: "50.00" });
  });
});

describe("a sale that cites a quote", () => {
  it("is refused where another till has spent meanwhile, and told the quote that holds now", async () => {
    const { body } = await quote({ lines: [line("1", "3000.00")] });
    expect(body.spend).toBe("1000.00");
    await sell({ lines: [line("1", "1000.00")], spend: "200.00" });
    const terms = { lines: [line("1", "3000.00")], spend: body.spend };
    const refused = await sell({ ...terms, quoteId: body.quoteId });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "quote_changed", quote: { spend: "800.00", payable: "2200.00" } },
    });
    const fresh = refused.body.quote;
    expect(await sell({ ...terms, spend: fresh.spend, quoteId: fresh.quoteId })).toMatchObject({
      status: 201,
      body: { spent: "800.00" },
    });
  });

  it("is refused where a price has changed", async () => {
    const { body } = await quote();
    const refused = await sell({ lines: [line("1", "1001.00")], quoteId: body.quoteId });
    expect(refused).toMatchObject({ status: 409, body: { code: "quote_changed", quote: { total: "1001.00" } } });
  });

  it("tells what a card would have earned also where it is the fresh one of a sale without a card", async () => {
    const { body } = await quote({ memberId: undefined });
    const refused = await sell({ memberId: undefined, lines: [line("1", "2000.00")], quoteId: body.quoteId });
    expect(refused).toMatchObject({ body: { code: "quote_changed", quote: { earn: { amount: "60.00" } } } });
  });

  it("is refused when it is too late, and told a fresh quote; a receipt of the time that comes late is taken", async () => {
    const { body } = await quote();
    const inTime = now();
    http.clock.moveTo(http.clock.now() + 16 * MINUTE_MS);
    const refused = await sell({ quoteId: body.quoteId });
    expect(refused).toMatchObject({ status: 409, body: { code: "quote_expired", quote: { spend: "500.00" } } });
    expect(await sell({ quoteId: body.quoteId, occurredAt: inTime })).toMatchObject({
      status: 201,
      body: { spent: "500.00" },
    });
  });

  it.each<[string, () => Promise<object> | object]>([
    ["another member's", async () => ({ memberId: await http.newMember() })],
    ["nobody's", () => ({ memberId: undefined })],
    ["another brand's", () => ({ brand: "eldorado" })],
    ["another channel's", () => ({ channel: "web" })],
    ["another basket's", () => ({ lines: [line("1", "1000.00"), line("2", "1.00")] })],
  ])("is no sale where the quote is %s: nothing is kept of it", async (_, change) => {
    const { body } = await quote({ spend: "0.00" });
    const answer = await sell({ spend: "0.00", quoteId: body.quoteId, ...(await change()) });
    expect(answer).toMatchObject({ status: 422, body: { code: "quote_mismatch" } });
  });

  it.each(["quo_1", "pur_0195560d2a0070008a30f1c2d3e4f000", ""])("is malformed where the id is %j", async (quoteId) => {
    expect((await sell({ quoteId })).status).toBe(400);
  });

  it("is refused where the rules have changed; what was quoted under the old ones is not sold under the new", async () => {
    const { body } = await quote();
    await addPolicy(http.database, 2, http.clock.now() + MINUTE_MS, "{burning,shares}", [{ share: "1" }]);
    http.clock.moveTo(http.clock.now() + 2 * MINUTE_MS);
    const refused = await sell({ quoteId: body.quoteId });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "quote_changed", quote: { spend: "999.99", payable: "0.01" } },
    });
    // A line that bonuses pay for almost whole, and a bonus that is more than the price.
    const cheap = await quote({ lines: [line("1", "0.02", { quantity: "2" })] });
    expect(cheap.body).toMatchObject({ maxSpend: "0.02", spend: "0.02", payable: "0.02", earn: null });
    expect(cheap.body.reasons.map(({ code }) => code)).toEqual(["money_kept", "too_little_to_earn"]);
    // How much that is the rules say: it may be more than a kopeck.
    expect(cheap.body.reasons[0]).toMatchObject({
      message: {
        en: "At least the minimum must be paid in money for each unit.",
        ru: "За каждую единицу нужно доплатить хотя бы минимальную сумму деньгами.",
      },
    });
    http.clock.moveTo(http.clock.now() + DAY_MS);
    // Also where all amounts are the same, and only the days are others.
    const { body: days } = await quote();
    const rules = { path: "{activation,ordinary}", value: { days: 60 } };
    await addPolicy(http.database, 3, http.clock.now() + MINUTE_MS, rules.path, rules.value);
    http.clock.moveTo(http.clock.now() + 2 * MINUTE_MS);
    expect((await sell({ quoteId: days.quoteId })).body).toMatchObject({ code: "quote_changed" });
  });
});
