/** Notes that an agreed settlement has been paid, or set off. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { idInPath, Reference } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { aboutSettlement, settlementPaid } from "./events.ts";
import { namedStaff, requireByStaff } from "./parties.ts";
import { settlementStore } from "./stores.ts";

export const settlementPayment = defineOperation({
  name: "settlement-payment",
  permission: "books.settle",
  forbids: namedStaff,
  http: {
    method: "post",
    path: "/v1/settlements/{settlementId}/paid",
    tag: "Settlements",
    summary: "Note that an agreed settlement has been paid",
    description:
      "`reference`: the payment order, or the act of offset; also where nothing is left to be paid. `X-Staff-Id` says who notes it, of either side.",
    idempotencyKey: "required",
    example: { reference: "payment order 481 of 2026-04-10" },
  },
  params: idInPath("settlementId", "stm"),
  body: z.strictObject({ reference: Reference }).openapi("SettlementPaymentBody"),
  answers: {
    200: {
      description: "Paid.",
      schema: z
        .strictObject({ settlementId: idText("stm"), operationId: idText("opn"), status: z.literal("paid") })
        .openapi("SettlementPayment"),
    },
  },
  problems: ["settlement_not_found", "settlement_not_open", "staff_required"],
  facts: ({ reference }) => ({ reference }),
  prepare: (look, { actor, params: { settlementId } }) => requireByStaff(look, actor, settlementId),
  bucket: ({ id }) => bucketOf(id),
  needs: ({ id }) => ({ documents: [need(settlementStore, id)] }),
  decide({ document, operationId }, { id: settlementId }) {
    const asked = document(settlementStore, settlementId);
    if (asked === undefined) return stale;
    if (asked.status !== "agreed") return refuse("settlement_not_open", { settlementId, is: asked.status });
    return accept({
      memberId: null,
      answer: { settlementId, operationId, status: "paid" },
      events: [settlementPaid(aboutSettlement(asked))],
      documents: [save(settlementStore, settlementId, { ...asked, status: "paid", paidBy: operationId })],
    });
  },
});
