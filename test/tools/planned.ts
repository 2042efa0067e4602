/** Made-up invoices, and what a replay plans for them, for tests of the replay. */
import { Tally } from "../../src/tools/replay/fate.ts";
import { oneCard } from "../../src/tools/replay/habits.ts";
import { type Invoice, kindOf } from "../../src/tools/replay/invoice.ts";
import { type OrderRule, Planner } from "../../src/tools/replay/plan.ts";
import type { Planned, PlannedOrder, PlannedReturn, PlannedSale } from "../../src/tools/replay/planned.ts";

const START = Date.parse("2011-01-03T10:00:00Z");

export function invoice(
  number: string,
  lines: readonly [string, number, number][],
  customer: string | null = "1",
  day = 0,
): Invoice {
  return {
    number,
    kind: kindOf(number),
    at: START + day * 86_400_000,
    customer,
    country: "France",
    lines: lines.map(([stockCode, quantity, price]) => ({
      stockCode,
      quantity: BigInt(quantity),
      unitPrice: BigInt(price),
    })),
  };
}

/** Plans invoices, and answers each plan with yes, or with a refusal. */
export function planned(
  invoices: readonly Invoice[],
  { refuse = () => false, rule = "none" }: { refuse?: (plan: Planned) => boolean; rule?: OrderRule } = {},
) {
  const tally = new Tally();
  const planner = new Planner(oneCard("1"), tally, rule);
  const plans = invoices.flatMap((each) => planner.plan(each));
  for (const plan of plans) {
    if ("settles" in plan) for (const line of plan.settles) line.settle(refuse(plan) ? "no" : null);
    else if (refuse(plan)) tally.refuse("no", plan.lines.length);
    else for (const { fates } of plan.kind === "order" ? plan.visits : [plan]) fates.forEach((fate) => tally.add(fate));
  }
  const sales = plans.filter((plan): plan is PlannedSale => plan.kind === "sale");
  const orders = plans.filter((plan): plan is PlannedOrder => plan.kind === "order");
  const returns = plans.filter((plan): plan is PlannedReturn => "settles" in plan);
  return { planner, tally, sales, orders, returns, counts: Object.fromEntries(tally.counts) };
}
