/** Orders of a town: collected in parts, rerouted, cancelled, expired, undone; with a member, with none, and by a card that is brought later. */
import { formatInstant } from "../../src/kernel/clock.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { cancel } from "../../src/orders/changes/order-cancel.ts";
import { code } from "../../src/orders/changes/order-code.ts";
import { ready } from "../../src/orders/changes/order-ready.ts";
import { reroute } from "../../src/orders/changes/order-reroute.ts";
import { orderExpiry } from "../../src/orders/expiry/order-expiry.ts";
import { foundOrder } from "../../src/orders/find-order.ts";
import { pickup } from "../../src/orders/pickup/pickup.ts";
import { order } from "../../src/orders/placing/order.ts";
import { storedOrder } from "../../src/sales/documents/order-store.ts";
import { reversal } from "../../src/sales/reversal/reversal.ts";
import { submitOwn } from "../../src/engine/group/submit.ts";
import { answerOf, newTestKey, type TestLedger } from "./ledger.ts";

const DAY_MS = 86_400_000;

const line = (lineId: string, unitPrice: string, quantity = "1") => ({
  lineId,
  sku: `sku-${lineId}`,
  category: "tv",
  quantity,
  unitPrice,
});

export interface Placed {
  readonly orderId: string;
  readonly pickupCode: string;
}

let numbers = 0;

/** Steps of orders, each of which must be accepted. */
export class TestOrders {
  readonly #ledger: TestLedger;

  constructor(ledger: TestLedger) {
    this.#ledger = ledger;
  }

  async place(fields: object): Promise<Placed> {
    const outcome = await this.#ledger.ask(order, {
      orderNumber: `T-${(numbers += 1)}`,
      brand: "mvideo",
      channel: "web",
      pickup: { brand: "eldorado", storeId: "E-1" },
      lines: [line("1", "40.00", "3"), line("2", "10.01")],
      spend: "max",
      ...fields,
    });
    const { orderId } = answerOf(outcome) as { orderId: string };
    const shown = (outcome as { shownOnce?: { pickupCode: string } }).shownOnce;
    return { orderId, pickupCode: shown?.pickupCode ?? "" };
  }

  async ready(fields: object): Promise<Placed> {
    const placed = await this.place(fields);
    await this.step(placed.orderId, ready);
    return placed;
  }

  async step(orderId: string, operation: Parameters<TestLedger["ask"]>[0], body: object = {}) {
    return answerOf(await this.#ledger.ask(operation, body, { params: { orderId } }));
  }

  async collect({ orderId, pickupCode }: Placed, fields: object = {}) {
    const receipt = { brand: "eldorado", storeId: "E-1", terminalId: "9", shift: "1", number: `P${(numbers += 1)}` };
    const occurredAt = formatInstant(this.#ledger.clock.now());
    await this.step(orderId, pickup, { storeId: "E-1", code: pickupCode, receipt, occurredAt, ...fields });
    return receipt;
  }

  async newCode(orderId: string): Promise<string> {
    const outcome = await this.#ledger.ask(code, {}, { params: { orderId } });
    answerOf(outcome);
    return (outcome as { shownOnce?: { pickupCode: string } }).shownOnce?.pickupCode ?? "";
  }

  async expire(orderId: string): Promise<void> {
    const { service } = this.#ledger;
    const found = await storedOrder(service.reader, orderId);
    if (found === undefined) throw new Error("no such order");
    answerOf(await submitOwn(service, orderExpiry, await foundOrder(service.reader, found)));
  }
}

/** Takes eight days. */
export async function liveWithOrders(ledger: TestLedger, memberId: MemberId): Promise<void> {
  const orders = new TestOrders(ledger);
  const parts = await orders.ready({ memberId, spend: "20.00", storageDays: 5 });
  await orders.collect(parts, { lines: [{ lineId: "1", quantity: "1", unitPrice: "4.00" }] });
  const next = { ...parts, pickupCode: await orders.newCode(parts.orderId) };
  await orders.collect(next, {
    lines: [{ lineId: "1", quantity: "1" }],
    added: { lines: [line("a", "7.00")], spend: "1.00" },
  });
  await orders.step(parts.orderId, cancel, { lines: [{ lineId: "1", quantity: "1" }], reason: "damaged" });
  const moved = await orders.ready({ memberId, spend: "3.00" });
  await orders.step(moved.orderId, reroute, { pickup: { brand: "mvideo", storeId: "M-1" } });
  const voided = await orders.ready({ memberId, spend: "4.00" });
  const receipt = await orders.collect(voided);
  answerOf(await ledger.ask(reversal, { receipt, kind: "purchase" }));
  const dropped = await orders.place({ memberId, spend: "2.00" });
  await orders.step(dropped.orderId, cancel);
  const nobody = await orders.ready({});
  await orders.collect(nobody);
  const card = { kind: "card", value: newTestKey() };
  const unknown = await orders.ready({ identifier: card });
  const left = await orders.ready({ memberId, spend: "5.00" });
  ledger.clock.moveTo(ledger.clock.now() + 2 * DAY_MS);
  const profile = { brand: "mvideo", externalId: newTestKey(), identifiers: [{ ...card, verified: true }] };
  answerOf(await ledger.ask(registration, { ...profile, person: { firstName: "Пётр" } }));
  await orders.collect(unknown);
  await orders.collect(await orders.ready({ identifier: card }));
  ledger.clock.moveTo(ledger.clock.now() + 6 * DAY_MS);
  await orders.expire(parts.orderId);
  await orders.expire(left.orderId);
  ledger.clock.moveTo(ledger.clock.now() + 60_000);
  await orders.ready({ memberId, spend: "6.00" });
}
