/** Cancels an order, or some goods of it: what was held for them is given back. A store strikes lines by it too. */
import { z } from "@hono/zod-openapi";
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import { AmountText, BalanceAfter, idText, orNull } from "../../kernel/answers.ts";
import { text } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, type Refused, refuse, stale } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { amountOf, type LotPart, MOST_MOVES } from "../../ledger/hold.ts";
import { releaseFrom } from "../../ledger/posting/held.ts";
import { BALANCE_OF_BEGUN } from "../../members/representing/words.ts";
import { addedUp, moved, nothingWaits, type Order, portionsOf } from "../../sales/documents/order-document.ts";
import { linesOf, ReturnedLineBody } from "../../sales/receipt/line.ts";
import { takeLines } from "../take-lines.ts";
import { about, orderCancelled } from "../events.ts";
import {
  balanceOfOrder,
  foundOrder,
  holderOf,
  holdOf,
  asFound,
  needsOf,
  orderInPath,
  requireOrder,
  stepFault,
  saveOrder,
} from "../find-order.ts";
import { ORDER_CANCEL } from "../operation-names.ts";
import { OrderView, orderView } from "../order-answer.ts";

const CancelBody = z
  .strictObject({
    lines: linesOf(ReturnedLineBody)
      .optional()
      .openapi({ description: "Which goods, and how many; absent: all that wait." }),
    reason: text(500).optional(),
  })
  .openapi("CancelBody");

export const cancel = defineOperation({
  name: ORDER_CANCEL,
  ofErased: "goes_on",
  permission: "orders.fulfil",
  http: {
    method: "post",
    path: "/v1/orders/{orderId}/cancel",
    tag: "Orders",
    summary: "Cancel an order, or some goods of it",
    description:
      "What is held for the goods is given back. A store strikes lines by it too. Where nothing waits any more the order has ended: `collected` if some of it was, else `cancelled`.",
    idempotencyKey: "required",
    example: { lines: [{ lineId: "1", quantity: "1" }], reason: "damaged" },
  },
  params: orderInPath,
  body: CancelBody,
  answers: {
    200: {
      description: "Cancelled.",
      schema: z
        .strictObject({
          ...OrderView.shape,
          operationId: idText("opn"),
          released: AmountText.openapi({ description: "Bonuses given back." }),
          balance: orNull(BalanceAfter).openapi({ description: BALANCE_OF_BEGUN }),
        })
        .openapi("CancelledOrder"),
    },
  },
  problems: [
    ...(["order_not_found", "order_in_wrong_state", "unknown_line", "not_divisible"] as const),
    ...(["more_than_waits", "too_many_parts"] as const),
  ],
  facts: ({ reason }) => ({ reason }),
  async prepare(look, { actor, params, body }) {
    const order = await requireOrder(look, actor, params.orderId);
    return { ...(await foundOrder(look.reader, order)), lines: body.lines ?? null };
  },
  bucket: ({ orderId }) => bucketOf(orderId),
  needs: (input) => needsOf(input),
  decide(context, input) {
    const { now, operationId } = context;
    const order = asFound(context, input);
    if (order === undefined) return stale;
    const fault = stepFault(order, "cancel", now) ?? partsFault(context, order, input.lines !== null);
    if (fault !== undefined) return fault;
    const taken = input.lines === null ? everything(order) : takeLines(order.lines, input.lines, "cancelled");
    if ("kind" in taken) return taken;
    const changed = afterwards(order, taken.lines, now);
    const released = giveBack(context, order, taken.parts);
    return accept({
      memberId: order.memberId,
      answer: {
        ...orderView(changed, now),
        operationId,
        released: formatAmount(released),
        balance: balanceOfOrder(context, order, input),
      },
      documents: [saveOrder(input, changed)],
      events: [orderCancelled({ ...about(changed), released: formatAmount(released) })],
    });
  },
});

/** Each part that is given back is remembered: the last of many is all that is left. */
function partsFault(context: CommandContext, order: Order, isPart: boolean): Refused | undefined {
  const hold = holdOf(context, order);
  return isPart && (hold?.moves.length ?? 0) >= MOST_MOVES ? refuse("too_many_parts", { most: MOST_MOVES }) : undefined;
}

const everything = ({ lines }: Order) => ({
  lines: nothingWaits(lines, "cancelled"),
  parts: addedUp(portionsOf(lines).flatMap(({ parts }) => parts)),
});

/** An order of which nothing waits any more has ended: collected where some of it was. */
function afterwards(order: Order, lines: Order["lines"], now: Instant): Order {
  if (portionsOf(lines).length > 0) return moved(order, "cancel", { lines, status: order.status });
  const status = lines.some(({ collected }) => collected > 0n) ? "collected" : "cancelled";
  return moved(order, "cancel", { lines, status, endedAt: now });
}

function giveBack(context: CommandContext, order: Order, parts: readonly LotPart[]): Bonus {
  if (parts.length === 0) return 0n;
  const member = holderOf(context, order);
  const hold = holdOf(context, order);
  assert(member !== undefined && hold?.status === "open", "what is held for goods that wait is in an open hold");
  releaseFrom(member, hold, parts, context);
  return amountOf(parts);
}
