import { describe, expect, it } from "vitest";
import { formatAmount, parseAmount, parseQuantity, sum } from "../../src/kernel/amount.ts";
import type { LineInput } from "../../src/sales/receipt/line.ts";
import { compilePolicy } from "../../src/policy/policy.ts";
import { type Buyer, type Plan, planPurchase } from "../../src/sales/plan/plan.ts";
import { firstUnits, quantityOf, unitGroups, unitsIn, unitsOf } from "../../src/sales/receipt/pricing.ts";
import { rulesWith } from "../policy/rules.ts";

const START = Date.parse("2026-03-02T12:00:00+03:00");

/** 3 % earned, at most half of a line paid with bonuses, and 0.01 of money on each unit. */
const policy = compilePolicy(1, rulesWith({}));

const line = (quantity: string, unitPrice: string, more: Partial<LineInput> = {}): LineInput => ({
  lineId: "1",
  sku: "s",
  category: "tv",
  quantity: parseQuantity(quantity),
  unitPrice: parseAmount(unitPrice),
  noEarn: false,
  noSpend: false,
  ...more,
});

/** Somebody who has more than enough. */
const RICH: Buyer = { spendable: 10n ** 15n, withheld: 0n, cooling: 0n, pending: 0n, kind: "member" };

function planned(lines: readonly LineInput[], spend: string, buyer: Buyer = RICH): Plan {
  const basket = { brand: "mvideo", channel: "pos", lines, occurredAt: START, storeZone: "Europe/Moscow" } as const;
  const plan = planPurchase(basket, buyer, parseAmount(spend), policy);
  if ("refused" in plan) throw new Error(plan.refused);
  return plan;
}

/** A line sold alone, with a spend. */
function sold(quantity: string, unitPrice: string, spend: string, more: Partial<LineInput> = {}) {
  const [only] = planned([line(quantity, unitPrice, more)], spend).lines;
  if (only === undefined) throw new Error("no line");
  return only;
}

describe("a line costs quantity × price, rounded half up once, and bonuses pay at most half of it", () => {
  it.each([
    // quantity, unit price, units, total, most bonuses
    ["1", "1000.00", 1n, "1000.00", "500.00"],
    ["1", "99.99", 1n, "99.99", "49.99"],
    ["3", "33.33", 3n, "99.99", "49.99"],
    ["1", "0.01", 1n, "0.01", "0.00"],
    ["1", "0.02", 1n, "0.02", "0.01"],
    ["1", "0.03", 1n, "0.03", "0.01"],
    ["2", "0.01", 2n, "0.02", "0.00"],
    ["1", "0.00", 1n, "0.00", "0.00"],
    ["0.350", "199.99", 1n, "70.00", "35.00"],
    ["0.333", "0.01", 1n, "0.00", "0.00"],
    ["0.5", "0.01", 1n, "0.01", "0.00"],
    ["0.499", "0.01", 1n, "0.00", "0.00"],
    ["1.5", "10.01", 1n, "15.02", "7.51"],
    ["2.000", "10.01", 2n, "20.02", "10.01"],
    ["1000000", "0.02", 1_000_000n, "20000.00", "10000.00"],
  ])("%s × %s", (quantity, unitPrice, units, total, maxSpend) => {
    const one = sold(quantity, unitPrice, "0.00");
    expect([unitsOf(one.quantity), formatAmount(one.total), formatAmount(one.maxSpend)]).toEqual([
      units,
      total,
      maxSpend,
    ]);
  });

  it.each(["gift-card", "delivery", "service-fee"])("none of it on %s, which earns nothing either", (category) => {
    const one = sold("1", "1000.00", "0.00", { category });
    expect([one.maxSpend, one.earn]).toEqual([0n, 0n]);
  });

  it("none of it where the till says so", () => {
    expect(sold("1", "1000.00", "0.00", { noSpend: true }).maxSpend).toBe(0n);
  });
});

describe("what is paid in money earns 3 %, rounded down to a whole bonus a line", () => {
  it.each([
    ["1", "99.99", "0.00", "2.00"],
    ["1", "1000.00", "0.00", "30.00"],
    ["1", "1000.00", "500.00", "15.00"],
    ["1", "1000.00", "0.01", "29.00"],
    ["3", "33.33", "0.00", "2.00"],
    ["1", "33.33", "0.00", "0.00"],
    ["1", "33.34", "0.00", "1.00"],
    ["0.350", "199.99", "0.00", "2.00"],
    ["0.350", "199.99", "35.00", "1.00"],
  ])("%s × %s of which %s bonuses earns %s", (quantity, unitPrice, spend, earn) => {
    expect(formatAmount(sold(quantity, unitPrice, spend).earn)).toBe(earn);
  });

  it("nothing where the till says so, or nobody is there to earn it", () => {
    const alone = planned([line("1", "1000.00")], "0.00", { ...RICH, spendable: 0n, kind: "nobody" });
    expect([sold("1", "1000.00", "0.00", { noEarn: true }).earn, alone.earned]).toEqual([0n, 0n]);
  });
});

describe("a spend is split over lines by what each may bear; what is left over goes to the largest remainder, then to the first", () => {
  const tv = line("1", "1000.00");
  const cable = line("1", "100.00");
  const card = line("1", "5000.00", { category: "gift-card" });
  const cheese = line("0.350", "199.99");
  it.each([
    [[tv, cable], "550.00", ["500.00", "50.00"]],
    [[tv, cable], "55.00", ["50.00", "5.00"]],
    [[tv, card, cable], "55.00", ["50.00", "0.00", "5.00"]],
    [[tv, tv, tv], "0.01", ["0.01", "0.00", "0.00"]],
    [[tv, tv, tv], "100.00", ["33.34", "33.33", "33.33"]],
    [[cable, tv], "0.01", ["0.00", "0.01"]],
    [[tv, cheese], "100.00", ["93.46", "6.54"]],
    [[card], "0.00", ["0.00"]],
  ])("%#: %s", (lines, spend, expected) => {
    expect(planned(lines, spend).lines.map((part) => formatAmount(part.spend))).toEqual(expected);
  });

  it("never more on a line than it may bear", () => {
    const lines = [tv, cable, cheese, line("1", "0.03"), line("7", "0.99")];
    for (let spend = 0n; spend <= planned(lines, "0.00").maxSpend; spend += 97n) {
      const parts = planned(lines, formatAmount(spend)).lines;
      expect(sum(parts.map((part) => part.spend))).toBe(spend);
      expect(parts.every((part) => part.spend <= part.maxSpend)).toBe(true);
    }
  });
});

describe("a whole quantity divides into units, and a fractional one is one unit, that is not broken", () => {
  it.each([
    // quantity, part of it, units
    ["3", "1", 1n],
    ["3", "3", 3n],
    ["3", "4", 4n],
    ["3", "0.5", undefined],
    ["0.5", "0.5", 1n],
    ["0.5", "0.25", undefined],
    ["0.5", "1", undefined],
    ["1.5", "1", undefined],
    ["1.5", "1.5", 1n],
  ])("of %s, %s is %s", (quantity, part, units) => {
    const [all, some] = [quantity, part].map(parseQuantity) as [bigint, bigint];
    expect(unitsIn(all, some)).toBe(units);
    expect(units === undefined ? some : quantityOf(all, units)).toBe(some);
  });
});

describe("units have prices in whole kopecks, the cheaper ones first, that add up to what was paid", () => {
  it.each([
    ["1", "1000.00", "0.00", ["1 × 1000.00"]],
    ["3", "1000.00", "0.00", ["3 × 1000.00"]],
    ["3", "1000.00", "100.00", ["1 × 966.66", "2 × 966.67"]],
    ["3", "33.33", "49.99", ["1 × 16.66", "2 × 16.67"]],
    ["2", "0.99", "0.99", ["1 × 0.49", "1 × 0.50"]],
    ["0.350", "199.99", "35.00", ["1 × 35.00"]],
    ["1.5", "10.01", "7.51", ["1 × 7.51"]],
  ])("%s × %s of which %s bonuses", (quantity, unitPrice, spend, groups) => {
    const one = sold(quantity, unitPrice, spend);
    expect(unitGroups(one).map((group) => `${group.units} × ${formatAmount(group.unitPrice)}`)).toEqual(groups);
    expect(sum(unitGroups(one).map((group) => group.units * group.unitPrice))).toBe(one.total - one.spend);
  });
});

describe("what was distributed to the first units of a line", () => {
  it.each([
    // quantity, price, spend, first units → money, bonuses, earned
    ["3", "1000.00", "100.00", 0n, ["0.00", "0.00", "0.00"]],
    ["3", "1000.00", "100.00", 1n, ["966.66", "33.34", "29.00"]],
    ["3", "1000.00", "100.00", 2n, ["1933.33", "66.67", "58.00"]],
    ["3", "1000.00", "100.00", 3n, ["2900.00", "100.00", "87.00"]],
    ["3", "33.33", "0.00", 1n, ["33.33", "0.00", "0.66"]],
    ["3", "33.33", "0.00", 2n, ["66.66", "0.00", "1.33"]],
    ["3", "33.33", "0.00", 3n, ["99.99", "0.00", "2.00"]],
    ["0.350", "199.99", "35.00", 1n, ["35.00", "35.00", "1.00"]],
  ])("%s × %s of which %s bonuses, the first %s", (quantity, unitPrice, spend, count, expected) => {
    const { money, bonuses, earned } = firstUnits(sold(quantity, unitPrice, spend), count);
    expect([money, bonuses, earned].map(formatAmount)).toEqual(expected);
  });

  it("never shrinks with another unit", () => {
    const one = sold("97", "13.37", "311.11");
    for (let count = 1n; count <= 97n; count += 1n) {
      const [before, after] = [firstUnits(one, count - 1n), firstUnits(one, count)];
      expect(after.money > before.money && after.bonuses >= before.bonuses && after.earned >= before.earned).toBe(true);
    }
  });
});
