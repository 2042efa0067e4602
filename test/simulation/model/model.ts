/** All that the model knows: two members, what was sold to them and ordered for them, and the time. */
import type { Order } from "./order.ts";
import type { Brand } from "./rules.ts";
import { Sales } from "./sales.ts";
import { Rollout } from "./stages.ts";
import { type Hold, left, type Uses, Wallet } from "./wallet.ts";

/** Bonuses that a till has put aside. */
export interface TillHold {
  readonly hold: Hold;
  readonly wallet: Wallet;
  readonly brand: Brand;
  status: "open" | "captured" | "released" | "expired";
  /** Whether any of it was spent. */
  spent: boolean;
}

export class Model {
  now: number;
  readonly wallets: readonly [Wallet, Wallet] = [new Wallet(), new Wallet()];
  readonly rollout = new Rollout();
  readonly sales = new Sales();
  readonly orders: Order[] = [];
  readonly holds: TillHold[] = [];

  constructor(now: number) {
    this.now = now;
  }

  pass(now: number): void {
    this.now = now;
    for (const wallet of this.wallets) wallet.pass(now);
    for (const order of this.orders) order.pass(now);
    for (const each of this.holds) if (each.status === "open" && left(each.hold).length === 0) each.status = "expired";
  }

  /** What a seller may take, by the rules of an instant. */
  uses(seller: Brand, at = this.now): Uses {
    return (issuer) => this.rollout.mayUse(issuer, seller, at);
  }

  spendable(wallet: Wallet, seller: Brand, at = this.now): bigint {
    return wallet.spendable(this.uses(seller, at));
  }

  /** The next instant at which anything happens by itself; undefined where nothing will. */
  nextEvent(): number | undefined {
    const instants = [
      ...this.wallets.flatMap(({ lots, holds }) => [
        ...lots.filter(({ pending }) => pending > 0n).map(({ activeAt }) => activeAt),
        ...lots.filter(({ available }) => available > 0n).map(({ endsAt }) => endsAt),
        ...holds.map(({ endsAt }) => endsAt),
      ]),
      ...this.orders.filter((order) => order.waits).map(({ endsAt }) => endsAt),
      ...this.orders.map(({ code }) => code.blockedUntil),
      ...this.rollout.beginnings(),
    ].filter((instant) => instant > this.now);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }
}
