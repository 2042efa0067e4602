/** What anybody can read of members and orders, after each command; and of everything, in the end. */
import { inText } from "./model/amounts.ts";
import type { Wallet } from "./model/wallet.ts";
import { balanceExpected, orderExpected } from "./play/expected.ts";
import type { World } from "./world.ts";

/** Balances of both members, and orders that may have changed. */
export async function checkNow(world: World): Promise<void> {
  const { orders, wallets } = world.model;
  const expected = orders.map((order) => ({ order, view: orderExpected(world, order) }));
  const toRead = expected.filter(({ order, view }) => order.waits || world.seen.get(order) !== JSON.stringify(view));
  const [balances, views] = await Promise.all([
    Promise.all(world.members.map((memberId) => world.read(`/v1/members/${memberId}/balance`))),
    Promise.all(toRead.map(({ order }) => world.read(`/v1/orders/${order.id}`))),
  ]);
  for (const [index, wallet] of wallets.entries()) {
    world.agree(`balance of member ${index}`, balanceExpected(world, wallet), balances[index]);
  }
  for (const [index, { order, view }] of toRead.entries()) {
    world.agree(`order ${order.id}`, view, views[index]);
    world.seen.set(order, JSON.stringify(view));
  }
}

function lotsOf(world: World, { lots }: Wallet): object[] {
  const sorted = [...lots].sort((a, b) => (a.id < b.id ? -1 : 1));
  return sorted.map((lot) => ({
    lotId: lot.id,
    issuer: lot.issuer,
    kind: lot.kind,
    pending: inText(lot.pending),
    available: inText(lot.available),
    held: inText(lot.held),
    activeAt: world.instant(lot.activeAt),
    expiresAt: world.instant(lot.endsAt),
  }));
}

/** Lots, documents, balances of earlier, and the proof. */
export async function checkInTheEnd(world: World): Promise<void> {
  world.seen.clear();
  await checkNow(world);
  await checkLots(world);
  await checkCards(world);
  await checkDocuments(world);
  await checkThePast(world);
  world.agree("the proof", { holds: true }, await world.read("/v1/proof"));
}

async function checkLots(world: World): Promise<void> {
  for (const [index, wallet] of world.model.wallets.entries()) {
    const { items } = await world.read<{ items: { lotId: string }[] }>(
      `/v1/members/${world.members[index]}/lots?limit=200`,
    );
    const lots = [...items].sort((a, b) => (a.lotId < b.lotId ? -1 : 1));
    world.agree(`lots of member ${index}`, lotsOf(world, wallet), lots);
  }
}

/** Orders that wait, as the seller's app shows them: those that end soonest first. */
async function checkCards(world: World): Promise<void> {
  for (const [index, wallet] of world.model.wallets.entries()) {
    const waiting = world.model.orders.filter((order) => order.wallet === wallet && order.waits);
    const sorted = waiting.sort((a, b) => a.endsAt - b.endsAt || (a.id < b.id ? -1 : 1));
    const orders = sorted.map((order) => {
      const { id: orderId, state: status, pickup, held, endsAt } = order;
      return { orderId, status, pickup, held: inText(held), expiresAt: world.instant(endsAt) };
    });
    world.agree(`card of member ${index}`, { orders }, await world.read(`/v1/members/${world.members[index]}/card`));
  }
}

async function checkDocuments(world: World): Promise<void> {
  const { sales, holds } = world.model;
  for (const { id, reversed, lines, order } of sales.purchases) {
    const seen = lines.map(({ goods, units }) => {
      return { lineId: goods.lineId, returnedUnits: `${units.filter(({ back }) => back).length}` };
    });
    const expected = { status: reversed ? "reversed" : "sold", orderId: order?.id ?? null, lines: seen };
    world.agree(`purchase ${id}`, expected, await world.read(`/v1/purchases/${id}`));
  }
  for (const { id, reversed } of sales.returns) {
    const expected = { status: reversed ? "reversed" : "returned" };
    world.agree(`return ${id}`, expected, await world.read(`/v1/returns/${id}`));
  }
  for (const { hold, status } of holds) {
    world.agree(`hold ${hold.id}`, { status }, await world.read(`/v1/holds/${hold.id}`));
  }
}

/** What was posted since about earlier days changes no balance of then. */
async function checkThePast(world: World): Promise<void> {
  for (const { at, balances } of world.past.slice(-MOST_PAST)) {
    for (const [index, balance] of balances.entries()) {
      const path = `/v1/members/${world.members[index]}/balance?asOf=${world.instant(at)}`;
      world.agree(`balance of member ${index} as of ${world.instant(at)}`, balance, await world.read(path));
    }
  }
}

/** Instants of the past that are looked at again. */
const MOST_PAST = 12;
