/** Every arrow of the table of states is taken, and every one that is not in it is refused. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ORDER_STATUSES, ORDER_STEPS, ORDER_TRANSITIONS, type OrderStep } from "../../src/sales/order-states.ts";
import { receipt } from "../http/bodies.ts";
import type { Answer } from "../support/http.ts";
import { DAY_MS } from "../support/town.ts";
import { line, openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

type Status = (typeof ORDER_STATUSES)[number];

interface Prepared {
  readonly orderId: string;
  readonly pickupCode: string;
  /** The receipt of a pickup that was made, if any. */
  readonly visit: ReturnType<typeof receipt> | undefined;
}

const LINES = [line("1", "100.00", { quantity: "2" }), line("2", "50.00")];
const wait = (days: number) => shop.http.clock.moveTo(shop.http.clock.now() + days * DAY_MS);

/** An order in a state; of which a piece was collected, where a receipt is to be reversed. */
async function orderIn(status: Status, visited: boolean): Promise<Prepared> {
  const memberId = await shop.member();
  const placed = await shop.readyOrder({ memberId, lines: LINES });
  const visit = visited ? receipt("eldorado") : undefined;
  if (visit !== undefined) {
    await shop.pickup(placed, { receipt: visit, lines: [{ lineId: "1", quantity: "1" }] });
  }
  const pickupCode = visited ? await shop.newCode(placed.orderId) : placed.pickupCode;
  const order = { orderId: placed.orderId, pickupCode, visit };
  if (status === "placed") await shop.step(order.orderId, "reroute", { pickup: { brand: "eldorado", storeId: "E-1" } });
  if (status === "collected") await shop.pickup(order);
  if (status === "cancelled") await shop.step(order.orderId, "cancel");
  if (status === "expired") wait(4);
  expect(await shop.read(order.orderId)).toMatchObject({ status });
  return order;
}

/** Takes a step. What time does nobody asks for: it is answered as a step is that was taken. */
async function take(
  step: OrderStep,
  { orderId, pickupCode, visit }: Prepared,
): Promise<Pick<Answer, "status" | "body">> {
  switch (step) {
    case "pickup":
      return shop.pickup<Answer["body"]>({ orderId, pickupCode }, { lines: [{ lineId: "2", quantity: "1" }] });
    case "reroute":
      return shop.step<Answer["body"]>(orderId, step, { pickup: { brand: "mvideo", storeId: "M-1" } });
    case "void":
      return shop.http.post("/v1/reversals", { receipt: visit, kind: "purchase" });
    case "expire":
      wait(20);
      return { status: 200, body: {} };
    default:
      return shop.step<Answer["body"]>(orderId, step);
  }
}

const cases = ORDER_STATUSES.flatMap((status) => ORDER_STEPS.map((step) => ({ status, step })));

describe("an order", () => {
  it.each(cases.filter(({ status, step }) => ORDER_TRANSITIONS[status][step] !== undefined))(
    "that is $status takes the step $step",
    async ({ status, step }) => {
      const order = await orderIn(status, step === "void");
      const answer = await take(step, order);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      expect(ORDER_TRANSITIONS[status][step]).toContain((await shop.read(order.orderId)).status);
    },
  );

  // Of an order that is cancelled no receipt is left to be reversed.
  const never = cases.filter(({ status, step }) => ORDER_TRANSITIONS[status][step] === undefined && step !== "void");
  it.each(never)("that is $status does not take the step $step", async ({ status, step }) => {
    const order = await orderIn(status, false);
    const before = await shop.read(order.orderId);
    const refused = { status: 409, body: { code: "order_in_wrong_state", orderStatus: status, step } };
    expect(await take(step, order)).toMatchObject(step === "expire" ? {} : refused);
    expect(await shop.read(order.orderId)).toEqual(before);
  });

  it.each([
    ["ready", [{ lineId: "2", quantity: "1" }], false, "ready"],
    ["ready", undefined, true, "collected"],
    ["ready", undefined, false, "cancelled"],
    ["placed", [{ lineId: "2", quantity: "1" }], false, "placed"],
    ["placed", undefined, true, "collected"],
  ] as const)(
    "that is %s and of which %j is cancelled (collected before: %s) is %s",
    async (status, lines, visited, then) => {
      const { orderId } = await orderIn(status, visited);
      await shop.step(orderId, "cancel", lines === undefined ? {} : { lines });
      expect(await shop.read(orderId)).toMatchObject({ status: then });
    },
  );

  it("that was collected, and whose receipt is reversed when its time is over, has expired", async () => {
    const order = await orderIn("collected", true);
    wait(4);
    await take("void", order);
    expect(await shop.read(order.orderId)).toMatchObject({ status: "expired" });
  });
});
