/** Orders of the people of a history: placed at one brand to be collected at the other. */
import { formatAmount } from "../../../src/kernel/amount.ts";
import { code } from "../../../src/orders/changes/order-code.ts";
import { cancel } from "../../../src/orders/changes/order-cancel.ts";
import { ready } from "../../../src/orders/changes/order-ready.ts";
import { pickup } from "../../../src/orders/pickup/pickup.ts";
import { order } from "../../../src/orders/placing/order.ts";
import type { Command } from "./commands.ts";
import { type World, nextNumber, pickOf } from "./world.ts";

interface Placed {
  readonly id: string;
  readonly by: number;
  waits: number;
  code: string | null;
}

export class Orders {
  readonly #world: World;
  readonly #orders: Placed[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  play(asked: Extract<Command, { op: "order" | "collect" | "cancel" }>): Promise<void> {
    if (asked.op === "order") return this.#order(asked);
    return asked.op === "collect" ? this.#collect(asked) : this.#cancel(asked);
  }

  /** Three things, ordered at one brand to be collected at the other. */
  async #order({ who, share, ready: isReady }: Extract<Command, { op: "order" }>): Promise<void> {
    const world = this.#world;
    const wanted = await world.partOf(who, share);
    const spend = formatAmount(wanted < 450_00n ? wanted : 450_00n);
    const line = { lineId: "1", sku: "a", category: "tv", quantity: "3", unitPrice: "300.00" };
    const answer = await world.ask(order, {
      orderNumber: nextNumber(),
      brand: "mvideo",
      channel: "web",
      pickup: { brand: "eldorado", storeId: "E-1" },
      identifier: world.someone(who).card,
      lines: [line],
      spend,
    });
    if (answer === undefined) return;
    const orderId = answer["orderId"] ?? "";
    this.#orders.push({ id: orderId, by: who, waits: 3, code: answer["pickupCode"] ?? null });
    if (isReady) await world.ask(ready, {}, { orderId });
  }

  async #collect({ pick, part, cheaper, added }: Extract<Command, { op: "collect" }>): Promise<void> {
    const world = this.#world;
    const found = pickOf(this.#orders, pick);
    if (found === undefined) return;
    const orderId = found.id;
    if (found.code === null) {
      const given = await world.ask(code, {}, { orderId });
      if (given === undefined) return;
      found.code = given["pickupCode"] ?? null;
    }
    const receipt = world.receipt("E-1");
    const units = part ? 1 : found.waits;
    // Of what a reversal has put back nothing is counted here.
    if (units <= 0) return;
    const price = cheaper ? { unitPrice: "120.00" } : {};
    const more = { lineId: "x", sku: "b", category: "tv", quantity: "1", unitPrice: "50.00" };
    const free = await world.partOf(found.by, 100);
    const spend = formatAmount(free < 20_00n ? 0n : 20_00n);
    const answer = await world.ask(
      pickup,
      {
        storeId: "E-1",
        code: found.code,
        receipt,
        lines: [{ lineId: "1", quantity: `${units}`, ...price }],
        ...(added ? { added: { lines: [more], spend } } : {}),
        occurredAt: world.now(),
      },
      { orderId },
    );
    if (answer === undefined) return;
    found.waits -= units;
    found.code = null;
    world.sold(found.by, receipt, answer, units);
  }

  async #cancel({ pick, part }: Extract<Command, { op: "cancel" }>): Promise<void> {
    const world = this.#world;
    const found = pickOf(this.#orders, pick);
    if (found === undefined) return;
    const lines = part ? { lines: [{ lineId: "1", quantity: "1" }], reason: "test" } : {};
    const answer = await world.ask(cancel, lines, { orderId: found.id });
    if (answer !== undefined) found.waits = part ? Math.max(0, found.waits - 1) : 0;
  }
}
