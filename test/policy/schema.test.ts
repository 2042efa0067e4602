import { describe, expect, test } from "vitest";
import { PolicyRules } from "../../src/policy/schema.ts";
import { installedRules, rulesWith } from "./rules.ts";

test("the rules that the first migration installs have the agreed form, and its default figures", () => {
  const rules = PolicyRules.parse(installedRules());
  expect(rules).toMatchObject({
    zone: "Europe/Moscow",
    earning: { rates: [{ rate: "0.03" }] },
    burning: { shares: [{ share: "0.50" }], minimumMoneyPerUnit: "0.01", order: [] },
    activation: { ordinary: { days: 14 } },
    life: { ordinary: { days: 180 }, promo: { days: 90 }, offer: { days: 90 }, compensation: { days: 90 } },
    extension: { kinds: ["ordinary"], period: { days: 180 } },
    rollout: [{ issuer: "*", seller: "*" }],
    returnGrace: { days: 14 },
    receipts: { lateDays: 35, earlyMinutes: 5 },
    settlement: { price: "1.00", prices: {}, vat: "0.22" },
  });
});

describe("a policy is refused", () => {
  const rules = rulesWith({});
  test.each<[string, object]>([
    ["with a field that is not known", { ...rules, discount: "0.10" }],
    ["without a zone that exists", { ...rules, zone: "Europe/Atlantis" }],
    ["with a rate over one", { ...rules, earning: { ...rules.earning, rates: [{ rate: "1.01" }] } }],
    ["with a rate below zero", { ...rules, earning: { ...rules.earning, rates: [{ rate: "-0.03" }] } }],
    ["with a rate that is a number", { ...rules, earning: { ...rules.earning, rates: [{ rate: 0.03 }] } }],
    ["with a rate in an exponent", { ...rules, earning: { ...rules.earning, rates: [{ rate: "3e-2" }] } }],
    ["without any rate", { ...rules, earning: { ...rules.earning, rates: [] } }],
    ["where a kind has no life", { ...rules, life: { ordinary: { days: 180 } } }],
    ["where bonuses would end as they begin", { ...rules, life: { ...rules.life, promo: { days: 0 } } }],
    ["where they would, by months", { ...rules, life: { ...rules.life, promo: { months: 0 } } }],
    ["with half a day", { ...rules, returnGrace: { days: 0.5 } }],
    ["with days and months at once", { ...rules, returnGrace: { days: 1, months: 1 } }],
    ["with a preference that is not known", { ...rules, burning: { ...rules.burning, order: ["largest-first"] } }],
    ["with a kind that is not known", { ...rules, extension: { ...rules.extension, kinds: ["gift"] } }],
    ["with a price of a bonus that is a number", { ...rules, settlement: { price: 1, vat: "0.22" } }],
    ["with a price of more than four decimals", { ...rules, settlement: { price: "1.00001", vat: "0.22" } }],
    ["with a price below zero", { ...rules, settlement: { price: "-1.00", vat: "0.22" } }],
    ["with a tax over one", { ...rules, settlement: { price: "1.00", vat: "1.22" } }],
    ["with a price of no kind", { ...rules, settlement: { price: "1.00", prices: { gift: "1.00" }, vat: "0.22" } }],
    ["with money that is a number", { ...rules, burning: { ...rules.burning, minimumMoneyPerUnit: 0.01 } }],
  ])("%s", (_, broken) => {
    expect(PolicyRules.safeParse(rules).success).toBe(true);
    expect(PolicyRules.safeParse(broken).success).toBe(false);
  });
});
