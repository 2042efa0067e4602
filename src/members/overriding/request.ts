/**
 * One person says, with a reason, that two members are one although their birth dates differ: another person has to agree.
 * Nothing is joined by this; all else that may stand against it is judged when it is approved.
 */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { boundedArray, text } from "../../kernel/fields.ts";
import { as, bucketOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { type FoundMember, isAsFound } from "../joining/joined-parts.ts";
import { MergeEvidence } from "../joining/merge-answer.ts";
import { birthDatesDiffer } from "../joining/merging/blockers.ts";
import { findJoining } from "../joining/merging/join.ts";
import { partsStore } from "../joining/stores.ts";
import { OVERRIDDEN_BLOCKERS } from "../merge-words.ts";
import { standingIn } from "../owner.ts";
import { pairOf } from "../pair.ts";
import { profileStore } from "../profile-store.ts";
import { unnamedStaff } from "./by-staff.ts";
import { OVERRIDE_MS, overrideStore } from "./override-store.ts";

export const mergeOverride = defineOperation({
  name: "merge-override",
  permission: "members.merge",
  forbids: unnamedStaff,
  http: {
    method: "post",
    path: "/v1/merge-overrides",
    tag: "Identity",
    summary: "Ask a second person to let two members be joined whose birth dates differ",
    description:
      "`X-Staff-Id` says who asks; somebody else has to approve it within seven days. Nothing is joined before, and everything else that may stand against it is judged then.",
    idempotencyKey: "required",
    example: {
      memberIds: ["mbr_0195560d2a0070008a30f1c2d3e4f000", "mbr_0195560d2a0070008a30f1c2d3e4f001"],
      blocker: "birth_dates_differ",
      reason: "her passport says the one, the other was mistyped",
    },
  },
  body: z
    .strictObject({
      memberIds: boundedArray(z.string(), { min: 2, max: 2, of: "members" }),
      blocker: z.enum(OVERRIDDEN_BLOCKERS),
      reason: text(200),
    })
    .openapi("MergeOverrideBody"),
  answers: {
    202: {
      description: "It waits for a second person.",
      schema: z
        .strictObject({
          overrideId: idText("ovr"),
          operationId: idText("opn"),
          status: z.literal("waiting"),
          memberIds: z.array(idText("mbr")).openapi({ description: "Who stands for the two." }),
          blocker: z.enum(OVERRIDDEN_BLOCKERS),
          expiresAt: InstantText,
          evidence: z.array(MergeEvidence),
        })
        .openapi("MergeOverride"),
    },
  },
  problems: [
    "member_not_found",
    "member_erased",
    "already_one_member",
    "nothing_to_override",
    "staff_required",
    "brand_forbidden",
  ],
  facts: ({ reason }) => ({ reason }),
  async prepare({ reader, personal }, { actor, body }) {
    const { staffId } = actor;
    if (staffId === null) throw new Problem("staff_required");
    return reader.snapshot(async (tx) => {
      const [a, b] = await Promise.all(body.memberIds.map(async (id) => standingIn(tx, id)));
      if (a === undefined || b === undefined) throw new Problem("member_not_found");
      const { survivor, absorbed, evidence } = await findJoining(tx, personal, a, b);
      const found = [survivor, absorbed];
      return { ...pairOf(a, b), found, evidence, staffId, blocker: body.blocker, reason: body.reason };
    });
  },
  bucket: ({ oneId }) => bucketOf(oneId),
  // Whoever is joined with one of the two, or parts, comes before the request or after it, and is seen by whoever approves.
  needs: ({ oneId, otherId }) => ({
    wallets: [...new Set([oneId, otherId])],
    absorbed: true,
    documents: [...new Set([oneId, otherId])].flatMap((id) => [need(profileStore, id), need(partsStore, id)]),
  }),
  decide(context, { oneId, otherId, found, evidence, staffId, blocker, reason }) {
    const { operationId, now } = context;
    if (!found.every((each) => isThere(context, each))) return stale;
    if (oneId === otherId) return refuse("already_one_member", { memberId: oneId });
    if (!birthDatesDiffer(evidence)) return refuse("nothing_to_override", { blocker });
    const id = as("ovr", operationId);
    const expiresAt = now + OVERRIDE_MS;
    const asked = { id, oneId, otherId, blocker, reason, staffId, requestedAt: now, expiresAt };
    return accept({
      memberId: null,
      documents: [save(overrideStore, id, { ...asked, approvedBy: null, approvedAt: null })],
      answer: {
        overrideId: id,
        operationId,
        status: "waiting",
        memberIds: [oneId, otherId],
        blocker,
        expiresAt: formatInstant(expiresAt),
        evidence: [...evidence],
      },
    });
  },
});

function isThere(context: CommandContext, found: FoundMember): boolean {
  const draft = context.wallet(found.memberId);
  return draft !== undefined && draft.loadedVersion !== null && isAsFound(context, draft, found);
}
