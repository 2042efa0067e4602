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
  body?: object,
): Promise<Pick<Answer, "status" | "body">> {
  switch (step) {
    case "pickup":
      return shop.pickup<Answer["body"]>({ orderId, pickupCode }, body);
    case "reroute":
      return shop.step<Answer["body"]>(orderId, step, { pickup: { brand: "mvideo", storeId: "M-1" } });
    case "void":
      return shop.http.post("/v1/reversals", { receipt: visit, kind: "purchase" });
    case "expire":
      wait(20);
      return { status: 200, body: {} };
    default:
      return shop.step<Answer["body"]>(orderId, step, body);
  }
}

/** One of which a piece was collected, and the rest sent to another store and cancelled there. */
async function collectedInPart(): Promise<Prepared> {
  const order = await orderIn("ready", true);
  await shop.step(order.orderId, "reroute", { pickup: { brand: "mvideo", storeId: "M-1" } });
  await shop.step(order.orderId, "cancel");
  expect(await shop.read(order.orderId)).toMatchObject({ status: "collected", readyAt: null });
  return order;
}

/** The piece that was collected first comes back. */
async function bringBack({ visit }: Prepared): Promise<void> {
  const terms = { original: { receipt: visit }, receipt: receipt("eldorado"), lines: [{ lineId: "1", quantity: "1" }] };
  const { status, body } = await shop.http.post("/v1/returns", { ...terms, occurredAt: shop.now() });
  expect(status, JSON.stringify(body)).toBe(201);
}

const cases = ORDER_STATUSES.flatMap((status) => ORDER_STEPS.map((step) => ({ status, step })));

/** What must be so for a step to lead one of its ways, besides the state in which it is taken. */
interface Way {
  /** A piece was collected before. */
  readonly visited?: boolean;
  /** All that was collected has come back by a return. */
  readonly returned?: boolean;
  /** It was sent to another store after that, and the rest of it cancelled. */
  readonly sentElsewhere?: boolean;
  /** Days that go by. */
  readonly days?: number;
  readonly body?: object;
}

const PIECE = [{ lineId: "2", quantity: "1" }];
/** By state, step and the state that it leads to; those that are not here need nothing. */
const WAYS: Readonly<Record<string, Way>> = {
  "placed cancel placed": { body: { lines: PIECE } },
  "placed cancel collected": { visited: true },
  "placed void expired": { days: 20 },
  "ready pickup ready": { body: { lines: PIECE } },
  "ready cancel ready": { body: { lines: PIECE } },
  "ready cancel collected": { visited: true },
  "ready void expired": { days: 4 },
  "collected void placed": { sentElsewhere: true },
  "collected void collected": { returned: true },
  "collected void expired": { days: 4 },
};

const arrows = cases.flatMap(({ status, step }) =>
  (ORDER_TRANSITIONS[status][step] ?? []).map((to) => ({
    status,
    step,
    to,
    way: WAYS[`${status} ${step} ${to}`] ?? {},
  })),
);

describe("an order", () => {
  it("goes no way that is not in the table", () => {
    const known = new Set(arrows.map(({ status, step, to }) => `${status} ${step} ${to}`));
    expect(Object.keys(WAYS).filter((way) => !known.has(way))).toEqual([]);
  });

  it.each(arrows)("that is $status, by the step $step, is $to", async ({ status, step, to, way }) => {
    const { visited = step === "void", days = 0, returned = false, sentElsewhere = false } = way;
    const order = await (sentElsewhere ? collectedInPart() : orderIn(status, visited));
    if (returned) await bringBack(order);
    wait(days);
    const answer = await take(step, order, way.body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    expect(await shop.read(order.orderId)).toMatchObject({ status: to });
  });

  // Of an order that is cancelled no receipt is left to be reversed.
  const never = cases.filter(({ status, step }) => ORDER_TRANSITIONS[status][step] === undefined && step !== "void");
  it.each(never)("that is $status does not take the step $step", async ({ status, step }) => {
    const order = await orderIn(status, false);
    const before = await shop.read(order.orderId);
    const refused = { status: 409, body: { code: "order_in_wrong_state", orderStatus: status, step } };
    expect(await take(step, order)).toMatchObject(step === "expire" ? {} : refused);
    expect(await shop.read(order.orderId)).toEqual(before);
  });
});
