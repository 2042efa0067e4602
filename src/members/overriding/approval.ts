/** A second person agrees: two members are joined although their birth dates differ. Everything else is judged anew. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { idInPath, text } from "../../kernel/fields.ts";
import { as, bucketOf, isId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import type { Since } from "../joining/changed-since.ts";
import { MergeAnswer } from "../joining/merge-answer.ts";
import { findJoining, joinMembers, needsOfJoining } from "../joining/merging/join.ts";
import { changesSince, needChangesSince } from "../joining/still-as-asked.ts";
import { survivorIn } from "../owner.ts";
import { isOnePerson, needStanding } from "../staff/one-person.ts";
import { unnamedStaff } from "./by-staff.ts";
import { type MergeOverride, overrideStore } from "./override-store.ts";
import { MERGE_OVERRIDE_APPROVAL } from "../joining/operation-names.ts";

export const mergeOverrideApproval = defineOperation({
  name: MERGE_OVERRIDE_APPROVAL,
  permission: "members.merge",
  forbids: unnamedStaff,
  alone: true,
  ofErased: "goes_on",
  http: {
    method: "post",
    path: "/v1/merge-overrides/{overrideId}/approve",
    tag: "Identity",
    summary: "Agree that two members are one although their birth dates differ, and join them",
    description:
      "`X-Staff-Id` says who agrees: never who has asked. Joins the two as a merge does; what else stands against it still does (`merge_blocked`), and the request goes on waiting. Of two who approve at once one does.",
    idempotencyKey: "required",
    example: { reason: "I have seen the passport as well" },
  },
  params: idInPath("overrideId", "ovr"),
  body: z.strictObject({ reason: text(200) }).openapi("MergeOverrideApprovalBody"),
  answers: {
    200: {
      description: "Joined.",
      schema: z
        .strictObject({
          overrideId: idText("ovr"),
          operationId: idText("opn"),
          status: z.literal("approved"),
          merge: MergeAnswer,
        })
        .openapi("MergeOverrideApproval"),
    },
  },
  problems: [
    ...(["override_not_found", "override_ended", "second_person_needed", "staff_required"] as const),
    ...(["already_one_member", "merge_blocked", "member_not_found", "brand_forbidden"] as const),
  ],
  facts: ({ reason }) => ({ reason }),
  async prepare({ reader, personal }, { actor, params: { overrideId }, body }) {
    if (actor.staffId === null) throw new Problem("staff_required");
    const found = isId("ovr", overrideId) ? await reader.one(overrideStore, overrideId) : undefined;
    if (found === undefined) throw new Problem("override_not_found");
    const { oneId, otherId } = found;
    const joining = await reader.snapshot(async (tx) => {
      const [one, other] = await Promise.all([survivorIn(tx, oneId), survivorIn(tx, otherId)]);
      // Who is part of somebody else by now is not whom the first person has looked at.
      return one === oneId && other === otherId ? findJoining(tx, personal, oneId, otherId) : null;
    });
    return { found, joining, both: [found.staffId, actor.staffId] as const, reason: body.reason };
  },
  bucket: ({ found, joining }) => bucketOf(joining === null ? found.id : joining.survivor.memberId),
  needs({ found, joining, both }) {
    const own = [need(overrideStore, found.id), needStanding(both)];
    if (joining === null) return { documents: own };
    const needs = needsOfJoining(joining);
    return { ...needs, documents: [...own, needChangesSince(sinceAsked(found)), ...needs.documents] };
  },
  decide(context, { found, joining, both, reason }) {
    const { operationId, now } = context;
    const asked = context.document(overrideStore, found.id);
    if (asked === undefined) return stale;
    const { id: overrideId, approvedBy, expiresAt, blocker } = asked;
    if (approvedBy !== null) {
      return refuse("override_ended", { overrideId, because: "approved", operationId: approvedBy });
    }
    if (expiresAt <= now) return refuse("override_ended", { overrideId, because: "expired" });
    if (isOnePerson(context, both)) return refuse("second_person_needed", { overrideId });
    const isOther = () => refuse("override_ended", { overrideId, because: "members_changed" });
    if (joining === null) return isOther();
    const changes = changesSince(context, sinceAsked(asked));
    if (changes === undefined) return stale;
    if (changes.joinedOrParted) return isOther();
    const joined = joinMembers(context, joining, reason, { overridden: [blocker] });
    if (joined.kind !== "joined") return joined;
    const { memberId, documents, answer, event } = joined;
    return accept({
      memberId,
      documents: [
        ...documents,
        save(overrideStore, overrideId, { ...asked, approvedBy: operationId, approvedAt: now }),
      ],
      answer: { overrideId, operationId, status: "approved", merge: answer },
      events: [event],
    });
  },
});

const sinceAsked = ({ id, oneId, otherId }: MergeOverride): Since => ({
  members: [oneId, otherId],
  operationId: as("opn", id),
});
