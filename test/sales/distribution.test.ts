import { describe, expect, it } from "vitest";
import { formatAmount, parseAmount, parseQuantity } from "../../src/kernel/amount.ts";
import type { LotId } from "../../src/kernel/ids.ts";
import { isProblem, leftOf, planReturn, takeOut, type ReturnPlan } from "../../src/sales/return/distribution.ts";
import type { Purchase } from "../../src/sales/documents/purchase-document.ts";
import type { PurchaseLine } from "../../src/sales/stored.ts";

const lotA: LotId = "lot_a";
const lotB: LotId = "lot_b";

interface Terms {
  readonly spend?: string;
  readonly earn?: string;
  readonly parts?: readonly (readonly [LotId, string])[];
  readonly lineId?: string;
}

/** A line as sold; its total is quantity × price, given. */
function line(quantity: string, unitPrice: string, total: string, terms: Terms = {}): PurchaseLine {
  const { lineId = "1", spend = "0.00", earn = "0.00", parts = [] } = terms;
  return {
    lineId,
    sku: "s",
    category: "tv",
    noEarn: false,
    noSpend: false,
    quantity: parseQuantity(quantity),
    unitPrice: parseAmount(unitPrice),
    total: parseAmount(total),
    spend: parseAmount(spend),
    earn: parseAmount(earn),
    parts: parts.map(([lotId, amount]) => ({ lotId, issuer: "mvideo", amount: parseAmount(amount) })),
  };
}

/** Only lines and what has come back of them matter here. */
const purchase = (...lines: readonly PurchaseLine[]): Purchase => ({
  id: "pur_1",
  memberId: null,
  profileId: null,
  brand: "mvideo",
  storeId: "M-1",
  terminalId: "1",
  shift: "1",
  number: "1",
  fiscalId: null,
  channel: "pos",
  orderId: null,
  storeZone: "Europe/Moscow",
  total: 0n,
  spent: 0n,
  earned: 0n,
  lotId: null,
  awaits: null,
  returned: new Map(),
  status: "sold",
  occurredAt: 0,
  postedAt: 0,
  lines,
});

const asked = (quantity: string, lineId = "1") => ({ lineId, quantity: parseQuantity(quantity) });

/** Returns one after another; each as `money bonuses earned`, and by lot. A problem ends them with its code. */
function returning(sold: Purchase, quantities: readonly string[]): string[] {
  let now = sold;
  return quantities.map((quantity) => {
    const plan = planReturn(now, [asked(quantity)]);
    if (isProblem(plan)) return plan.code;
    now = { ...now, returned: plan.returned };
    return wordsOf(plan);
  });
}

function wordsOf({ money, bonuses, earned, parts }: ReturnPlan): string {
  const lots = parts.map(({ lotId, amount }) => `${lotId} ${formatAmount(amount)}`);
  return [[money, bonuses, earned].map(formatAmount).join(" "), ...lots].join(", ");
}

const three = line("3", "1000.00", "3000.00", {
  spend: "100.00",
  earn: "87.00",
  parts: [
    [lotA, "50.00"],
    [lotB, "50.00"],
  ],
});
const cheese = line("0.350", "199.99", "70.00", { spend: "35.00", earn: "1.00", parts: [[lotA, "35.00"]] });
const cable = line("1.5", "10.01", "15.02", { earn: "0.00" });
const seven = line("7", "0.99", "6.93", { spend: "3.46", earn: "0.00", parts: [[lotA, "3.46"]] });
const odd = line("3", "33.33", "99.99", { earn: "2.00" });

const CASES: readonly [why: string, sold: PurchaseLine, returns: readonly string[], expected: readonly string[]][] = [
  ["all at once is the whole line", three, ["3"], ["2900.00 100.00 87.00, lot_a 50.00, lot_b 50.00"]],
  [
    "one by one, units use up the lots in order, and the last takes the remainder",
    three,
    ["1", "1", "1"],
    [
      "966.66 33.34 29.00, lot_a 33.34",
      "966.67 33.33 29.00, lot_a 16.66, lot_b 16.67",
      "966.67 33.33 29.00, lot_b 33.33",
    ],
  ],
  [
    "two, then one",
    three,
    ["2", "1"],
    ["1933.33 66.67 58.00, lot_a 50.00, lot_b 16.67", "966.67 33.33 29.00, lot_b 33.33"],
  ],
  ["earnings that do not divide", odd, ["1", "1", "1"], ["33.33 0.00 0.66", "33.33 0.00 0.67", "33.33 0.00 0.67"]],
  ["money that does not divide", seven, ["5", "2"], ["2.47 2.48 0.00, lot_a 2.48", "1.00 0.98 0.00, lot_a 0.98"]],
  ["more than was sold is too much", three, ["4"], ["return_exceeds_sold"]],
  [
    "more than is left is too much",
    three,
    ["2", "2", "1"],
    ["1933.33 66.67 58.00, lot_a 50.00, lot_b 16.67", "return_exceeds_sold", "966.67 33.33 29.00, lot_b 33.33"],
  ],
  ["half of a thing cannot come back", three, ["0.5"], ["not_divisible"]],
  ["nor one and a half", three, ["1.5"], ["not_divisible"]],
  ["a fractional quantity is one unit, and comes back whole", cheese, ["0.35"], ["35.00 35.00 1.00, lot_a 35.00"]],
  ["zeros at its end make no difference", cheese, ["0.350"], ["35.00 35.00 1.00, lot_a 35.00"]],
  ["a part of it does not", cheese, ["0.175"], ["not_divisible"]],
  ["nor does a whole one that is not it", cheese, ["1"], ["not_divisible"]],
  ["it comes back once", cheese, ["0.35", "0.35"], ["35.00 35.00 1.00, lot_a 35.00", "return_exceeds_sold"]],
  ["one and a half is one unit as well", cable, ["1.5", "1.5"], ["15.02 0.00 0.00", "return_exceeds_sold"]],
];

describe("what comes back is what was distributed to the units that do", () => {
  it.each(CASES)("%s", (_, sold, returns, expected) => {
    expect(returning(purchase(sold), returns)).toEqual(expected);
  });

  it("a line that was not sold cannot", () => {
    expect(planReturn(purchase(three), [asked("1", "2")])).toMatchObject({
      code: "unknown_line",
      data: { lineId: "2" },
    });
  });

  it("several lines are added up, with the lots of all of them, each once", () => {
    const sold = purchase(three, { ...cheese, lineId: "2" });
    const plan = planReturn(sold, [asked("1"), asked("0.35", "2")]);
    if (isProblem(plan)) throw new Error(plan.code);
    expect(wordsOf(plan)).toBe("1001.66 68.34 30.00, lot_a 68.34");
    expect(leftOf({ ...sold, returned: plan.returned })).toEqual([asked("2")]);
  });

  it("one problem stops all of it", () => {
    const plan = planReturn(purchase(three, { ...cheese, lineId: "2" }), [asked("1"), asked("0.1", "2")]);
    expect(plan).toMatchObject({ code: "not_divisible", data: { lineId: "2" } });
  });

  it("in whatever pieces, it adds up to the line exactly", () => {
    for (const pieces of [["7"], ["1", "6"], ["2", "2", "3"], ["1", "1", "1", "1", "1", "1", "1"]]) {
      let now = purchase(seven);
      let [money, bonuses, fromLots] = [0n, 0n, 0n];
      for (const piece of pieces) {
        const plan = planReturn(now, [asked(piece)]);
        if (isProblem(plan)) throw new Error(plan.code);
        money += plan.money;
        bonuses += plan.bonuses;
        for (const part of plan.parts) fromLots += part.amount;
        now = { ...now, returned: plan.returned };
      }
      expect([money, bonuses, fromLots].map(formatAmount)).toEqual(["3.47", "3.46", "3.46"]);
      expect(leftOf(now)).toEqual([]);
    }
  });
});

describe("a return that is reversed", () => {
  it("puts its units back, and those only: they come back again as the same", () => {
    let now = purchase(three);
    const plans = ["1", "1"].map((quantity) => {
      const plan = planReturn(now, [asked(quantity)]);
      if (isProblem(plan)) throw new Error(plan.code);
      now = { ...now, returned: plan.returned };
      return plan;
    });
    const [first] = plans;
    if (first === undefined) throw new Error("no plan");
    now = { ...now, returned: takeOut(now.returned, first.lines) };
    expect(leftOf(now)).toEqual([asked("2")]);
    // The lowest unit that the customer has is the one that was put back; then the third.
    expect(returning(now, ["1", "1"])).toEqual([wordsOf(first), "966.67 33.33 29.00, lot_b 33.33"]);
  });

  it("of units on both sides of what is still away takes both", () => {
    const sold = purchase(seven);
    const middle = { ...sold, returned: new Map([["1", [[2n, 4n] as const]]]) };
    const plan = planReturn(middle, [asked("4")]);
    if (isProblem(plan)) throw new Error(plan.code);
    expect(plan.lines[0]?.ranges).toEqual([
      [0n, 2n],
      [4n, 6n],
    ]);
    expect(plan.returned.get("1")).toEqual([[0n, 6n]]);
    expect(takeOut(plan.returned, plan.lines).get("1")).toEqual([[2n, 4n]]);
  });

  it("of a fractional quantity gives it all back to the customer", () => {
    const plan = planReturn(purchase(cheese), [asked("0.35")]);
    if (isProblem(plan)) throw new Error(plan.code);
    const now = { ...purchase(cheese), returned: takeOut(plan.returned, plan.lines) };
    expect(leftOf(now)).toEqual([asked("0.35")]);
    expect(returning(now, ["0.35"])).toEqual([wordsOf(plan)]);
  });
});
