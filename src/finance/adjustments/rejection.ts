/** Somebody says no to an adjustment that waits; whoever has asked may take it back so. */
import { idInPath } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { type Adjustment, adjustmentStore, stateOf } from "./adjustment-store.ts";
import { AdjustmentAnswer, answerOf } from "./answer.ts";
import { toldOfRejected } from "./events.ts";
import { requireAdjustment } from "./find-adjustment.ts";
import { breakStore } from "../reconciliation/stores.ts";
import { settledBreak } from "./settled-break.ts";
import { Comment, staffOnly } from "./terms.ts";

export const adjustmentRejection = defineOperation({
  name: "adjustment-rejection",
  permission: "adjustments.make",
  forbids: staffOnly,
  http: {
    method: "post",
    path: "/v1/adjustments/{adjustmentId}/reject",
    tag: "Adjustments",
    summary: "Reject an adjustment that waits for a second person",
    description:
      "Nothing has moved, and nothing will. Whoever has asked may take it back so; the limits of the day have counted it.",
    idempotencyKey: "required",
    example: { comment: "it was paid already" },
  },
  params: idInPath("adjustmentId", "adj"),
  body: Comment,
  answers: { 200: { description: "Rejected.", schema: AdjustmentAnswer } },
  problems: ["adjustment_not_found", "adjustment_ended", "staff_required"],
  async prepare({ reader }, { actor, params: { adjustmentId }, body: { comment } }) {
    if (actor.staffId === null) throw new Problem("staff_required");
    const { id, breakId } = await requireAdjustment(reader, actor, adjustmentId);
    return { id, breakId, staffId: actor.staffId, comment };
  },
  bucket: ({ id }) => bucketOf(id),
  needs: ({ id, breakId }) => ({
    documents: [need(adjustmentStore, id), ...(breakId === null ? [] : [need(breakStore, breakId)])],
  }),
  decide(context, { id, staffId, comment }) {
    const { now, operationId } = context;
    const asked = context.document(adjustmentStore, id);
    if (asked === undefined) return stale;
    const state = stateOf(asked, now);
    if (state !== "awaiting_approval") return refuse("adjustment_ended", { adjustmentId: id, because: state });
    const settled = settledBreak(context, asked, "reject");
    if (settled === undefined) return refuse("adjustment_ended", { adjustmentId: id, because: "expired" });
    const rejected: Adjustment = { ...asked, rejectedBy: operationId };
    return accept({
      memberId: asked.memberId,
      answer: answerOf(rejected, { operationId, now, decidedBy: { staffId, comment } }),
      documents: [save(adjustmentStore, id, rejected), ...settled.documents],
      events: [toldOfRejected(rejected), ...settled.events],
    });
  },
});
