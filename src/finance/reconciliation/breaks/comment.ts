/** Notes something about a break, whatever has become of it. */
import { z } from "@hono/zod-openapi";
import { text } from "../../../kernel/fields.ts";
import { stale } from "../../../engine/definition/decision.ts";
import { defineOperation } from "../../../engine/definition/operation.ts";
import { breakStore } from "../stores.ts";
import { breakTerms, changed, needBreak } from "./break-terms.ts";
import { findBreak } from "./find-break.ts";

export const breakComment = defineOperation({
  ...breakTerms,
  name: "break-comment",
  http: {
    method: "post",
    path: "/v1/breaks/{breakId}/comment",
    tag: "Reconciliation",
    summary: "Note something about a break",
    description: "`X-Staff-Id` says who. It is kept for ever: never a customer's name or number.",
    idempotencyKey: "required",
    example: { reason: "the till was exchanged on that day" },
  },
  body: z.strictObject({ reason: text(500) }).openapi("BreakCommentBody"),
  problems: ["break_not_found", "staff_required"],
  prepare: async ({ reader }, { actor, params: { breakId } }) => ({ found: await findBreak(reader, actor, breakId) }),
  needs: ({ found }) => ({ documents: [needBreak(found)] }),
  decide(context, { found }) {
    const now = context.document(breakStore, found.id);
    return now === undefined ? stale : changed(context, now, "comment", {});
  },
});
