/**
 * Undoes an adjustment by another that mirrors it, in the same books and for the same reason. What was given and is spent
 * meanwhile is owed, as where goods come back; what was taken goes back to the lots that it came from.
 */
import { idInPath } from "../../kernel/fields.ts";
import { as, bucketOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, reject, save, stale } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { type Adjustment, adjustmentStore } from "./adjustment-store.ts";
import { mayAct, needsSecond } from "./allowed.ts";
import { AdjustmentAnswer, answerOf } from "./answer.ts";
import { applyAdjustment, notReversible } from "./apply.ts";
import { toldOfApplied, toldOfRequested } from "./events.ts";
import { needsOf, requireAdjustment, whoseIsIt } from "./find-adjustment.ts";
import { Comment, NOTHING_YET, staffOnly, TWO_PEOPLE } from "./terms.ts";
import { ADJUSTMENT_MS } from "./words.ts";

export const adjustmentReversal = defineOperation({
  name: "adjustment-reversal",
  permission: "adjustments.make",
  forbids: staffOnly,
  alone: true,
  http: {
    method: "post",
    path: "/v1/adjustments/{adjustmentId}/reverse",
    tag: "Adjustments",
    summary: "Undo an adjustment by another that mirrors it",
    description: `What was given is taken from its lot, then from others in burn order; what nothing covers is owed. What was taken goes back to the lots that it came from; one that has ended lives for the grace of a return. The limits of a day do not count it. ${TWO_PEOPLE}`,
    idempotencyKey: "required",
    dryRun: "preview",
    example: { comment: "it was meant for another member" },
  },
  params: idInPath("adjustmentId", "adj"),
  body: Comment,
  answers: {
    201: { description: "Undone.", schema: AdjustmentAnswer },
    202: { description: "It waits for a second person.", schema: AdjustmentAnswer },
  },
  problems: [
    ...([
      "adjustment_not_found",
      "adjustment_not_reversible",
      "staff_required",
      "unknown_staff",
      "own_account",
    ] as const),
    ...(["member_erased", "member_not_found"] as const),
  ],
  async prepare({ reader }, { actor, params: { adjustmentId }, body: { comment } }) {
    if (actor.staffId === null) throw new Problem("staff_required");
    const found = await requireAdjustment(reader, actor, adjustmentId);
    return { found, whose: await whoseIsIt(reader, found), staffId: actor.staffId, comment };
  },
  presented: ({ whose }) => whose.profileId,
  bucket: ({ found }) => bucketOf(found.id),
  needs: ({ found, whose, staffId }) => needsOf(whose, { id: null, incident: null, original: found }, [staffId]),
  decide(context, { found, whose, staffId, comment }) {
    const { now, operationId, policy } = context;
    const { memberId, profileId } = whose;
    const wallet = context.wallet(memberId);
    if (wallet === undefined) return reject("member_not_found");
    const original = context.document(adjustmentStore, found.id);
    if (original === undefined) return stale;
    const refused = notReversible(original) ?? mayAct(context, [staffId], memberId);
    if (refused !== undefined) return refused;
    const { brand, amount } = original;
    const waitsUntil = needsSecond(policy.rules.adjustments, amount) ? now + ADJUSTMENT_MS : null;
    const id = as("adj", operationId);
    const asked: Adjustment = {
      ...original,
      ...NOTHING_YET,
      id,
      memberId,
      profileId,
      direction: original.direction === "credit" ? "debit" : "credit",
      reverses: original.id,
      breakId: null,
      comment,
      staffId,
      requestedAt: now,
      expiresAt: waitsUntil,
    };
    if (waitsUntil !== null) {
      return accept({
        status: 202,
        answer: answerOf(asked, { operationId, now }),
        documents: [save(adjustmentStore, id, asked)],
        events: [toldOfRequested(asked, waitsUntil)],
      });
    }
    const applied = applyAdjustment(context, asked, { wallet, profileId, original });
    if (applied.kind === "refused") return applied;
    return accept({
      status: 201,
      answer: answerOf(applied.adjustment, { operationId, now, balance: balanceAfter(wallet, [brand], policy.burn) }),
      documents: applied.documents,
      events: [toldOfApplied(applied.adjustment)],
    });
  },
});
