/** The orders of a replay: which invoices they are, what comes back of them, and what is asked step by step. No service. */
import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/tools/client/api.ts";
import { Diary } from "../../src/tools/replay/diary.ts";
import { oneCard } from "../../src/tools/replay/habits.ts";
import { Tally } from "../../src/tools/replay/fate.ts";
import { orderSteps } from "../../src/tools/replay/order-steps.ts";
import { OrderTotals } from "../../src/tools/replay/order-totals.ts";
import { Planner } from "../../src/tools/replay/plan.ts";
import { Totals } from "../../src/tools/report/totals.ts";
import { invoice, planned } from "./planned.ts";

/** Invoices of odd numbers, a day apart, from 101 on. */
const visits = (count: number, lines: readonly [string, number, number][] = [["A", 1, 100]], customer = "1") =>
  Array.from({ length: count }, (_, index) => invoice(`${101 + 2 * index}`, lines, customer, index));

const three: readonly [string, number, number][] = [
  ["A", 2, 100],
  ["B", 3, 100],
  ["C", 1, 0],
];

describe("planned orders", () => {
  it("are every tenth invoice with goods of each member, and of nobody else", () => {
    const nothing = invoice("900", [["A", -3, 0]], "1", 5);
    const others = visits(30, [["A", 1, 100]], "2").map((each, index) => ({ ...each, number: `${301 + index}` }));
    const strangers = visits(30).map((each, index) => ({ ...each, number: `${501 + index}`, customer: null }));
    const { orders, sales } = planned([...visits(9), nothing, ...visits(12).slice(9), ...others, ...strangers], {
      rule: "tenth",
    });
    expect(orders.map(({ customer, number }) => `${customer}: ${number}`)).toEqual([
      "1: 119",
      "2: 310",
      "2: 320",
      "2: 330",
    ]);
    expect(sales).toHaveLength(11 + 27 + 30);
    expect(planned(visits(30)).orders).toEqual([]);
  });

  it("are placed at the other brand, and handed out by the invoice's own, the first half of the lines first", () => {
    const [order] = planned(visits(10, three), { rule: "tenth" }).orders;
    expect(order).toMatchObject({
      number: "119",
      brand: "mvideo",
      pickup: { brand: "eldorado", storeId: "eldorado-france" },
      channel: "web",
    });
    expect(order!.lines.map(({ lineId, sku }) => `${lineId} ${sku}`)).toEqual(["1 A", "2 B", "3 C"]);
    expect(order!.visits.map(({ receipt, lines, fates }) => [receipt.brand, receipt.number, lines, fates])).toEqual([
      [
        "eldorado",
        "119",
        [
          { lineId: "1", quantity: "2" },
          { lineId: "2", quantity: "3" },
        ],
        ["sold_member", "sold_member"],
      ],
      ["eldorado", "119-visit-2", [{ lineId: "3", quantity: "1" }], ["sold_free_member"]],
    ]);
  });

  it("of one line are handed out at once", () => {
    const [order] = planned(visits(10), { rule: "tenth" }).orders;
    expect(order!.visits.map(({ receipt, lines }) => [receipt.number, lines])).toEqual([
      ["119", [{ lineId: "1", quantity: "1" }]],
    ]);
  });

  it("come back to the purchases that their pickups have made", () => {
    const back = invoice(
      "C200",
      [
        ["A", -1, 100],
        ["B", -3, 100],
        ["C", -2, 0],
      ],
      "1",
      20,
    ); // prettier-ignore
    const { orders, returns, counts } = planned([...visits(10, three), back], { rule: "tenth" });
    const [first, second] = orders[0]!.visits;
    expect(returns.map(({ sale, lines }) => [sale!.number, lines])).toEqual([
      [
        "119",
        [
          { lineId: "1", quantity: "1" },
          { lineId: "2", quantity: "3" },
        ],
      ],
      ["119-visit-2", [{ lineId: "3", quantity: "1" }]],
      ["117", [{ lineId: "3", quantity: "1" }]],
    ]);
    expect([returns[0]!.sale, returns[1]!.sale]).toEqual([first!.sale, second!.sale]);
    expect(counts).toMatchObject({ returned: 2, returned_spread: 1 });
  });

  it("of more than 500 lines are several, each handed out in two parts", () => {
    const lines = Array.from({ length: 542 }, (_, index): [string, number, number] => [`P${index}`, 1, 100]);
    const { orders, planner } = planned([...visits(9), invoice("200", lines, "1", 10)], { rule: "tenth" });
    expect(planner.split).toBe(1);
    expect(orders.map(({ number, visits: own }) => [number, own.map(({ receipt }) => receipt.number)])).toEqual([
      ["200", ["200", "200-visit-2"]],
      ["200-2", ["200-2", "200-2-visit-2"]],
    ]);
    expect(orders.flatMap(({ visits: own }) => own.map((visit) => visit.lines.length))).toEqual([250, 250, 21, 21]);
  });
});

const sold = (purchaseId: string, orderStatus: string): Answer => ({
  status: 201,
  body: {
    purchaseId,
    memberId: "mbr_1",
    orderStatus,
    total: "10.00",
    spent: "1.00",
    paid: "9.00",
    earned: "0.00",
    captured: "1.00",
    released: "0.00",
  },
});
const placed: Answer = { status: 201, body: { orderId: "ord_1", held: "2.00", pickupCode: "111111" } };
const ready: Answer = { status: 200, body: {} };
const newCode: Answer = { status: 200, body: { pickupCode: "222222" } };
const refused: Answer = { status: 409, body: { code: "order_in_wrong_state" } };

/** Takes the steps of an order of three lines with these answers, one for each request. */
function take(answers: readonly Answer[]) {
  const tally = new Tally();
  const totals = new Totals();
  const orders = new OrderTotals();
  const habits = oneCard("1");
  const planner = new Planner(habits, tally, "tenth");
  const [order] = planned(visits(10, three), { rule: "tenth" }).orders;
  const replay = { seed: "1", planner, tally, totals, orders, homes: new Map(), members: new Map() };
  const known = { habits, diary: new Diary(), welcome: () => [] };
  const asked: string[] = [];
  for (const step of orderSteps({ ...replay, ...known }, order!)) {
    const call = step.call();
    if (call === null) continue;
    const { code } = call.body as { code?: string };
    asked.push(code === undefined ? call.path : `${call.path} ${code}`);
    step.done(answers[asked.length - 1]!);
  }
  return { asked, order: order!, orders, totals, counts: Object.fromEntries(tally.counts) };
}

describe("the steps of an order", () => {
  it("are its place, its readiness, and its visits, a new code before the second", () => {
    const { asked, order, orders, totals, counts } = take([
      placed,
      ready,
      sold("pur_1", "ready"),
      newCode,
      sold("pur_2", "collected"),
    ]);
    expect(asked).toEqual([
      "/v1/orders",
      "/v1/orders/ord_1/ready",
      "/v1/orders/ord_1/pickups 111111",
      "/v1/orders/ord_1/code",
      "/v1/orders/ord_1/pickups 222222",
    ]);
    expect(order.visits.map(({ sale }) => sale.purchaseId)).toEqual(["pur_1", "pur_2"]);
    expect(orders).toMatchObject({ placed: 1, inParts: 1, pickups: 2, held: 200n, captured: 200n, complete: true });
    expect(totals).toMatchObject({ receipts: 2, spent: 200n });
    expect(counts).toEqual({ sold_member: 2, sold_free_member: 1 });
  });

  it("begin with a new code where the first one's answer was lost", () => {
    const repeated = { status: 201, body: { orderId: "ord_1", held: "2.00" } };
    const { asked } = take([repeated, ready, newCode, sold("pur_1", "ready"), newCode, sold("pur_2", "collected")]);
    expect(asked.slice(2, 4)).toEqual(["/v1/orders/ord_1/code", "/v1/orders/ord_1/pickups 222222"]);
  });

  it("end with a refusal, and the goods that still wait count as refused", () => {
    const atOnce = take([refused]);
    expect(atOnce).toMatchObject({ asked: ["/v1/orders"], counts: { refused: 3 } });
    const later = take([placed, ready, sold("pur_1", "ready"), newCode, refused]);
    expect(later.asked).toHaveLength(5);
    expect(later.counts).toEqual({ sold_member: 2, refused: 1 });
    expect(later.orders).toMatchObject({ pickups: 1, complete: false });
    expect(later.order.visits.map(({ sale }) => sale.purchaseId)).toEqual(["pur_1", null]);
  });

  it("stop the replay where the order is not as it should be then", () => {
    expect(() => take([placed, ready, sold("pur_1", "collected")])).toThrow(/collected, and not ready/);
  });
});
