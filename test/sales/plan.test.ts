/** What a plan of a purchase says beyond prices: bounds of a line, a category and a receipt, and why something is not. */
import { describe, expect, it } from "vitest";
import { formatAmount, parseAmount, parseQuantity, sum } from "../../src/kernel/amount.ts";
import { compilePolicy } from "../../src/policy/policy.ts";
import type { Channel, PolicyRules } from "../../src/policy/schema.ts";
import { type Basket, type Buyer, type Plan, type PlannedLine, planPurchase } from "../../src/sales/plan/plan.ts";
import { planPickup } from "../../src/sales/plan/plan-pickup.ts";
import { REASONS } from "../../src/sales/plan/reasons.ts";
import type { LineInput } from "../../src/sales/receipt/line.ts";
import { rulesWith } from "../policy/rules.ts";

type Caps = PolicyRules["burning"]["caps"];

const RICH: Buyer = { spendable: 10n ** 15n, withheld: 0n, cooling: 0n, pending: 0n, kind: "member" };

const line = (lineId: string, unitPrice: string, more: Partial<LineInput> = {}): LineInput => ({
  lineId,
  sku: "s",
  category: "tv",
  quantity: parseQuantity("1"),
  unitPrice: parseAmount(unitPrice),
  noEarn: false,
  noSpend: false,
  ...more,
});

interface Terms {
  readonly caps?: Caps;
  readonly buyer?: Buyer;
  readonly spend?: string;
  readonly channel?: Channel;
  readonly before?: NonNullable<Basket["before"]>;
}

function plan(lines: readonly LineInput[], terms: Terms = {}) {
  const { caps = [], buyer = RICH, spend = "max", channel = "pos", before } = terms;
  const rules = rulesWith({});
  rules.burning.caps = [...caps];
  const occurredAt = Date.parse("2026-03-02T12:00:00+03:00");
  const goods = { brand: "mvideo", channel, lines, occurredAt, storeZone: "Europe/Moscow" };
  const basket = before === undefined ? goods : { ...goods, before };
  return planPurchase(basket, buyer, spend === "max" ? spend : parseAmount(spend), compilePolicy(2, rules));
}

function planned(lines: readonly LineInput[], terms?: Terms): Plan {
  const made = plan(lines, terms);
  if ("refused" in made) throw new Error(made.refused);
  return made;
}

const most = (made: Plan) => made.lines.map(({ maxSpend }) => formatAmount(maxSpend));

describe("bounds of what bonuses may pay", () => {
  const tv = line("1", "1000.00");
  const phone = line("2", "600.00", { category: "phone" });
  const cable = line("3", "100.00");
  it.each<[string, Caps, string[]]>([
    ["none", [], ["500.00", "300.00", "50.00"]],
    ["an amount a line", [{ per: "line", amount: "40.00" }], ["40.00", "40.00", "40.00"]],
    ["a share of a line", [{ per: "line", share: "0.1" }], ["100.00", "60.00", "10.00"]],
    [
      "the lower of an amount and a share",
      [{ per: "line", share: "0.1", amount: "70.00" }],
      ["70.00", "60.00", "10.00"],
    ],
    [
      "an amount for a category",
      [{ per: "category", category: "tv", amount: "110.00" }],
      ["100.00", "300.00", "10.00"],
    ],
    ["each category by itself", [{ per: "category", amount: "110.00" }], ["100.00", "110.00", "10.00"]],
    ["a share of the receipt", [{ per: "receipt", share: "0.1" }], ["100.00", "60.00", "10.00"]],
    [
      "a category, then the receipt",
      [
        { per: "category", category: "tv", amount: "0.00" },
        { per: "receipt", amount: "200.00" },
      ],
      ["0.00", "200.00", "0.00"],
    ],
    [
      "the most exact one",
      [
        { per: "line", amount: "1.00" },
        { per: "line", category: "tv", amount: "2.00" },
        { per: "line", brand: "mvideo", amount: "3.00" },
      ],
      ["2.00", "3.00", "2.00"],
    ],
    ["of another channel", [{ per: "line", channel: "web", amount: "1.00" }], ["500.00", "300.00", "50.00"]],
    ["higher than what may be spent anyway", [{ per: "receipt", amount: "9999.00" }], ["500.00", "300.00", "50.00"]],
  ])("%s", (_, caps, expected) => {
    const made = planned([tv, phone, cable], { caps });
    expect(most(made)).toEqual(expected);
    expect(formatAmount(made.spend)).toBe(formatAmount(sum(expected.map(parseAmount))));
  });

  it("are kept in whole kopecks, ties by the order of lines", () => {
    const three = ["1", "2", "3"].map((id) => line(id, "10.00"));
    expect(most(planned(three, { caps: [{ per: "receipt", amount: "0.02" }] }))).toEqual(["0.01", "0.01", "0.00"]);
  });
});

describe("bounds of goods that join others on their receipt", () => {
  const tv = line("1", "1000.00");
  const phone = line("2", "600.00", { category: "phone" });
  const on = (category: string, total: string, spend: string) => ({
    category,
    total: parseAmount(total),
    spend: parseAmount(spend),
  });
  const spent = [on("tv", "2000.00", "40.00"), on("tv", "500.00", "30.00")];
  const RECEIPT: Caps = [{ per: "receipt", amount: "100.00" }];
  const EACH_CATEGORY: Caps = [{ per: "category", amount: "100.00" }];

  it.each<[string, Caps, NonNullable<Terms["before"]>, string[]]>([
    ["without bounds are the line's own", [], spent, ["500.00", "300.00"]],
    ["of a line are for each line", [{ per: "line", amount: "100.00" }], spent, ["100.00", "100.00"]],
    ["of the receipt leave what is not spent yet", RECEIPT, spent, ["18.75", "11.25"]],
    ["of the receipt that is used up leave nothing", RECEIPT, [on("tv", "2000.00", "100.00")], ["0.00", "0.00"]],
    ["that more was spent than they let leave nothing", RECEIPT, [on("tv", "2000.00", "999.99")], ["0.00", "0.00"]],
    ["of the receipt of which nothing is spent are whole", RECEIPT, [on("tv", "2000.00", "0.00")], ["62.50", "37.50"]],
    ["of a category leave another category alone", EACH_CATEGORY, spent, ["30.00", "100.00"]],
    [
      "of a category that is not there before are whole",
      EACH_CATEGORY,
      [on("pc", "9.00", "4.50")],
      ["100.00", "100.00"],
    ],
    [
      "of a category, then of the receipt",
      [...EACH_CATEGORY, { per: "receipt", amount: "135.00" }],
      spent,
      ["15.00", "50.00"],
    ],
    [
      "that are a share stay as they are where no more was spent",
      [{ per: "receipt", share: "0.1" }],
      [on("tv", "2000.00", "200.00")],
      ["100.00", "60.00"],
    ],
    [
      "that are a share are not raised by goods that took less",
      [{ per: "receipt", share: "0.1" }],
      [on("tv", "2000.00", "0.00")],
      ["100.00", "60.00"],
    ],
    [
      "that are a share give way where more was spent",
      [{ per: "category", share: "0.1" }],
      [on("tv", "2000.00", "240.00")],
      ["60.00", "60.00"],
    ],
    [
      "are those of their own channel",
      [
        { per: "receipt", channel: "web", amount: "1.00" },
        { per: "receipt", channel: "pos", amount: "100.00" },
      ],
      spent,
      ["18.75", "11.25"],
    ],
  ])("%s", (_, caps, before, expected) => {
    expect(most(planned([tv, phone], { caps, before }))).toEqual(expected);
  });

  it("are told as the reason, and as the most that can be asked", () => {
    const terms = { caps: RECEIPT, before: spent };
    expect(planned([tv, phone], terms).lines.map(({ reasons }) => reasons)).toEqual([["bounded"], ["bounded"]]);
    expect(plan([tv, phone], { ...terms, spend: "30.01" })).toEqual({ refused: "spend_over_limit", maxSpend: 30_00n });
    expect(formatAmount(planned([tv, phone], { ...terms, spend: "30.00" }).spend)).toBe("30.00");
  });
});

describe("why something is not", () => {
  const codes = (made: Plan) => made.lines.map(({ reasons }) => reasons);
  it.each<[string, LineInput, readonly string[]]>([
    ["nothing to say", line("1", "1000.00"), []],
    [
      "a category",
      line("1", "1000.00", { category: "delivery" }),
      ["category_takes_no_bonuses", "category_earns_nothing"],
    ],
    [
      "the till says so",
      line("1", "1000.00", { noSpend: true, noEarn: true }),
      ["line_takes_no_bonuses", "line_earns_nothing"],
    ],
    ["too cheap", line("1", "0.02"), ["too_little_to_earn"]],
    ["many cheap pieces", line("1", "0.01", { quantity: parseQuantity("2") }), ["money_kept", "too_little_to_earn"]],
  ])("of a line: %s", (_, one, expected) => {
    expect(codes(planned([one], { spend: "0.00" }))).toEqual([expected]);
  });

  it("of a line under a bound", () => {
    const made = planned([line("1", "1000.00"), line("2", "150.00")], { caps: [{ per: "line", amount: "100.00" }] });
    expect(codes(made)).toEqual([["bounded"], []]);
  });

  it.each<[string, Buyer, readonly string[]]>([
    ["nobody", { ...RICH, spendable: 0n, kind: "nobody" }, ["no_member"]],
    ["a card that nobody has registered", { ...RICH, spendable: 0n, kind: "waiting" }, ["card_unknown"]],
    ["enough bonuses", RICH, []],
    [
      "few bonuses, more to come",
      { ...RICH, spendable: 1_00n, pending: 5_00n },
      ["limited_by_balance", "not_active_yet"],
    ],
    [
      "bonuses that count elsewhere",
      { ...RICH, spendable: 0n, withheld: 7_00n },
      ["limited_by_balance", "not_at_this_brand_yet"],
    ],
  ])("of the whole: %s", (_, buyer, expected) => {
    expect(planned([line("1", "1000.00")], { buyer }).reasons.map(({ code }) => code)).toEqual(expected);
  });

  it("each reason has words in both languages", () => {
    for (const { en, ru } of Object.values(REASONS)) expect([/[a-z]/.test(en), /[а-я]/.test(ru)]).toEqual([true, true]);
  });
});

describe("what is asked and cannot be", () => {
  it("says what is possible: by the balance first, then by the rules", () => {
    const one = [line("1", "1000.00")];
    expect(plan(one, { spend: "500.01" })).toEqual({ refused: "spend_over_limit", maxSpend: 500_00n });
    expect(plan(one, { spend: "600.00", buyer: { ...RICH, spendable: 10_00n } })).toEqual({
      refused: "insufficient_bonuses",
      maxSpend: 10_00n,
    });
  });
});

describe("a pickup", () => {
  type Collected = readonly [held: string, agreed: string, today: string, more?: Partial<LineInput>];

  /** Planned with `held at price -> price of today`, line by line. */
  const collected = (caps: Caps, ...lines: Collected[]): Plan => {
    const rules = rulesWith({});
    rules.burning.caps = [...caps];
    const policy = compilePolicy(2, rules);
    const occurredAt = Date.parse("2026-03-02T12:00:00+03:00");
    const goods = lines.map(([, , today, more], index) => line(`${index}`, today, more));
    const basket = { brand: "mvideo", channel: "web" as const, lines: goods, occurredAt, storeZone: "Europe/Moscow" };
    const agreed = lines.map(([held, unitPrice]) => ({ held: parseAmount(held), unitPrice: parseAmount(unitPrice) }));
    return planPickup(basket, agreed, true, { ordered: policy, today: policy });
  };
  const spent = (...terms: Parameters<typeof collected>) =>
    collected(...terms).lines.map(({ spend }) => formatAmount(spend));
  const RECEIPT: Caps = [{ per: "receipt", amount: "100.00" }];

  it.each<[string, Caps, Collected[], string[]]>([
    ["at its prices spends what is held", [], [["400.00", "1000.00", "1000.00"]], ["400.00"]],
    ["at a price that has fallen, what the rules let", [], [["400.00", "1000.00", "600.00"]], ["300.00"]],
    ["at a price of nothing, nothing", [], [["400.00", "1000.00", "0.00"]], ["0.00"]],
    [
      "takes nothing off a line for what another one costs now",
      RECEIPT,
      [
        ["50.00", "1000.00", "999.99"],
        ["50.00", "1000.00", "999999.00"],
      ],
      ["50.00", "50.00"],
    ],
    [
      "keeps a bound that is a share of the receipt, on the lines whose price has fallen",
      [{ per: "receipt", share: "0.10" }],
      [
        ["100.00", "1000.00", "500.00"],
        ["100.00", "1000.00", "1000.00"],
      ],
      ["50.00", "100.00"],
    ],
  ])("%s", (_, caps, lines, spends) => {
    expect(spent(caps, ...lines)).toEqual(spends);
  });

  const SHARE: Caps = [{ per: "receipt", share: "0.10" }];
  it.each<[string, Caps, Collected[], string[], PlannedLine["reasons"][]]>([
    [
      "what its own rules let, whatever the bounds of its receipt are now",
      SHARE,
      [["200.00", "1000.00", "1000.00"]],
      ["500.00"],
      [[]],
    ],
    ["no less than was agreed", [{ per: "line", amount: "50.00" }], [["80.00", "100.00", "120.00"]], ["80.00"], [[]]],
    [
      "what was agreed, though the rules would let nothing",
      [],
      [["80.00", "1000.00", "1000.00", { category: "delivery", noEarn: true }]],
      ["80.00"],
      [["line_earns_nothing"]],
    ],
    [
      "the bound of the line itself",
      [{ per: "line", amount: "50.00" }],
      [["20.00", "100.00", "120.00"]],
      ["50.00"],
      [["bounded"]],
    ],
    ["what its fallen price lets", [], [["400.00", "1000.00", "600.00"]], ["300.00"], [[]]],
    [
      "less where a bound takes something off a line whose price has fallen",
      SHARE,
      [
        ["100.00", "1000.00", "500.00"],
        ["100.00", "1000.00", "1000.00"],
      ],
      ["50.00", "500.00"],
      [["bounded"], []],
    ],
  ])("tells as the most of a line %s", (_, caps, lines, expected, reasons) => {
    const made = collected(caps, ...lines);
    expect(most(made)).toEqual(expected);
    expect(made.lines.map((one) => one.reasons)).toEqual(reasons);
  });
});
