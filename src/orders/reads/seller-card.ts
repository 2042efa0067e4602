/** A member's card for the seller's app: what there is, what ends soon, and which orders wait where. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath } from "../../kernel/fields.ts";
import { isId, uuidOf } from "../../kernel/ids.ts";
import { TableRows } from "../../db/table-rows.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { cardOf, MemberCard } from "../../members/reads/card.ts";
import { heldFor, type Order } from "../../sales/documents/order-document.ts";
import { orders } from "../../sales/tables.ts";
import { seesOrderSql } from "../find-order.ts";

const WaitingOrder = z
  .strictObject({
    orderId: idText("ord"),
    orderNumber: z.string(),
    brand: z.string(),
    status: z.enum(["placed", "ready"]),
    pickup: z.strictObject({ brand: z.string(), storeId: z.string() }),
    held: AmountText,
    expiresAt: InstantText,
  })
  .openapi("WaitingOrder");

/** Of orders that wait, those that end soonest. */
const MOST_ORDERS = 50;
const rows = new TableRows(orders);
/** Served by the index `orders_of_member`. */
const WAITING = `select ${rows.list("o")} from orders o where o.member_id = $1::uuid and o.status in ('placed', 'ready')
  and o.expires_at > $2::timestamptz and ${seesOrderSql("$4")} order by o.expires_at, o.order_id limit $3::int`;

export const sellerCard = defineRead({
  name: "read-card",
  permission: "members.read",
  http: {
    method: "get",
    path: "/v1/members/{memberId}/card",
    tag: "Members",
    summary: "Read a member's card for the seller's app",
    description:
      "What there is to spend, what ends soon, and which orders wait where. A client of one brand sees those that it may read.",
  },
  params: idInPath("memberId", "mbr"),
  answer: {
    description: "The card.",
    schema: z.strictObject({ ...MemberCard.shape, orders: z.array(WaitingOrder) }).openapi("SellerCard"),
  },
  problems: ["member_not_found"],
  async read(look, { actor, params: { memberId } }) {
    const now = look.clock.now();
    const [card, waiting] = await Promise.all([
      cardOf(look, actor, memberId),
      isId("mbr", memberId)
        ? look.reader.values(WAITING, [uuidOf(memberId), formatInstant(now), MOST_ORDERS, actor.brand])
        : [],
    ]);
    return { ...card, orders: waiting.map((values) => waitingOrder(rows.decode(values))) };
  },
});

const waitingOrder = (order: Order): z.input<typeof WaitingOrder> => ({
  orderId: order.id,
  orderNumber: order.orderNumber,
  brand: order.brand,
  status: order.status === "ready" ? "ready" : "placed",
  pickup: { brand: order.pickupBrand, storeId: order.pickupStoreId },
  held: formatAmount(heldFor(order.lines)),
  expiresAt: formatInstant(order.expiresAt),
});
