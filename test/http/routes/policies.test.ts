/** The rules have an interface: published as versions, validated as a whole, in force from their instant on, and never changed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installedRules } from "../../policy/rules.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { receipt } from "../bodies.ts";

interface Rules {
  earning: {
    rates: { rate: string; brand?: string; category?: string; channel?: string }[];
    excludedCategories?: string[];
  };
  burning: { shares: object[]; caps?: object[]; order: string[] };
  rollout: { issuer: string; seller: string; features?: string[] }[];
}

const HOUR_MS = 3_600_000;

let http: TestHttp;
let version = 1;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

const rulesWith = (change: (rules: Rules) => void = () => {}): Rules => {
  const rules = structuredClone(installedRules()) as Rules;
  change(rules);
  return rules;
};
const inHours = (hours: number) => new Date(http.clock.now() + hours * HOUR_MS).toISOString();
const terms = (change?: (rules: Rules) => void, effectiveFrom = inHours(1)) => ({
  effectiveFrom,
  note: "test",
  rules: rulesWith(change),
});

/** Publishes the next version, and waits until it is in force. */
async function inForce(change: (rules: Rules) => void): Promise<void> {
  const answer = await http.put(`/v1/policies/${version + 1}`, terms(change), { idempotencyKey: null });
  expect(answer).toMatchObject({ status: 200, body: { version: version + 1 } });
  version += 1;
  http.clock.moveTo(http.clock.now() + HOUR_MS);
}

const line = (lineId: string, unitPrice: string, category = "tv") => ({
  lineId,
  sku: "s",
  category,
  quantity: "1",
  unitPrice,
});
const quote = (fields: object) =>
  http.post<{ maxSpend: string; reasons: { code: string; amount?: string }[] }>(
    "/v1/quotes",
    { brand: "mvideo", storeId: "M-1", channel: "pos", lines: [line("1", "1000.00")], spend: "max", ...fields },
    { idempotencyKey: null },
  );
const sell = (brand: string, fields: object = {}) =>
  http.post("/v1/purchases", {
    receipt: receipt(brand),
    channel: "pos",
    lines: [line("1", "1000.00")],
    spend: "0.00",
    occurredAt: new Date(http.clock.now()).toISOString(),
    ...fields,
  });

describe("a version of the rules", () => {
  it("is listed, read by its number, and applies from its instant on; goods are judged by their own day", async () => {
    const memberId = await http.newMember();
    const before = new Date(http.clock.now()).toISOString();
    await inForce((rules) => {
      rules.earning.rates = [{ rate: "0.03" }, { rate: "0.10", category: "phone", channel: "web" }];
    });
    expect(await http.get(`/v1/policies/${version}`)).toMatchObject({ status: 200, body: { version, note: "test" } });
    expect(await http.get("/v1/policies/99")).toMatchObject({ status: 404, body: { code: "policy_not_found" } });
    const { body } = await http.get<{ items: { version: number }[] }>("/v1/policies");
    expect(body.items.map((item) => item.version)).toEqual([1, version]);
    const lines = [line("1", "1000.00", "phone")];
    expect((await sell("mvideo", { memberId, lines, channel: "web" })).body).toMatchObject({ earned: "100.00" });
    expect((await sell("mvideo", { memberId, lines })).body).toMatchObject({ earned: "30.00" });
    expect((await sell("mvideo", { memberId, lines, channel: "web", occurredAt: before })).body).toMatchObject({
      earned: "30.00",
    });
  });

  it.each<[string, (rules: Rules) => void, object[]]>([
    [
      "scopes that overlap",
      (rules) => rules.earning.rates.push({ rate: "0.05" }),
      [{ path: "earning.rates.1", code: "overlapping_scopes" }],
    ],
    [
      "a brand that is not there",
      (rules) => {
        rules.burning.caps = [{ per: "receipt", amount: "1.00", brand: "nobody" }];
        rules.rollout.push({ issuer: "mvideo", seller: "nowhere" });
      },
      [
        { path: "burning.caps.0.brand", code: "unknown_brand" },
        { path: "rollout.1.seller", code: "unknown_brand" },
      ],
    ],
    [
      "bonuses that could be spent nowhere",
      (rules) => {
        rules.rollout = [
          { issuer: "mvideo", seller: "*" },
          { issuer: "eldorado", seller: "*", features: ["pickup"] },
        ];
      },
      [
        {
          path: "rollout",
          code: "stranded_bonuses",
          message: "the rollout names eldorado as an issuer, and lets no seller take its bonuses",
        },
      ],
    ],
    [
      "rules that could never have an effect",
      (rules) => {
        rules.earning.rates.push({ rate: "0.05", category: "delivery" });
        rules.burning.shares.push({ share: "0.3", category: "gift-card" });
        rules.burning.caps = [
          { per: "receipt", category: "tv", amount: "10.00" },
          { per: "category", category: "gift-card", amount: "10.00" },
          { per: "line", category: "service-fee", share: "0.1" },
          { per: "category", category: "tv", amount: "10.00" },
          { per: "receipt", channel: "web", amount: "10.00" },
        ];
      },
      [
        { path: "earning.rates.1.category", code: "no_effect", message: "goods of delivery earn nothing" },
        { path: "burning.shares.1.category", code: "no_effect", message: "bonuses pay for no goods of gift-card" },
        { path: "burning.caps.0.category", code: "no_effect", message: "a receipt is of no one category" },
        { path: "burning.caps.1.category", code: "no_effect" },
        { path: "burning.caps.2.category", code: "no_effect" },
      ],
    ],
    [
      "an order that repeats itself",
      (rules) => rules.burning.order.push("promo-first", "promo-first"),
      [{ code: "repeated" }],
    ],
  ])("is refused for %s, each fault by its name", async (_, change, errors) => {
    const answer = await http.put<{ errors: object[] }>(`/v1/policies/${version + 1}`, terms(change));
    expect(answer).toMatchObject({ status: 422, body: { code: "policy_invalid" } });
    expect(answer.body.errors).toMatchObject(errors);
    expect(answer.body.errors).toHaveLength(errors.length);
  });

  it.each<[string, (rules: Rules) => void, string, number]>([
    [
      "a rate above one",
      (rules) => rules.earning.rates.push({ rate: "1.01", brand: "mvideo" }),
      "rules.earning.rates.1.rate",
      400,
    ],
    ["a bound of nothing", (rules) => void (rules.burning.caps = [{ per: "line" }]), "rules.burning.caps.0", 422],
    [
      "a category that no text may be",
      (rules) => void (rules.earning.excludedCategories = ["a\u0000"]),
      "rules.earning.excludedCategories.0",
      400,
    ],
    ["a zone that a database does not know", (rules) => void Object.assign(rules, { zone: "AET" }), "rules.zone", 422],
    [
      "storage that is longer than the longest",
      (rules) => void Object.assign(rules, { orders: [{ waitDays: 14, storageDays: 30, longestStorageDays: 5 }] }),
      "orders.0.storageDays",
      422,
    ],
    ["a zone that is none", (rules) => void Object.assign(rules, { zone: "Moscow" }), "rules.zone", 422],
  ])("is refused with %s", async (_, change, path, status) => {
    const answer = await http.put<{ errors: { path: string }[] }>(`/v1/policies/${version + 1}`, terms(change));
    expect(answer.status).toBe(status);
    expect(answer.body.errors.map((error) => error.path)).toEqual([path]);
  });

  it("has the next number and begins later than now; is told again when it is sent again, and never changed", async () => {
    const put = (number: number, body: object) => http.put(`/v1/policies/${number}`, body, { idempotencyKey: null });
    const body = terms();
    expect(await put(version + 2, body)).toMatchObject({
      status: 422,
      body: { code: "policy_out_of_turn", next: version + 1 },
    });
    expect(await put(version + 1, terms(undefined, inHours(0)))).toMatchObject({
      status: 422,
      body: { code: "policy_out_of_turn" },
    });
    expect(await put(1, body)).toMatchObject({ status: 409, body: { code: "policy_exists" } });
    expect(await put(version + 1, body)).toMatchObject({ status: 200 });
    version += 1;
    expect(await put(version, body)).toMatchObject({ status: 200 });
    expect(await put(version, { ...body, note: "another" })).toMatchObject({
      status: 409,
      body: { code: "policy_exists" },
    });
  });

  it("of two that are sent at once under one number, one is published", async () => {
    version += 1;
    const answers = await Promise.all(
      ["0.04", "0.05", "0.06"].map((rate) =>
        http.put(
          `/v1/policies/${version}`,
          terms((rules) => void (rules.earning.rates = [{ rate }])),
          { idempotencyKey: null },
        ),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
  });

  it("is the administrator's to publish and to read", async () => {
    const key = await http.newKey(["finance", "crm", "pos"]);
    expect((await http.put("/v1/policies/9", terms(), { key })).status).toBe(403);
    expect((await http.get("/v1/policies/1", { key })).status).toBe(403);
  });
});

describe("the merger goes through its stages by the rules alone", () => {
  it("separate programmes, then bonuses of one at the other, then one balance; what may not be spent yet is shown and explained", async () => {
    const member = await http.newMember();
    await http.give(member, 100_00n, "mvideo");
    await http.give(member, 70_00n, "eldorado");
    const seen = async () => {
      const [here, there] = [
        await quote({ memberId: member }),
        await quote({ memberId: member, brand: "eldorado", storeId: "E-1" }),
      ];
      return [here, there].map(({ body }) => [
        body.maxSpend,
        body.reasons.find(({ code }) => code === "not_at_this_brand_yet")?.amount ?? null,
      ]);
    };
    await inForce((rules) => {
      rules.rollout = [
        { issuer: "mvideo", seller: "mvideo" },
        { issuer: "eldorado", seller: "eldorado" },
      ];
    });
    expect(await seen()).toEqual([
      ["100.00", "70.00"],
      ["70.00", "100.00"],
    ]);
    expect(await sell("eldorado", { memberId: member, spend: "70.01" })).toMatchObject({
      status: 409,
      body: { code: "insufficient_bonuses" },
    });
    await inForce((rules) => {
      rules.rollout = [
        { issuer: "mvideo", seller: "*", features: ["spending"] },
        { issuer: "eldorado", seller: "eldorado" },
      ];
    });
    expect(await seen()).toEqual([
      ["100.00", "70.00"],
      ["170.00", null],
    ]);
    await inForce((rules) => {
      rules.rollout = [{ issuer: "*", seller: "*" }];
    });
    expect(await seen()).toEqual([
      ["170.00", null],
      ["170.00", null],
    ]);
    expect(await sell("mvideo", { memberId: member, spend: "170.00" })).toMatchObject({
      status: 201,
      body: { spent: "170.00" },
    });
  });

  it("a third brand comes in through the API alone", async () => {
    await http.put("/v1/brands/tehnosila", { name: "Техносила", legalEntity: "ООО «Техносила»" });
    await http.put("/v1/stores/T-1", { brand: "tehnosila", name: "Техносила Центр", timeZone: "Asia/Kamchatka" });
    const person = { firstName: "Анна" };
    const profile = await http.post<{ memberId: string }>("/v1/profiles", {
      brand: "tehnosila",
      externalId: "t-1",
      identifiers: [],
      person,
    });
    const { memberId } = profile.body;
    const at = (number: string) => ({ ...receipt("tehnosila"), storeId: "T-1", number });
    const sold = await sell("tehnosila", { memberId, receipt: at("1") });
    expect(sold).toMatchObject({ status: 201, body: { earned: "30.00" } });
    await http.give(memberId as `mbr_${string}`, 50_00n, "tehnosila");
    expect(await sell("mvideo", { memberId, spend: "20.00" })).toMatchObject({ status: 201, body: { spent: "20.00" } });
    expect(await sell("tehnosila", { memberId, receipt: at("2"), spend: "30.00" })).toMatchObject({
      status: 201,
      body: { spent: "30.00" },
    });
    const balance = await http.get<{ spendable: object }>(`/v1/members/${memberId}/balance`);
    expect(balance.body.spendable).toEqual({ eldorado: "0.00", mvideo: "0.00", tehnosila: "0.00" });
    const { body } = await quote({ memberId, brand: "tehnosila", storeId: "T-1" });
    expect(body.reasons.map(({ code }) => code)).toContain("not_active_yet");
  });

  it("a brand that comes in while the rules name the others has its own bonuses to itself, until rules name it too", async () => {
    const apart = ["mvideo", "eldorado"].map((brand) => ({ issuer: brand, seller: brand }));
    await inForce((rules) => void (rules.rollout = apart));
    await http.put("/v1/brands/citilink", { name: "Ситилинк", legalEntity: "ООО «Ситилинк»" });
    await http.put("/v1/stores/C-1", { brand: "citilink", name: "Ситилинк Центр", timeZone: "Europe/Moscow" });
    const memberId = await http.newMember();
    await http.give(memberId, 100_00n, "citilink");
    const here = { memberId, brand: "citilink", storeId: "C-1" };
    const maxSpend = async (fields: object) => {
      const { body } = await quote(fields);
      return [body.maxSpend, body.reasons.some(({ code }) => code === "not_at_this_brand_yet")];
    };
    expect(await maxSpend(here)).toEqual(["100.00", false]);
    expect(await maxSpend({ memberId })).toEqual(["0.00", true]);
    const balance = await http.get<{ spendable: object }>(`/v1/members/${memberId}/balance`);
    expect(balance.body.spendable).toMatchObject({ citilink: "100.00", eldorado: "0.00", mvideo: "0.00" });
    const receiptThere = { ...receipt("citilink"), storeId: "C-1" };
    expect(await sell("citilink", { memberId, receipt: receiptThere, spend: "30.00" })).toMatchObject({
      status: 201,
      body: { spent: "30.00" },
    });
    // The same rules can be published again, and others can name it.
    await inForce((rules) => void (rules.rollout = apart));
    expect(await maxSpend(here)).toEqual(["70.00", false]);
    await inForce((rules) => void (rules.rollout = [...apart, { issuer: "citilink", seller: "mvideo" }]));
    expect(await maxSpend({ memberId })).toEqual(["70.00", false]);
  });
});
