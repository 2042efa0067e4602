/** Ends an order whose time is over. Its bonuses are free by themselves; nothing depends on when, or whether, it runs. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { accept, stale } from "../../engine/definition/decision.ts";
import { ownOperation } from "../../engine/definition/operation.ts";
import { moved, nothingWaits } from "../../sales/documents/order-document.ts";
import { isWaiting } from "../../sales/order-states.ts";
import { about, orderExpired } from "../events.ts";
import { type FoundOrder, holderOf, asFound, needsOf, saveOrder } from "../find-order.ts";
import { ORDER_EXPIRY } from "../operation-names.ts";

export const orderExpiry = ownOperation({
  name: ORDER_EXPIRY,
  ofErased: "goes_on",
  answer: z.strictObject({ orderId: idText("ord"), status: z.literal("expired"), version: z.int() }),
  bucket: ({ orderId }: FoundOrder) => bucketOf(orderId),
  needs: (input: FoundOrder) => needsOf(input),
  decide(context, input) {
    const order = asFound(context, input);
    if (order === undefined) return stale;
    const { status, expiresAt, memberId } = order;
    if (!isWaiting(status) || expiresAt > context.now) return stale;
    // The end of its hold is due, and posted with this.
    holderOf(context, order)?.writeAnyway();
    const lines = nothingWaits(order.lines, "expired");
    const ended = moved(order, "expire", { lines, status: "expired", endedAt: expiresAt });
    return accept({
      memberId,
      answer: { orderId: order.id, status: "expired", version: ended.version },
      documents: [saveOrder(input, ended)],
      events: [orderExpired(about(ended))],
    });
  },
});
