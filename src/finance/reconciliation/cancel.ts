/** Drops a file that waits to be matched, or has failed: nothing of it is kept, and the same file may be sent again. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath, text } from "../../kernel/fields.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { RECONCILIATION_BUCKET } from "./bucket.ts";
import { findReconciliation } from "./reads/read-reconciliation.ts";
import { reconciliationStore } from "./stores.ts";

export const reconciliationCancel = defineOperation({
  name: "reconciliation-cancel",
  permission: "receipts.reconcile",
  http: {
    method: "post",
    path: "/v1/reconciliations/{reconciliationId}/cancel",
    tag: "Reconciliation",
    summary: "Drop a file that waits, or has failed",
    description:
      "It is not matched any more, and its lines are gone. The same file, asked the same way, may be sent again with another `Idempotency-Key`. One that is done stays.",
    idempotencyKey: "required",
    example: { reason: "the days of another month" },
  },
  params: idInPath("reconciliationId", "rec"),
  body: z.strictObject({ reason: text(200) }).openapi("ReconciliationCancelBody"),
  answers: {
    200: {
      description: "Dropped.",
      schema: z
        .strictObject({
          reconciliationId: idText("rec"),
          operationId: idText("opn"),
          status: z.literal("cancelled"),
          finishedAt: InstantText,
        })
        .openapi("ReconciliationCancelled"),
    },
  },
  problems: ["reconciliation_not_found", "reconciliation_ended"],
  facts: ({ reason }) => ({ reason }),
  bucket: () => RECONCILIATION_BUCKET,
  prepare: async ({ reader }, { actor, params: { reconciliationId } }) =>
    findReconciliation(reader, actor, reconciliationId),
  needs: ({ id }) => ({ documents: [need(reconciliationStore, id)] }),
  decide({ document, now, operationId }, { id }) {
    const found = document(reconciliationStore, id);
    if (found === undefined) return stale;
    const { status } = found;
    if (status === "done" || status === "cancelled") {
      return refuse("reconciliation_ended", { reconciliationId: id, is: status });
    }
    // Of two processes the one that was asked for it may be ahead.
    const finishedAt = Math.max(now, found.requestedAt);
    return accept({
      memberId: null,
      answer: { reconciliationId: id, operationId, status: "cancelled", finishedAt: formatInstant(finishedAt) },
      documents: [save(reconciliationStore, id, { ...found, status: "cancelled", finishedAt })],
    });
  },
});
