/** What is told of an order: after each step, and when it is read. */
import { z } from "@hono/zod-openapi";
import { formatAmount, formatQuantity } from "../kernel/amount.ts";
import { AmountText, BalanceAfter, idText, InstantText, orNull, QuantityText } from "../kernel/answers.ts";
import { formatInstant, type Instant } from "../kernel/clock.ts";
import { CHANNELS } from "../policy/schema.ts";
import { heldFor, type Order, statusAt, waitingUnits } from "../sales/documents/order-document.ts";
import { ORDER_STATUSES } from "../sales/order-states.ts";
import type { OrderLine } from "../sales/stored-order.ts";

const Units = z.string().openapi({ pattern: "^\\d+$", example: "1" });

const SeenOrderLine = z
  .strictObject({
    lineId: z.string(),
    sku: z.string(),
    category: z.string(),
    quantity: QuantityText,
    unitPrice: AmountText,
    noEarn: z.boolean(),
    noSpend: z.boolean(),
    total: AmountText,
    held: AmountText.openapi({ description: "Bonuses that are held for what waits of it." }),
    waiting: Units.openapi({ description: "Units that wait. Goods sold by weight are one unit." }),
    collected: Units,
    cancelled: Units,
    expired: Units,
  })
  .openapi("OrderLine");

/** Tells in which order steps were taken. */
export const OrderVersion = z.int().min(1).openapi({ description: "Grows by one with each step.", example: 1 });

export const OrderView = z
  .strictObject({
    orderId: idText("ord"),
    orderNumber: z.string(),
    brand: z.string().openapi({ description: "The brand at which it was ordered." }),
    channel: z.enum(CHANNELS),
    memberId: idText("mbr").nullable(),
    status: z.enum(ORDER_STATUSES),
    pickup: z
      .strictObject({ brand: z.string(), storeId: z.string() })
      .openapi({ description: "Where it waits. This brand sells it." }),
    total: AmountText,
    held: AmountText.openapi({ description: "Bonuses that are held for what waits." }),
    holdId: idText("hld").nullable(),
    storageDays: orNull(z.int()).openapi({ description: "As asked; null: as the rules say." }),
    placedAt: InstantText,
    readyAt: orNull(InstantText),
    expiresAt: InstantText.openapi({ description: "When waiting ends: to be made ready, then to be collected." }),
    endedAt: orNull(InstantText),
    lines: z.array(SeenOrderLine),
    version: OrderVersion,
  })
  .openapi("Order");
export type OrderView = z.input<typeof OrderView>;

/** The same, after a step. */
export const ChangedOrder = z
  .strictObject({ ...OrderView.shape, operationId: idText("opn"), balance: orNull(BalanceAfter) })
  .openapi("ChangedOrder");

/** An order as it is at an instant: what has run out is shown as expired, whether or not that was posted. */
export function orderView(order: Order, now: Instant): OrderView {
  const status = statusAt(order, now);
  const ranOut = status !== order.status;
  const endedAt = ranOut ? order.expiresAt : order.endedAt;
  return {
    orderId: order.id,
    orderNumber: order.orderNumber,
    brand: order.brand,
    channel: order.channel,
    memberId: order.memberId,
    status,
    pickup: { brand: order.pickupBrand, storeId: order.pickupStoreId },
    total: formatAmount(order.total),
    held: formatAmount(ranOut ? 0n : heldFor(order.lines)),
    holdId: order.holdId,
    storageDays: order.storageDays,
    placedAt: formatInstant(order.placedAt),
    readyAt: order.readyAt === null ? null : formatInstant(order.readyAt),
    expiresAt: formatInstant(order.expiresAt),
    endedAt: endedAt === null ? null : formatInstant(endedAt),
    lines: order.lines.map((line) => seenLine(line, ranOut)),
    version: order.version,
  };
}

function seenLine(line: OrderLine, ranOut: boolean): z.input<typeof SeenOrderLine> {
  const waiting = waitingUnits(line);
  return {
    lineId: line.lineId,
    sku: line.sku,
    category: line.category,
    quantity: formatQuantity(line.quantity),
    unitPrice: formatAmount(line.unitPrice),
    noEarn: line.noEarn,
    noSpend: line.noSpend,
    total: formatAmount(line.total),
    held: formatAmount(ranOut ? 0n : heldFor([line])),
    waiting: `${ranOut ? 0n : waiting}`,
    collected: `${line.collected}`,
    cancelled: `${line.cancelled}`,
    expired: `${ranOut ? line.expired + waiting : line.expired}`,
  };
}
