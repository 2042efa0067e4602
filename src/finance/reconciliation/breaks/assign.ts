/** Says who is to look at a break. */
import { z } from "@hono/zod-openapi";
import { text } from "../../../kernel/fields.ts";
import { refuse, stale } from "../../../engine/definition/decision.ts";
import { defineOperation } from "../../../engine/definition/operation.ts";
import { breakStore } from "../stores.ts";
import { breakTerms, changed, needBreak } from "./break-terms.ts";
import { findBreak } from "./find-break.ts";

export const breakAssign = defineOperation({
  ...breakTerms,
  name: "break-assign",
  http: {
    method: "post",
    path: "/v1/breaks/{breakId}/assign",
    tag: "Reconciliation",
    summary: "Say who is to look at a break",
    description: "`X-Staff-Id` says who asks.",
    idempotencyKey: "required",
    example: { owner: "anna-1", reason: "her stores" },
  },
  body: z
    .strictObject({
      owner: z
        .string()
        .regex(/^[A-Za-z0-9._-]{1,64}$/, "1 to 64 letters, digits, dots, dashes")
        .nullable()
        .openapi({ description: "Null: whoever has time.", example: "anna-1" }),
      reason: text(200),
    })
    .openapi("BreakAssignBody"),
  problems: ["break_not_found", "break_resolved", "staff_required"],
  async prepare({ reader }, { actor, params: { breakId }, body: { owner } }) {
    return { found: await findBreak(reader, actor, breakId), owner: owner?.toLowerCase() ?? null };
  },
  needs: ({ found }) => ({ documents: [needBreak(found)] }),
  decide(context, { found, owner }) {
    const now = context.document(breakStore, found.id);
    if (now === undefined) return stale;
    if (now.status === "resolved") return refuse("break_resolved", { breakId: now.id });
    return changed(context, now, "assign", { owner });
  },
});
