/** Drops a draft, so that another one can be made. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { idInPath, text } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { needBooks } from "../periods/stores.ts";
import { aboutSettlement, settlementDropped } from "./events.ts";
import { namedStaff, requireByStaff } from "./parties.ts";
import { settlementStore } from "./stores.ts";

export const settlementDrop = defineOperation({
  name: "settlement-drop",
  permission: "books.settle",
  forbids: namedStaff,
  alone: true,
  http: {
    method: "post",
    path: "/v1/settlements/{settlementId}/drop",
    tag: "Settlements",
    summary: "Drop a draft",
    description:
      "Until both sides have agreed. Its number is not given again, and it can still be read; the months of the two are free to be settled anew.",
    idempotencyKey: "required",
    example: { reason: "March was opened again" },
  },
  params: idInPath("settlementId", "stm"),
  body: z.strictObject({ reason: text(200) }).openapi("SettlementDropBody"),
  answers: {
    200: {
      description: "Dropped.",
      schema: z
        .strictObject({ settlementId: idText("stm"), operationId: idText("opn"), status: z.literal("dropped") })
        .openapi("SettlementDrop"),
    },
  },
  problems: ["settlement_not_found", "settlement_not_open", "staff_required"],
  facts: ({ reason }) => ({ reason }),
  prepare: (look, { actor, params: { settlementId } }) => requireByStaff(look, actor, settlementId),
  bucket: ({ id }) => bucketOf(id),
  needs: ({ id }) => ({ documents: [needBooks, need(settlementStore, id)] }),
  decide({ document, operationId }, { id: settlementId }) {
    const asked = document(settlementStore, settlementId);
    if (asked === undefined) return stale;
    if (asked.status !== "draft") return refuse("settlement_not_open", { settlementId, is: asked.status });
    return accept({
      memberId: null,
      answer: { settlementId, operationId, status: "dropped" },
      events: [settlementDropped(aboutSettlement(asked))],
      documents: [save(settlementStore, settlementId, { ...asked, status: "dropped", droppedBy: operationId })],
    });
  },
});
