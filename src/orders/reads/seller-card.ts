/** A member's card for the seller's app: what there is, what ends soon, and which orders wait where. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath, servedAt } from "../../kernel/fields.ts";
import { type MemberId, uuidOf } from "../../kernel/ids.ts";
import { TableRows } from "../../db/table-rows.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { requireOwnStore } from "../../programme/lookup.ts";
import { readOf, standingFor } from "../../members/owner.ts";
import { ownerNow } from "../../members/owner-sql.ts";
import { cardOfOne, MemberCard } from "../../members/reads/card.ts";
import { ActsFor, actsFor } from "../../members/representing/acts-for.ts";
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
export const MOST_ORDERS = 50;
const rows = new TableRows(orders);
/**
 * Orders know in whose wallet they were placed: of all to whom the member's profiles have ever led, those that are his by now.
 * Served by the index `orders_of_member`.
 */
const WAITING = `select ${rows.list("o")} from orders o
  where o.member_id in (select $1::uuid union select k.member_id from profiles p
    join profile_links k on k.bucket = p.bucket and k.profile_id = p.profile_id where p.member_id = $1::uuid) and o.status in ('placed', 'ready')
  and o.expires_at > $2::timestamptz and ${seesOrderSql("$4")} and ${ownerNow("o.member_id", "o.profile_id")} = $1::uuid
  order by o.expires_at, o.order_id limit $3::int`;

export const sellerCard = defineRead({
  name: "read-card",
  permission: "members.read",
  http: {
    method: "get",
    path: "/v1/members/{memberId}/card",
    tag: "Members",
    summary: "Read a member's card for the seller's app",
    description:
      "What there is to spend, what ends soon, which orders wait where, and for whom the member may act. A client of one brand sees those that it may read.",
  },
  params: idInPath("memberId", "mbr"),
  query: z.strictObject(servedAt),
  answer: {
    description: "The card.",
    schema: z
      .strictObject({ ...MemberCard.shape, orders: z.array(WaitingOrder), actsFor: z.array(ActsFor) })
      .openapi("SellerCard"),
  },
  problems: ["member_not_found", "unknown_store"],
  showsPersonal: true,
  async read(look, { actor, params: { memberId: named }, query: { storeId } }) {
    await requireOwnStore(look, actor, storeId);
    return readOf(
      () => standingFor(look.reader, named),
      async (standing) => {
        const [card, waiting, acting] = await Promise.all([
          cardOfOne(look, actor, standing, named),
          ordersOf(look, actor, standing),
          actsFor(look, standing),
        ]);
        return { ...card, orders: waiting.map(waitingOrder), actsFor: acting };
      },
    );
  },
});

async function ordersOf(look: Lookup, actor: Actor, memberId: MemberId): Promise<Order[]> {
  const now = formatInstant(look.clock.now());
  const found = await look.reader.values(WAITING, [uuidOf(memberId), now, MOST_ORDERS, actor.brand]);
  return found.map((values): Order => rows.decode(values));
}

const waitingOrder = (order: Order): z.input<typeof WaitingOrder> => ({
  orderId: order.id,
  orderNumber: order.orderNumber,
  brand: order.brand,
  status: order.status === "ready" ? "ready" : "placed",
  pickup: { brand: order.pickupBrand, storeId: order.pickupStoreId },
  held: formatAmount(heldFor(order.lines)),
  expiresAt: formatInstant(order.expiresAt),
});
