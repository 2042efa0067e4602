/**
 * Ends a break of a reconciliation by an adjustment of the member whose bonuses it is about, in one commit: the adjustment
 * bears the break, and the break what has put it right. Where it takes two people, the break waits with it.
 */
import { z } from "@hono/zod-openapi";
import { idInPath } from "../../kernel/fields.ts";
import { mayDo, permissions } from "../../kernel/permissions.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import { accept, stale } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { requireMember } from "../../members/lookup.ts";
import { personOf, stepOf } from "../reconciliation/breaks/break-terms.ts";
import { BreakView, breakView } from "../reconciliation/breaks/break-view.ts";
import { findBreak } from "../reconciliation/breaks/find-break.ts";
import { notOpen } from "../reconciliation/breaks/standing.ts";
import { type Break, breakStore } from "../reconciliation/stores.ts";
import type { BreakKind, Difference } from "../reconciliation/words.ts";
import { AdjustmentAnswer } from "./answer.ts";
import { needsOf } from "./find-adjustment.ts";
import { makeAdjustment } from "./make.ts";
import { adjustingFields, staffOnly, TWO_PEOPLE } from "./terms.ts";

const ADJUSTS = "adjustments.make";

/** A receipt is there, or is not, or is somebody else's, or of another amount: bonuses may be wrong by it. */
const OF_BONUSES: ReadonlySet<BreakKind | Difference> = new Set([
  ...(["missing_here", "missing_there", "duplicate", "amount_differs", "wrong_member"] as const),
  ...(["member", "kind", "total", "paid", "spent", "earned", "reversed"] as const),
]);

const Correction = z
  .strictObject({
    ...AdjustmentAnswer.shape,
    break: BreakView.openapi({ description: "The break: resolved, or waiting for the second person." }),
  })
  .openapi("BreakCorrection");

export const breakCorrection = defineOperation({
  name: "break-correction",
  permission: "receipts.reconcile",
  forbids(actor: Actor) {
    const forbidden = staffOnly(actor);
    if (forbidden !== undefined) return forbidden;
    return mayDo(actor.scopes, ADJUSTS)
      ? undefined
      : new Problem("forbidden", { scopes: [...permissions[ADJUSTS], "admin"] });
  },
  alone: true,
  http: {
    method: "post",
    path: "/v1/breaks/{breakId}/correct",
    tag: "Reconciliation",
    summary: "End a break by an adjustment of its member",
    description:
      "Of breaks that are about a member's bonuses: `missing_here`, `missing_there`, `duplicate`, `amount_differs`, `wrong_member`, and others of which an amount, the member or the kind differs. " +
      `\`side\` says whose account: the member that the file has (\`there\`), or the ledger (\`here\`). In the books of the break's brand, for the reasons and within the limits of adjustments, and posted with the resolution in one commit, once. ${TWO_PEOPLE} The break waits with it: it is resolved when another agrees, and open again where it is rejected or expires.`,
    idempotencyKey: "required",
    dryRun: "preview",
    example: {
      side: "here",
      amount: "50.00",
      direction: "credit",
      reason: "missing_bonuses",
      incident: "INC-10482",
      comment: "the till had charged fifty bonuses more",
    },
  },
  params: idInPath("breakId", "brk"),
  body: z
    .strictObject({
      side: z.enum(["there", "here"]).openapi({ description: "Of the break: whose member is meant." }),
      ...adjustingFields,
    })
    .openapi("BreakCorrectionBody"),
  answers: {
    201: { description: "Applied, and the break is resolved.", schema: Correction },
    202: { description: "It waits for a second person, and the break with it.", schema: Correction },
  },
  problems: [
    ...(["break_not_found", "break_resolved", "break_awaits_approval", "break_not_correctable", "forbidden"] as const),
    ...(["member_erased", "member_not_found", "staff_required", "unknown_staff", "own_account"] as const),
    ...(["adjustment_limit", "unknown_reason", "incident_required", "insufficient_bonuses"] as const),
  ],
  facts: ({ reason, incident }) => ({ reason, reference: incident }),
  async prepare(look, { actor, params: { breakId }, body }) {
    const found = await findBreak(look.reader, actor, breakId);
    const { side, amount, direction, reason, incident = null, comment } = body;
    const { memberId, profileId } = await requireMember(look, { memberId: memberIn(found, side) });
    const terms = { amount, direction, reason, incident, comment };
    return { memberId, profileId, brand: found.brand, breakId: found.id, staffId: personOf(actor), ...terms };
  },
  presented: ({ profileId }) => profileId,
  needs: ({ memberId, profileId, incident, breakId, staffId }) =>
    needsOf({ memberId, profileId, foundBy: [] }, { id: null, incident, original: null, breakId }, [staffId]),
  decide(context, input) {
    const { now, operationId } = context;
    const before = context.document(breakStore, input.breakId);
    if (before === undefined) return stale;
    const refused = notOpen(before, now);
    if (refused !== undefined) return refused;
    const made = makeAdjustment(context, input);
    if (made.kind !== "made") return made;
    const { status, answer, adjustment } = made;
    const common = { adjustmentId: adjustment.id, awaitsUntil: adjustment.expiresAt } as const;
    const { after, documents, events } = stepOf(
      context,
      before,
      "correct",
      status === 202
        ? { ...common, status: "awaiting_approval" }
        : {
            ...common,
            ...({ status: "resolved", resolution: "corrected", correctedBy: operationId } as const),
            resolvedBy: input.staffId,
            resolvedAt: now,
          },
    );
    return accept({
      status,
      answer: { ...answer, break: breakView(after, now) },
      documents: [...made.documents, ...documents],
      events: [...made.events, ...events],
    });
  },
});

/** `break_not_correctable` where it is about no bonuses, or that side has no member. */
function memberIn(found: Break, side: "there" | "here"): string {
  if (![found.kind, ...found.differences].some((word) => OF_BONUSES.has(word))) {
    throw new Problem("break_not_correctable", { breakId: found.id, because: "no_bonuses" });
  }
  const memberId = found[side]?.memberId ?? null;
  if (memberId === null) throw new Problem("break_not_correctable", { breakId: found.id, because: "no_member" });
  return memberId;
}
