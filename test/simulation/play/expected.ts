/** What the model expects answers to say. */
import { inText } from "../model/amounts.ts";
import { soldLine } from "../model/goods.ts";
import type { Order } from "../model/order.ts";
import type { Plan, PlannedLine } from "../model/plan.ts";
import { activationOf, BRANDS, endOf } from "../model/rules.ts";
import type { Occasion, Purchase, Return } from "../model/sales.ts";
import { heldFor, unitsWaiting } from "../model/waiting.ts";
import type { Lot } from "../model/parts.ts";
import type { Wallet } from "../model/wallet.ts";
import type { World } from "../world.ts";

/** Units of a line by their price in money, the cheaper first. */
function unitGroups(line: PlannedLine): object[] {
  const counts = new Map<bigint, number>();
  for (const { money } of soldLine(line, []).units) counts.set(money, (counts.get(money) ?? 0) + 1);
  return [...counts].map(([money, count]) => ({ quantity: `${count}`, unitPrice: inText(money) }));
}

const lineExpected = (line: PlannedLine): object => ({
  lineId: line.goods.lineId,
  total: inText(line.price),
  maxSpend: inText(line.most),
  spend: inText(line.spend),
  paid: inText(line.price - line.spend),
  earn: inText(line.earned),
  units: unitGroups(line),
});

function earnTerms({ earned }: Plan, { zone, at }: Pick<Occasion, "zone" | "at">): object | null {
  if (earned === 0n) return null;
  const activeAt = activationOf("ordinary", at, zone);
  return {
    activeAt: new Date(activeAt).toISOString(),
    expiresAt: new Date(endOf("ordinary", activeAt)).toISOString(),
  };
}

export function quoteExpected(plan: Plan, occasion: Pick<Occasion, "zone" | "at">): object {
  const terms = earnTerms(plan, occasion);
  return {
    total: inText(plan.price),
    maxSpend: inText(plan.maxSpend),
    spend: inText(plan.spend),
    payable: inText(plan.price - plan.spend),
    lines: plan.lines.map(lineExpected),
    earn: terms === null ? null : { amount: inText(plan.earned), ...terms },
  };
}

export function saleExpected(world: World, plan: Plan, { occasion, wallet, settled }: Purchase): object {
  return {
    memberId: world.members[world.model.wallets.indexOf(wallet)],
    total: inText(plan.price),
    spent: inText(plan.spend),
    paid: inText(plan.price - plan.spend),
    earned: inText(plan.earned),
    earn: earnTerms(plan, occasion),
    suspended: false,
    lines: plan.lines.map(lineExpected),
    balance: world.balance(wallet, [occasion.receipt.brand], occasion.at),
    parkedReturns:
      settled.length === 0
        ? undefined
        : settled.map(({ parked: { id }, code }) => {
            return { returnId: id, status: code === null ? "applied" : "refused", code };
          }),
  };
}

export function returnExpected(world: World, { occasion, purchase, units, parts, cover }: Return): object {
  const sum = (what: "money" | "bonuses" | "earned") => inText(units.reduce((all, unit) => all + unit[what], 0n));
  return {
    purchaseId: purchase.id,
    moneyBack: sum("money"),
    bonusesBack: sum("bonuses"),
    clawedBack: sum("earned"),
    debtAdded: inText(cover.debt),
    lots: parts.map(({ lot, amount }) => {
      return { lotId: lot.id, issuer: lot.issuer, amount: inText(amount), expiresAt: world.instant(lot.endsAt) };
    }),
    balance: world.balance(purchase.wallet, [occasion.receipt.brand], occasion.at),
  };
}

/** An order as anybody reads it. */
export function orderExpected(world: World, order: Order): object {
  return {
    status: order.state,
    pickup: order.pickup,
    held: inText(order.held),
    expiresAt: world.instant(order.endsAt),
    lines: order.lines.map((line) => ({
      lineId: line.goods.lineId,
      held: inText(heldFor(line)),
      waiting: `${unitsWaiting(line)}`,
      collected: `${line.collected}`,
      cancelled: `${line.cancelled}`,
      expired: `${line.expired}`,
    })),
  };
}

/** The same after a step, with what the seller may take then. */
export function stepExpected(world: World, order: Order): object {
  const { hold, wallet, pickup } = order;
  const told = hold === undefined ? {} : { balance: world.balance(wallet, [pickup.brand]) };
  return { orderId: order.id, ...orderExpected(world, order), ...told };
}

/** A balance as anybody reads it. */
export const balanceExpected = (world: World, wallet: Wallet): object => ({
  ...world.balance(wallet, BRANDS),
  expiring: byInstant(world, wallet, "available", ({ endsAt }) => endsAt),
  activating: byInstant(world, wallet, "pending", ({ activeAt }) => activeAt),
  coolingOff: [],
});

function byInstant(
  world: World,
  { lots }: Wallet,
  what: "available" | "pending",
  instantOf: (lot: Lot) => number,
): object[] {
  const amounts = new Map<number, bigint>();
  for (const lot of lots) {
    if (lot[what] > 0n) amounts.set(instantOf(lot), (amounts.get(instantOf(lot)) ?? 0n) + lot[what]);
  }
  const sorted = [...amounts].sort(([a], [b]) => a - b);
  return sorted.map(([at, amount]) => ({ amount: inText(amount), at: world.instant(at) }));
}
