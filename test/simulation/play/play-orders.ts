/** Orders: placed, made ready, sent elsewhere, cancelled. */
import type { Command, CommandOf } from "../commands.ts";
import { inText } from "../model/amounts.ts";
import { Order } from "../model/order.ts";
import { isRefusal, planOf, type Refusal } from "../model/plan.ts";
import { askedInText, orderStoredUntil, orderWaitsUntil } from "../model/rules.ts";
import { unitsWaiting } from "../model/waiting.ts";
import type { World } from "../world.ts";
import { askedOf, choose, goodsOf, linesOf } from "./choose.ts";
import { orderExpected, stepExpected } from "./expected.ts";
import { quote } from "./play-sales.ts";

const WRONG_STATE: Refusal = { status: 409, code: "order_in_wrong_state" };
const NOT_OFFERED: Refusal = { status: 409, code: "pickup_not_offered" };
const NOT_TAKEN: Refusal = { status: 409, code: "bonuses_not_taken_there" };

export async function playOrder(world: World, command: CommandOf<"order">): Promise<void> {
  const { who, byCard, channel, quoted, storageDays } = command;
  const { now } = world.model;
  const { storeId, brand: seller, zone } = world.store(command.at);
  const { brand } = world.store(command.store);
  const wallet = world.wallet(who);
  const goods = goodsOf(command.goods);
  const spendable = world.model.spendable(wallet, seller);
  const asked = askedOf(command.wish, goods, spendable);
  const offered = world.model.rollout.mayCollect(brand, seller, now);
  const plan = offered ? planOf(goods, spendable, asked) : NOT_OFFERED;
  const pickup = { brand: seller, storeId };
  const given = quoted ? await quote(world, { ...command, goods, asked, plan }, { brand, pickup }, zone) : undefined;
  const body = {
    orderNumber: `W-${world.number()}`,
    brand,
    channel,
    pickup,
    ...world.member(who, byCard),
    lines: goods,
    spend: askedInText(asked),
    ...(given === undefined ? {} : { quoteId: given.quoteId }),
    ...(storageDays === null ? {} : { storageDays }),
  };
  const answer = await world.send<{ orderId: string; holdId: string; pickupCode: string }>("/v1/orders", body, "order");
  if (isRefusal(plan)) {
    world.expect("order", answer, plan);
    return;
  }
  const order = new Order(wallet, plan.lines, {
    now,
    brand,
    pickup,
    endsAt: orderWaitsUntil(now, zone, { placedAt: now }),
    storageDays: storageDays ?? undefined,
    uses: world.model.uses(seller),
  });
  order.id = answer.body.orderId;
  order.code.renew(answer.body.pickupCode);
  if (order.hold !== undefined) order.hold.id = answer.body.holdId;
  world.model.orders.push(order);
  const balance = world.balance(wallet, [seller]);
  const expected = { ...orderExpected(world, order), held: inText(plan.spend), total: inText(plan.price), balance };
  world.expect("order", answer, { status: 201, body: expected });
  if (seller !== brand) world.count("order to the other brand");
  if (command.ready) await makeReady(world, order);
}

type Step = "ready" | "reroute" | "cancel" | "code";

/** Takes a step: sends it, does it to the model, and compares. */
async function step(world: World, order: Order, name: Step, body: object, take: () => object | Refusal): Promise<void> {
  const answer = await world.send<{ pickupCode: string }>(`/v1/orders/${order.id}/${name}`, body);
  const told = order.waits ? take() : WRONG_STATE;
  if (isRefusal(told)) {
    world.expect(name, answer, told);
    return;
  }
  if (name === "code") {
    order.code.renew(answer.body.pickupCode);
    world.expect(name, answer, { status: 200, body: { orderId: order.id } });
    return;
  }
  world.expect(name, answer, { status: 200, body: { ...stepExpected(world, order), ...told } });
}

export async function playReady(world: World, { op, pick }: CommandOf<"ready" | "code">): Promise<void> {
  const order = choose(pick, world.model.orders, suits(op));
  if (order === undefined) return;
  await (op === "ready" ? makeReady(world, order) : step(world, order, op, {}, () => ({})));
}

function makeReady(world: World, order: Order): Promise<void> {
  return step(world, order, "ready", {}, () => {
    if (order.state !== "placed") return WRONG_STATE;
    const { zone } = world.storeOf(order.pickup.storeId);
    order.wait("ready", orderStoredUntil(world.model.now, zone, order, order.storageDays));
    return {};
  });
}

const suits =
  (op: Command["op"]) =>
  (order: Order): boolean =>
    op === "ready" ? order.state === "placed" : order.state === "ready" && !order.code.works;

/** Some of it was collected already. */
const inPart = (order: Order): boolean => order.lines.some(({ collected }) => collected > 0);

export async function playReroute(world: World, command: CommandOf<"reroute">): Promise<void> {
  const order = choose(command.pick, world.model.orders, ({ waits }) => waits, inPart);
  if (order === undefined) return;
  const { brand, storeId, zone } = world.store(command.store);
  const { model } = world;
  await step(world, order, "reroute", { pickup: { brand, storeId } }, () => {
    if (!model.rollout.mayCollect(order.brand, brand, model.now)) return NOT_OFFERED;
    if (order.heldFrom(model.uses(brand)).length > 0) return NOT_TAKEN;
    order.pickup = { brand, storeId };
    order.wait("placed", orderWaitsUntil(world.model.now, zone, order));
    return {};
  });
}

export async function playCancel(world: World, { pick, lines }: CommandOf<"cancel">): Promise<void> {
  const order = choose(pick, world.model.orders, ({ waits }) => waits);
  if (order === undefined) return;
  const there = order.lines.map((line) => ({ goods: line.goods, units: unitsWaiting(line) }));
  const asked = lines === null ? undefined : linesOf(lines, there);
  await step(world, order, "cancel", asked === undefined ? {} : { lines: asked, reason: "damaged" }, () => {
    const done = order.cancel(asked);
    if (isRefusal(done)) return done;
    world.model.pass(world.model.now);
    if (asked !== undefined) world.count(`cancel in part: ${order.state}`);
    return { released: inText(done.released) };
  });
}
