/** Returns, by the purchase or by its receipt, also before it has come; and reversals. */
import type { CommandOf } from "../commands.ts";
import { total } from "../model/amounts.ts";
import type { SomeOf } from "../model/goods.ts";
import { isRefusal } from "../model/plan.ts";
import { type Goods, MINUTE } from "../model/rules.ts";
import { keyOf, type Occasion, type Purchase, type Return, wrongAge } from "../model/sales.ts";
import type { World } from "../world.ts";
import { choose, linesOf } from "./choose.ts";
import { returnExpected } from "./expected.ts";

const unitsLeft = (purchase: Purchase): { goods: Goods; units: number }[] =>
  purchase.lines.map(({ goods, units }) => ({ goods, units: units.filter(({ back }) => !back).length }));

function occasionOf(world: World, choice: number, late: number): Occasion {
  const store = world.store(choice);
  return { receipt: world.receiptAt(store), zone: store.zone, at: world.model.now - late * MINUTE };
}

const bodyOf = (world: World, { receipt, at }: Occasion, lines: readonly SomeOf[]): object => ({
  receipt,
  lines,
  occurredAt: world.instant(at),
});

const canReturn = (purchase: Purchase): boolean => unitsLeft(purchase).some(({ units }) => units > 0);

/** Its earnings were spent since: to take them back makes debt. */
const isSpent = ({ lot }: Purchase): boolean => lot?.pending === 0n && lot.available === 0n;

export async function playReturn(world: World, command: CommandOf<"return">): Promise<void> {
  const { sales, now } = world.model;
  const purchase = choose(command.pick, sales.purchases, canReturn, isSpent);
  if (purchase === undefined) return;
  const asked = linesOf(command.lines, unitsLeft(purchase));
  const occasion = occasionOf(world, command.store, command.late);
  const body = bodyOf(world, occasion, asked);
  const answer =
    command.by === "id"
      ? await world.send<{ returnId: string }>(`/v1/purchases/${purchase.id}/returns`, body, "receipt")
      : await world.send<{ returnId: string }>(
          "/v1/returns",
          { original: { receipt: purchase.occasion.receipt }, ...body },
          "receipt",
        );
  const made = sales.bringBack(purchase, asked, occasion, now);
  if (isRefusal(made)) {
    world.expect("return", answer, made);
    return;
  }
  world.expect("return", answer, { status: 201, body: returnExpected(world, made) });
  made.id = answer.body.returnId;
  if (made.cover.debt > 0n) world.count("return, with debt");
  if (purchase.order !== undefined) world.count("return of what was collected");
  if (occasion.receipt.brand !== purchase.occasion.receipt.brand) world.count("return at the other brand");
}

/** Goods come back whose sale is still on its way. */
export async function playReturnEarly(world: World, command: CommandOf<"returnEarly">): Promise<void> {
  const { sales, now } = world.model;
  const sale = occasionOf(world, command.store, 1);
  const occasion = occasionOf(world, command.at, 0);
  // What will be sold is not known: a line or two of a unit or two.
  const asked = linesOf(
    command.lines.map(({ line, units }) => ({ line, units: units % 2 })),
    ["1", "2"].map((lineId) => ({ goods: { lineId, quantity: "2" } as Goods, units: 2 })),
  );
  const answer = await world.send<{ returnId: string }>("/v1/returns", {
    original: { receipt: sale.receipt },
    ...bodyOf(world, occasion, asked),
  });
  world.expect("return early", answer, { status: 202, body: { status: "parked" } });
  sales.parked.set(keyOf(sale.receipt), [{ id: answer.body.returnId, occasion, asked }]);
  world.spokenOf.push(sale);
  if (wrongAge(sale.at, now) !== undefined) throw new Error("the sale would come too late");
}

/** Bonuses that pay for those goods of an order which have not come back. */
function spentOnOrder({ order, lines }: Purchase): bigint {
  const ordered = lines.filter(({ goods }) => order?.lines.some(({ goods: { lineId } }) => lineId === goods.lineId));
  return total(ordered.flatMap(({ units }) => units.filter(({ back }) => !back).map(({ bonuses }) => bonuses)));
}

export async function playReverse(world: World, { what, pick }: CommandOf<"reverse">): Promise<void> {
  if (what === "return") return reverseReturn(world, pick);
  if (what === "unseen") return reverseUnseen(world, pick);
  const made = (purchase: Purchase) => what === "purchase" || purchase.order !== undefined;
  return reversePurchase(
    world,
    choose(
      pick,
      world.model.sales.purchases.filter(made),
      ({ reversed }) => !reversed,
      (purchase) => world.gaveBack.has(purchase),
    ),
  );
}

async function reversePurchase(world: World, purchase: Purchase | undefined): Promise<void> {
  if (purchase === undefined) return;
  const { sales, now } = world.model;
  const { receipt } = purchase.occasion;
  const answer = await world.send("/v1/reversals", { receipt, kind: "purchase" });
  const { order } = purchase;
  const held = order === undefined ? 0n : order.held + spentOnOrder(purchase);
  const first = sales.reversePurchase(purchase, now, world.model.uses(order?.pickup.brand ?? receipt.brand));
  const ofOrder = first && order !== undefined ? { orderId: order.id, orderStatus: order.state } : {};
  const balance = world.balance(purchase.wallet, [receipt.brand]);
  const outcome = first ? "reversed" : "already_reversed";
  world.expect("reverse", answer, { status: 200, body: { outcome, balance, ...ofOrder } });
  world.count(`reverse purchase: ${outcome}`);
  if (!first || order === undefined) return;
  world.count(`reverse pickup: ${order.state}`);
  if (order.held > held) world.count("reverse pickup, more held again than was spent");
}

async function reverseReturn(world: World, pick: number): Promise<void> {
  const { sales, now } = world.model;
  const standing = ({ reversed, purchase }: Return) => !reversed && !purchase.reversed;
  const made = choose(pick, sales.returns, standing, ({ cover }) => cover.debt > 0n);
  if (made === undefined) return;
  const answer = await world.send("/v1/reversals", { receipt: made.occasion.receipt, kind: "return" });
  const outcome = sales.reverseReturn(made, now) ? "reversed" : "already_reversed";
  const balance = world.balance(made.purchase.wallet, [made.occasion.receipt.brand]);
  world.expect("reverse", answer, { status: 200, body: { outcome, balance } });
  world.count(`reverse return: ${outcome}`);
}

/** A receipt that has not come: it never will. One that was spoken of already, sometimes. */
async function reverseUnseen(world: World, pick: number): Promise<void> {
  const { sales } = world.model;
  const known = pick % 2 === 0 ? world.spokenOf[0] : undefined;
  const occasion = known ?? occasionOf(world, pick, 1);
  const key = keyOf(occasion.receipt);
  const answer = await world.send("/v1/reversals", { receipt: occasion.receipt, kind: "purchase" });
  const outcome = sales.tombstones.has(key) ? "already_reversed" : "tombstoned";
  world.expect("reverse", answer, { status: 200, body: { outcome, memberId: null, balance: null } });
  world.count(`reverse unseen: ${outcome}`);
  sales.tombstones.add(key);
  sales.parked.delete(key);
  if (known === undefined) world.spokenOf.push(occasion);
}
