/** A second person agrees to an adjustment: it is applied. Of two who agree at once one does. */
import { idInPath } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, refuse, reject, stale } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { isOnePerson } from "../../members/staff/one-person.ts";
import { adjustmentStore, stateOf } from "./adjustment-store.ts";
import { mayAct } from "./allowed.ts";
import { AdjustmentAnswer, answerOf } from "./answer.ts";
import { applyAdjustment } from "./apply.ts";
import { earlierOf } from "./earlier.ts";
import { toldOfApplied } from "./events.ts";
import { needsOf, requireAdjustment, whoseIsIt } from "./find-adjustment.ts";
import { settledBreak } from "./settled-break.ts";
import { Comment, staffOnly } from "./terms.ts";

export const adjustmentApproval = defineOperation({
  name: "adjustment-approval",
  permission: "adjustments.approve",
  forbids: staffOnly,
  alone: true,
  http: {
    method: "post",
    path: "/v1/adjustments/{adjustmentId}/approve",
    tag: "Adjustments",
    summary: "Agree to an adjustment as the second person",
    description:
      "`X-Staff-Id` says who agrees: never who has asked, nor the same person under another id; and the account is neither theirs nor, by now, that of whoever has asked. A debit that asks for more than is there by now is refused, and goes on waiting.",
    idempotencyKey: "required",
    example: { comment: "seen the incident" },
  },
  params: idInPath("adjustmentId", "adj"),
  body: Comment,
  answers: { 200: { description: "Applied.", schema: AdjustmentAnswer } },
  problems: [
    ...(["adjustment_not_found", "adjustment_ended", "adjustment_not_reversible", "second_person_needed"] as const),
    ...(["staff_required", "unknown_staff", "own_account", "insufficient_bonuses"] as const),
    ...(["member_erased", "member_not_found"] as const),
  ],
  async prepare({ reader }, { actor, params: { adjustmentId }, body: { comment } }) {
    if (actor.staffId === null) throw new Problem("staff_required");
    const found = await requireAdjustment(reader, actor, adjustmentId);
    const original = found.reverses === null ? undefined : await reader.one(adjustmentStore, found.reverses);
    const whose = await whoseIsIt(reader, found);
    return { found, original: original ?? null, whose, comment, staffIds: [found.staffId, actor.staffId] as const };
  },
  presented: ({ whose }) => whose.profileId,
  bucket: ({ found }) => bucketOf(found.id),
  needs: ({ whose, found, original, staffIds }) =>
    needsOf(whose, { id: found.id, incident: found.incident, original, breakId: found.breakId }, staffIds),
  decide(context, { found, original, whose, staffIds, comment }) {
    const { now, operationId, policy } = context;
    const { memberId, profileId } = whose;
    const wallet = context.wallet(memberId);
    if (wallet === undefined) return reject("member_not_found");
    const asked = context.document(adjustmentStore, found.id);
    if (asked === undefined) return stale;
    const state = stateOf(asked, now);
    if (state !== "awaiting_approval") return refuse("adjustment_ended", { adjustmentId: asked.id, because: state });
    const forbidden = mayAct(context, staffIds, memberId);
    if (forbidden !== undefined) return forbidden;
    if (isOnePerson(context, staffIds)) return refuse("second_person_needed", { adjustmentId: asked.id });
    const settled = settledBreak(context, asked, "approve");
    if (settled === undefined) return refuse("adjustment_ended", { adjustmentId: asked.id, because: "expired" });
    const undone = original === null ? null : (context.document(adjustmentStore, original.id) ?? null);
    const applied = applyAdjustment(context, asked, { wallet, profileId, original: undone });
    if (applied.kind === "refused") return applied;
    const { id, incident, direction, brand, reverses } = asked;
    const gives = direction === "credit" && reverses === null;
    return accept({
      answer: answerOf(applied.adjustment, {
        operationId,
        now,
        lot: applied.lot,
        earlier: gives ? earlierOf(context, { memberId, incident, id }) : [],
        decidedBy: { staffId: staffIds[1], comment },
        balance: balanceAfter(wallet, [brand], policy.burn),
      }),
      documents: [...applied.documents, ...settled.documents],
      events: [toldOfApplied(applied.adjustment), ...settled.events],
    });
  },
});
