/** The published rules of the programme, on the policy that the first migration installs. */
import { describe, expect, test } from "vitest";
import { floorToBonus, floorToKopeck } from "../../src/kernel/rounding.ts";
import type { LotKind } from "../../src/ledger/account.ts";
import type { Lot } from "../../src/ledger/lot.ts";
import { activationOf, compilePolicy, expiryOf, extensionOf, graceOf } from "../../src/policy/policy.ts";
import type { Channel } from "../../src/policy/schema.ts";
import { rulesWith } from "./rules.ts";

const policy = compilePolicy(1, rulesWith({}));
const iso = (instant: number) => new Date(instant).toISOString();
const scopeOf = (brand: string, category: string, channel: Channel = "pos") => ({ brand, category, channel });
const MOSCOW = "Europe/Moscow";
const VLADIVOSTOK = "Asia/Vladivostok";

describe("the most exact rate is taken", () => {
  const rules = rulesWith({});
  rules.earning.rates = [
    { rate: "0.01" },
    { rate: "0.02", brand: "eldorado" },
    { rate: "0.03", category: "tv" },
    { rate: "0.04", brand: "eldorado", category: "tv" },
    { rate: "0.09" },
  ];
  rules.burning.shares = [
    { share: "0.20", brand: "mvideo" },
    { share: "0.30", category: "tv" },
  ];
  const scoped = compilePolicy(2, rules);

  test.each([
    ["mvideo", "phones", 1n],
    ["eldorado", "phones", 2n],
    ["mvideo", "tv", 3n],
    ["eldorado", "tv", 4n],
  ])("at %s for %s: %s per cent", (brand, category, percent) => {
    expect(floorToBonus(1_000_000n, scoped.earnRate(scopeOf(brand, category)))).toBe(percent * 10_000n);
  });

  test.each([
    ["mvideo", "tv", 300n],
    ["mvideo", "phones", 200n],
    ["eldorado", "tv", 300n],
    ["eldorado", "phones", 0n],
  ])("at %s bonuses pay for %s as far as a rule says: %s of 1000", (brand, category, share) => {
    expect(floorToKopeck(1000n, scoped.burnShare(scopeOf(brand, category)))).toBe(share);
  });

  test("whatever the order in which the rules are written", () => {
    const turned = { ...rules, earning: { ...rules.earning, rates: rules.earning.rates.slice(0, 4).toReversed() } };
    const other = compilePolicy(3, turned);
    for (const brand of ["mvideo", "eldorado"]) {
      for (const category of ["tv", "phones"]) {
        expect(other.earnRate(scopeOf(brand, category))).toEqual(scoped.earnRate(scopeOf(brand, category)));
      }
    }
  });
});

describe("by default", () => {
  test("3 % of what is paid is earned, and half of a price may be burnt, with a kopeck of money left", () => {
    expect(floorToBonus(9_999n, policy.earnRate(scopeOf("mvideo", "tv")))).toBe(200n);
    expect(floorToBonus(100_000n, policy.earnRate(scopeOf("eldorado", "tv")))).toBe(3_000n);
    expect(floorToKopeck(9_999n, policy.burnShare(scopeOf("mvideo", "tv")))).toBe(4_999n);
    expect(policy.minimumMoneyPerUnit).toBe(1n);
  });

  test.each(["gift-card", "delivery", "service-fee"])("%s neither earns nor accepts bonuses", (category) => {
    expect(policy.earnRate(scopeOf("mvideo", category)).numerator).toBe(0n);
    expect(policy.burnShare(scopeOf("mvideo", category)).numerator).toBe(0n);
  });

  test("an exclusion is stronger than the most exact rate", () => {
    const rules = rulesWith({});
    rules.earning.rates.push({ rate: "0.10", brand: "mvideo", category: "delivery" });
    rules.burning.shares.push({ share: "1", brand: "mvideo", category: "delivery" });
    const generous = compilePolicy(2, rules);
    expect(generous.earnRate(scopeOf("mvideo", "delivery")).numerator).toBe(0n);
    expect(generous.burnShare(scopeOf("mvideo", "delivery")).numerator).toBe(0n);
  });
});

describe("bonuses become active", () => {
  test.each([
    ["in the morning", "2026-11-21T06:00:00.000Z", MOSCOW, "2026-12-04T21:00:00.000Z"],
    ["at the last instant of the day", "2026-11-21T20:59:59.999Z", MOSCOW, "2026-12-04T21:00:00.000Z"],
    ["at midnight", "2026-11-21T21:00:00.000Z", MOSCOW, "2026-12-05T21:00:00.000Z"],
    [
      "when it is tomorrow already where the store is",
      "2026-11-21T15:00:00.000Z",
      VLADIVOSTOK,
      "2026-12-05T21:00:00.000Z",
    ],
    ["before the clock of Moscow changed", "2010-10-20T10:00:00.000Z", MOSCOW, "2010-11-02T21:00:00.000Z"],
    ["before it went forward for years", "2011-03-20T10:00:00.000Z", MOSCOW, "2011-04-02T20:00:00.000Z"],
    ["in a leap year", "2028-02-16T10:00:00.000Z", MOSCOW, "2028-02-29T21:00:00.000Z"],
  ])("14 days after the goods, at 00:00 of Moscow: bought %s", (_, bought, zone, active) => {
    expect(iso(activationOf(policy, "ordinary", Date.parse(bought), zone))).toBe(active);
  });

  test.each<LotKind>(["promo", "offer", "compensation", "opening"])("at once where they are %s", (kind) => {
    const at = Date.parse("2026-11-21T10:11:12.345Z");
    expect(activationOf(policy, kind, at, MOSCOW)).toBe(at);
  });
});

describe("bonuses end", () => {
  test.each<[LotKind, string, string]>([
    ["ordinary", "2026-12-04T21:00:00.000Z", "2027-06-02T21:00:00.000Z"],
    ["promo", "2026-11-21T10:00:00.000Z", "2027-02-18T21:00:00.000Z"],
    ["offer", "2026-11-21T20:59:59.999Z", "2027-02-18T21:00:00.000Z"],
    ["compensation", "2026-11-21T21:00:00.000Z", "2027-02-19T21:00:00.000Z"],
    ["opening", "2010-09-30T20:00:00.000Z", "2011-03-29T20:00:00.000Z"],
    ["ordinary", "2014-05-04T20:00:00.000Z", "2014-10-31T21:00:00.000Z"],
  ])("%s, active %s, at 00:00 of Moscow %s", (kind, active, end) => {
    expect(iso(expiryOf(policy, kind, Date.parse(active)))).toBe(end);
  });

  test("by the calendar where the policy says months: 31 January and a month is the last day of February", () => {
    const rules = rulesWith({});
    rules.life.promo = { months: 1 };
    const monthly = compilePolicy(2, rules);
    expect(iso(expiryOf(monthly, "promo", Date.parse("2026-01-31T09:00:00Z")))).toBe("2026-02-27T21:00:00.000Z");
    expect(iso(expiryOf(monthly, "promo", Date.parse("2028-01-31T09:00:00Z")))).toBe("2028-02-28T21:00:00.000Z");
  });

  test("never before they begin", () => {
    for (let minute = 0; minute < 3 * 24 * 60; minute += 7) {
      const at = Date.UTC(2026, 2, 28) + minute * 60_000;
      for (const kind of ["ordinary", "promo"] as const) {
        const active = activationOf(policy, kind, at, VLADIVOSTOK);
        expect(expiryOf(policy, kind, active)).toBeGreaterThan(active);
      }
    }
  });
});

test("a purchase extends ordinary bonuses, and no others, to 00:00 180 days after its day", () => {
  expect([...policy.extensionKinds]).toEqual(["ordinary"]);
  const at = Date.parse("2026-11-21T15:00:00Z");
  expect(iso(extensionOf(policy, at, MOSCOW))).toBe("2027-05-19T21:00:00.000Z");
  expect(iso(extensionOf(policy, at, VLADIVOSTOK))).toBe("2027-05-20T21:00:00.000Z");
});

test("what a return brings back lives until 00:00, 14 days after the day of the return", () => {
  const at = Date.parse("2026-11-21T15:00:00Z");
  expect(iso(graceOf(policy, at, MOSCOW))).toBe("2026-12-04T21:00:00.000Z");
  expect(iso(graceOf(policy, at, VLADIVOSTOK))).toBe("2026-12-05T21:00:00.000Z");
});

describe("the order of burning", () => {
  const lot = (id: string, kind: LotKind, issuer: string, expiresAt: number, activeAt = 0) =>
    ({ id: `lot_${id}`, kind, issuer, expiresAt, activeAt }) as Lot;
  const lots = [
    lot("a", "ordinary", "mvideo", 3),
    lot("b", "promo", "eldorado", 4),
    lot("c", "ordinary", "eldorado", 1),
    lot("d", "promo", "mvideo", 5),
    lot("e", "ordinary", "mvideo", 1, 1),
    lot("f", "ordinary", "eldorado", 1),
  ];
  const orderAt = (seller: string, order: Parameters<typeof rulesWith>[0]["order"] = []) => {
    const byRule = compilePolicy(1, rulesWith({ order })).burn.order?.(seller);
    return byRule === undefined
      ? "as wallets keep it"
      : lots
          .toSorted(byRule)
          .map(({ id }) => id.slice(4))
          .join("");
  };

  test("is the one that wallets keep, unless the policy prefers something", () => {
    expect(orderAt("mvideo")).toBe("as wallets keep it");
  });

  test.each([
    ["promo first", "mvideo", ["promo-first"] as const, "bdcfea"],
    ["own brand first", "mvideo", ["own-brand-first"] as const, "eadcfb"],
    ["the other brand's own first", "eldorado", ["own-brand-first"] as const, "cfbead"],
    ["promo first, then own brand", "mvideo", ["promo-first", "own-brand-first"] as const, "dbeacf"],
    ["own brand first, then promo", "mvideo", ["own-brand-first", "promo-first"] as const, "deabcf"],
  ])("%s, then soonest end, beginning, id", (_, seller, order, expected) => {
    expect(orderAt(seller, order)).toBe(expected);
  });
});

describe("the stage of the rollout", () => {
  const brands = ["mvideo", "eldorado"];
  test.each([
    [
      "separate programmes",
      [
        { issuer: "mvideo", seller: "mvideo" },
        { issuer: "eldorado", seller: "eldorado" },
      ],
      "mm ee",
    ],
    [
      "bonuses of M.Video may be spent at Eldorado",
      [
        { issuer: "mvideo", seller: "*" },
        { issuer: "eldorado", seller: "eldorado" },
      ],
      "mm me ee",
    ],
    ["one balance", [{ issuer: "*", seller: "*" }], "mm me em ee"],
    ["everything at one seller, and its own at the other", [{ issuer: "*", seller: "eldorado" }], "mm me ee"],
    ["nothing across brands yet", [], "mm ee"],
  ])("%s: whose bonuses are spent where, and whose orders collected where", (_, rollout, pairs) => {
    const stage = compilePolicy(1, rulesWith({ rollout }));
    const allowed = (may: (one: string, seller: string) => boolean) =>
      brands
        .flatMap((one) => brands.filter((seller) => may(one, seller)).map((seller) => `${one[0]}${seller[0]}`))
        .join(" ");
    expect(allowed((issuer, seller) => stage.burn.mayUse(issuer, seller))).toBe(pairs);
    expect(allowed((orderedAt, seller) => stage.mayCollect(orderedAt, seller))).toBe(pairs);
  });

  test("a brand that no cell names has its own bonuses and orders to itself", () => {
    const rollout = [
      { issuer: "mvideo", seller: "mvideo" },
      { issuer: "eldorado", seller: "eldorado" },
    ];
    const stage = compilePolicy(1, rulesWith({ rollout }));
    for (const [one, seller, may] of [
      ["tehnosila", "tehnosila", true],
      ["tehnosila", "mvideo", false],
      ["mvideo", "tehnosila", false],
    ] as const) {
      expect(stage.burn.mayUse(one, seller)).toBe(may);
      expect(stage.mayCollect(one, seller)).toBe(may);
    }
  });
});
