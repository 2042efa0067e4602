/** An order as it begins: all of it waits, and what is to be spent on each line is held for it. */
import type { z } from "@hono/zod-openapi";
import { as } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import type { LotPart } from "../../ledger/hold.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { BuyerFields } from "../../members/lookup.ts";
import type { Order } from "../../sales/documents/order-document.ts";
import type { Plan } from "../../sales/plan/plan.ts";
import { allot } from "../../sales/purchase/record-sale.ts";
import { unitsOf } from "../../sales/receipt/pricing.ts";
import type { PurchaseLine } from "../../sales/stored.ts";
import type { OrderLine } from "../../sales/stored-order.ts";
import { freshCode } from "../codes.ts";
import { readyUntil } from "../terms.ts";
import type { OrderBody } from "./order-body.ts";

type Asked = Pick<z.output<typeof OrderBody>, "orderNumber" | "brand" | "channel" | "pickup" | "storageDays">;

export interface OrderInput extends Asked, BuyerFields {
  readonly storeZone: string;
  readonly codeHash: string;
}

/** The order of a plan, whose bonuses were pinned to these parts of lots. */
export function placedOrder(
  { operationId, now, policies }: CommandContext,
  input: OrderInput,
  plan: Plan,
  parts: readonly LotPart[],
): Order {
  return {
    id: as("ord", operationId),
    orderNumber: input.orderNumber,
    brand: input.brand,
    channel: input.channel,
    memberId: input.memberId,
    profileId: input.profileId,
    awaits: input.awaits,
    pickupBrand: input.pickup.brand,
    pickupStoreId: input.pickup.storeId,
    lines: allot(plan.lines, parts).map(orderLine),
    total: plan.total,
    held: plan.spend,
    holdId: parts.length === 0 ? null : as("hld", operationId),
    status: "placed",
    storageDays: input.storageDays ?? null,
    placedAt: now,
    readyAt: null,
    expiresAt: readyUntil(policies, { channel: input.channel, placedAt: now }, now, input.storeZone),
    endedAt: null,
    ...freshCode(input.codeHash),
    version: 1,
    visits: 0,
  };
}

/** Puts the hold of an order on its member's wallet; it ends with the order. */
export function pinFor(member: WalletDraft, order: Order, parts: readonly LotPart[]): void {
  if (order.holdId === null) return;
  member.putHold({
    id: order.holdId,
    memberId: member.memberId,
    orderId: order.id,
    brand: order.pickupBrand,
    amount: order.held,
    parts,
    moves: [],
    reference: order.orderNumber,
    expiresAt: order.expiresAt,
    status: "open",
  });
}

/** A line as planned, of which all waits. */
function orderLine(line: PurchaseLine): OrderLine {
  const { lineId, sku, category, quantity, unitPrice, noEarn, noSpend, total, spend, parts } = line;
  return {
    lineId,
    sku,
    category,
    quantity,
    unitPrice,
    noEarn,
    noSpend,
    total,
    held: spend,
    waiting: [{ units: unitsOf(quantity), spend, parts }],
    released: [],
    collected: 0n,
    cancelled: 0n,
    expired: 0n,
  };
}
