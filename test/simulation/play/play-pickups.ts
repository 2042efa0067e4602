/** Pickups: goods of an order are handed out, with goods that are added at the till. */
import type { CommandOf } from "../commands.ts";
import { inHundredths, inText } from "../model/amounts.ts";
import { type SoldLine, soldLines, type SomeOf } from "../model/goods.ts";
import type { Collected, Order } from "../model/order.ts";
import { added as inAll, isRefusal, type Plan, planOf, type Refusal } from "../model/plan.ts";
import { type Asked, askedInText, type Goods } from "../model/rules.ts";
import type { Occasion, Purchase } from "../model/sales.ts";
import { cannotTake, everything, heldFor, take, unitsWaiting } from "../model/waiting.ts";
import type { World } from "../world.ts";
import { askedOf, choose, goodsOf, linesOf } from "./choose.ts";
import { saleExpected } from "./expected.ts";
import { quote } from "./play-sales.ts";

interface Added {
  readonly goods: readonly Goods[];
  readonly asked: Asked;
  readonly plan: Plan | Refusal;
  readonly quoteId: string | undefined;
}

interface Visit {
  readonly order: Order;
  readonly occasion: Occasion;
  /** Absent: all that waits, as it was ordered. */
  readonly asked: readonly Collected[] | undefined;
  readonly added: Added | undefined;
  readonly code: string;
}

export async function playPickUp(world: World, command: CommandOf<"pickUp">): Promise<void> {
  const { model } = world;
  const order = choose(command.pick, model.orders, ({ state, code }) => state === "ready" && code.works);
  if (order === undefined) return;
  const store = command.elsewhere ? world.store(command.pick) : world.storeOf(order.pickup.storeId);
  const visit: Visit = {
    order,
    occasion: { receipt: world.receiptAt(store), zone: store.zone, at: model.now },
    asked: linesAsked(order, command),
    added: command.added === null ? undefined : await addedTo(world, order, command.added),
    code: command.code === "right" ? order.code.value : wrong(order.code.value),
  };
  const answer = await send(world, visit);
  const done = faultOf(visit, model.now) ?? collect(world, visit);
  if (isRefusal(done)) {
    world.expect("pick up", answer, done);
    return;
  }
  const { purchase, plan, released, captured } = done;
  const expected = {
    ...saleExpected(world, plan, purchase),
    orderId: order.id,
    orderStatus: order.state,
    released: inText(released),
    captured: inText(captured),
  };
  world.expect("pick up", answer, { status: 201, body: expected });
  purchase.id = answer.body.purchaseId;
  if (purchase.lot !== undefined) purchase.lot.id = answer.body.earn?.lotId ?? "";
  world.count(`pick up: ${order.state}`);
  if (visit.added !== undefined) world.count("pick up, with added goods");
  if (released === 0n) return;
  world.gaveBack.add(purchase);
  world.count("pick up, some given back");
}

/** Tries wrong codes, one after another; and the right one where none is taken any more. */
export async function playGuess(world: World, { pick, times }: CommandOf<"guess">): Promise<void> {
  const order = choose(pick, world.model.orders, ({ state }) => state === "ready");
  if (order?.state !== "ready") return;
  const { zone, ...store } = world.storeOf(order.pickup.storeId);
  for (let time = 0; time < times; time += 1) {
    const occasion = { receipt: world.receiptAt({ ...store, zone }), zone, at: world.model.now };
    const { value, blockedUntil } = order.code;
    const code = blockedUntil > world.model.now ? value : wrong(value);
    const visit = { order, occasion, asked: undefined, added: undefined, code };
    const answer = await send(world, visit);
    const fault = faultOf(visit, world.model.now);
    if (fault !== undefined) world.expect("guess", answer, fault);
  }
}

const wrong = (code: string): string => `${(Number(code) + 1) % 1_000_000}`.padStart(6, "0");

function linesAsked(order: Order, { lines, price }: CommandOf<"pickUp">): Collected[] | undefined {
  if (lines === null && price === null) return undefined;
  const there = order.lines.map((line) => ({ goods: line.goods, units: unitsWaiting(line) }));
  const all = lines === null ? order.lines : order.lines.filter((each) => heldFor(each) > 0n);
  const asked: SomeOf[] = lines === null || lines === "paid" ? everything(all) : linesOf(lines, there);
  const [first, ...others] = asked;
  const line = order.lines.find(({ goods }) => goods.lineId === first?.lineId);
  if (first === undefined || line === undefined) return undefined;
  if (price === null) return asked;
  const unitPrice = inText((inHundredths(line.goods.unitPrice) * BigInt(price)) / 100n);
  return [{ ...first, unitPrice }, ...others];
}

async function addedTo(
  world: World,
  order: Order,
  { goods: wished, wish, quoted }: NonNullable<CommandOf<"pickUp">["added"]>,
): Promise<Added> {
  const { brand, storeId } = order.pickup;
  const { zone } = world.storeOf(storeId);
  const who = world.model.wallets.indexOf(order.wallet) as 0 | 1;
  const goods = goodsOf(wished, "a");
  const spendable = world.model.spendable(order.wallet, brand);
  const asked = askedOf(wish, goods, spendable);
  const plan = planOf(goods, spendable, asked);
  const terms = { who, byCard: false, channel: "pos", goods, asked, plan };
  const given = quoted ? await quote(world, terms, { brand, storeId }, zone) : undefined;
  return { goods, asked, plan, quoteId: given?.quoteId };
}

function send(world: World, { order, occasion, asked, added, code }: Visit) {
  const { receipt, at } = occasion;
  const { goods: lines, asked: spend, quoteId } = added ?? { goods: [], asked: 0n, quoteId: undefined };
  const more = { lines, spend: askedInText(spend), ...(quoteId === undefined ? {} : { quoteId }) };
  return world.send<{ purchaseId: string; earn: { lotId: string } | null }>(
    `/v1/orders/${order.id}/pickups`,
    {
      storeId: receipt.storeId,
      code,
      receipt,
      occurredAt: world.instant(at),
      ...(asked === undefined ? {} : { lines: asked }),
      ...(added === undefined ? {} : { added: more }),
    },
    "receipt",
  );
}

/** Why nothing is handed out; a wrong code is counted. */
function faultOf({ order, occasion, asked, added, code }: Visit, now: number): Refusal | undefined {
  const { storeId } = occasion.receipt;
  if (storeId !== order.pickup.storeId) return { status: 409, code: "order_elsewhere" };
  if (order.state !== "ready") return { status: 409, code: "order_in_wrong_state" };
  const fault = order.code.fault(code, now) ?? (asked === undefined ? undefined : cannotTake(order.lines, asked));
  return fault ?? (added !== undefined && isRefusal(added.plan) ? added.plan : undefined);
}

interface Done {
  readonly purchase: Purchase;
  readonly plan: Plan;
  readonly released: bigint;
  readonly captured: bigint;
}

function collect({ model }: World, { order, occasion, asked, added }: Visit): Done {
  const wanted = asked ?? everything(order.lines);
  const taken = take(order.lines, wanted, "collected");
  const lines = order.plan(taken, wanted);
  const { sold, released, givenBack } = order.pay(lines, taken);
  // What is given back of a lot that has ended while it was held has ended with it: nothing is paid with it any more.
  order.wallet.pass(model.now);
  const more = added !== undefined && !isRefusal(added.plan) ? added.plan : undefined;
  const extra: SoldLine[] =
    more === undefined ? [] : soldLines(more.lines, order.wallet.spend(more.spend, model.uses(order.pickup.brand)));
  const plan = inAll([...lines, ...(more?.lines ?? [])], 0n);
  const all = { lines: [...sold, ...extra], earned: plan.earned, order };
  const purchase = model.sales.record(order.wallet, all, occasion, model.now);
  order.collectedBy(purchase, givenBack);
  const captured = lines.reduce((sum, { spend }) => sum + spend, 0n);
  return { purchase, plan, released, captured };
}
