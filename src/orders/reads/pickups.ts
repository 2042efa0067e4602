/** Orders of a store, for its screen: newest first, by state. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText, orNull, pageSchema } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { StoreId } from "../../kernel/fields.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { TableRows } from "../../db/table-rows.ts";
import { keyIn, PageQuery, pageOf } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { heldFor, type Order, portionsOf } from "../../sales/documents/order-document.ts";
import { ORDER_STATUSES } from "../../sales/order-states.ts";
import { orders } from "../../sales/tables.ts";

const Pickup = z
  .strictObject({
    orderId: idText("ord"),
    orderNumber: z.string(),
    brand: z.string(),
    status: z.enum(ORDER_STATUSES),
    /** Lines of which something waits. */
    linesWaiting: z.int(),
    total: AmountText,
    held: AmountText,
    placedAt: InstantText,
    readyAt: orNull(InstantText),
    expiresAt: InstantText,
  })
  .openapi("StoreOrder");

const rows = new TableRows(orders);

/**
 * Served by the index `orders_of_store`, backwards. An order whose time is over is expired, whether or not that was posted:
 * it stands under the status that it had until the job has come by, and is left out there.
 */
const PAGE = `select ${rows.list("o")} from orders o where o.pickup_store_id = $1::text and o.status = $2::text
  and (o.status not in ('placed', 'ready') or o.expires_at > $3::timestamptz)
  and o.order_id < coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  order by o.pickup_store_id desc, o.status desc, o.order_id desc limit $5::int`;
const KEY = /^[0-9a-f]{32}$/;

export const listPickups = defineRead({
  name: "list-pickups",
  permission: "orders.read",
  http: {
    method: "get",
    path: "/v1/pickups",
    tag: "Orders",
    summary: "List the orders of a store",
    description:
      "For the store's screen: those of one state, newest first. The stores of another brand are unknown to a client of one. An order whose time is over is listed as expired once that was posted, within a minute.",
  },
  query: PageQuery.extend({
    storeId: StoreId,
    status: z.enum(ORDER_STATUSES).default("ready"),
  }),
  answer: {
    description: "A page of orders.",
    schema: pageSchema(Pickup).openapi("StoreOrders"),
  },
  problems: ["unknown_store"],
  async read({ reader, directory, clock }, { actor, query: { storeId, status, limit, cursor } }) {
    const after = keyIn(cursor, KEY);
    const store = await directory.store(storeId);
    if (store === undefined || !seesOwnOf(actor, store.brand)) throw new Problem("unknown_store", { storeId });
    const found = await reader.values(PAGE, [storeId, status, formatInstant(clock.now()), after, limit + 1]);
    return pageOf(
      found.map((values): Order => rows.decode(values)),
      limit,
      ({ id }) => uuidOf(id),
      pickupItem,
    );
  },
});

const pickupItem = (order: Order): z.input<typeof Pickup> => ({
  orderId: order.id,
  orderNumber: order.orderNumber,
  brand: order.brand,
  status: order.status,
  linesWaiting: order.lines.filter((line) => portionsOf([line]).length > 0).length,
  total: formatAmount(order.total),
  held: formatAmount(heldFor(order.lines)),
  placedAt: formatInstant(order.placedAt),
  readyAt: order.readyAt === null ? null : formatInstant(order.readyAt),
  expiresAt: formatInstant(order.expiresAt),
});
