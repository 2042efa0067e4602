/** What a till is told of a reversal. */
import { z } from "@hono/zod-openapi";
import { ORDER_STATUSES } from "../order-states.ts";
import { BalanceAfter, idText, orNull } from "../../kernel/answers.ts";
import { BALANCE_OF_BEGUN } from "../../members/representing/words.ts";

export const ReversalAnswer = z
  .strictObject({
    outcome: z.enum(["reversed", "tombstoned", "already_reversed"]),
    operationId: idText("opn"),
    memberId: idText("mbr").nullable(),
    balance: orNull(BalanceAfter).openapi({ description: BALANCE_OF_BEGUN }),
    orderId: idText("ord").optional().openapi({ description: "The order whose pickup was undone." }),
    orderStatus: z.enum(ORDER_STATUSES).optional(),
    orderVersion: z.int().min(1).optional(),
  })
  .openapi("Reversal");
