/**
 * Two members become one. Who survives is a rule's choice; wallet, holds, profiles and identifiers of the other move to him,
 * lot by lot, and its id leads to him from then on. Before it is done it can be shown, with all that stands against it.
 */
import { ofOneBrand } from "../of-one-brand.ts";
import { z } from "@hono/zod-openapi";
import { assert } from "../../../kernel/assert.ts";
import { boundedArray, text } from "../../../kernel/fields.ts";
import { bucketOf } from "../../../kernel/ids.ts";
import { accept } from "../../../engine/definition/decision.ts";
import { defineOperation } from "../../../engine/definition/operation.ts";
import { standingIn } from "../../owner.ts";
import { findJoining, joinMembers, needsOfJoining } from "./join.ts";
import { MergeAnswer } from "../merge-answer.ts";
import { MERGE } from "../operation-names.ts";

const MergeBody = z
  .strictObject({
    memberIds: boundedArray(z.string(), { min: 2, max: 2, of: "members" }),
    reason: text(200).openapi({ example: "the same person, seen at the counter with both cards" }),
  })
  .openapi("MergeBody");

export const merge = defineOperation({
  name: MERGE,
  permission: "members.merge",
  forbids: ofOneBrand,
  alone: true,
  ofErased: "goes_on",
  http: {
    method: "post",
    path: "/v1/merges",
    tag: "Identity",
    summary: "Join two members, or show what that would do",
    description:
      "The older of the two stands for both. Everything of the other moves to it, lot by lot, and its id leads to it for ever. " +
      "With `preview=true` nothing is changed: the answer says what would move, what speaks for it, and what stands against it (`blockers`).",
    idempotencyKey: "required",
    dryRun: "preview",
    example: {
      memberIds: ["mbr_0195560d2a0070008a30f1c2d3e4f000", "mbr_0195560d2a0070008a30f1c2d3e4f001"],
      reason: "the same person",
    },
  },
  body: MergeBody,
  answers: { 201: { description: "Joined.", schema: MergeAnswer } },
  problems: ["member_not_found", "already_one_member", "merge_blocked", "brand_forbidden"],
  facts: ({ reason }) => ({ reason }),
  prepare: ({ reader, personal }, { body }) =>
    reader.snapshot(async (tx) => {
      const [a, b] = await Promise.all(body.memberIds.map(async (id) => standingIn(tx, id)));
      assert(a !== undefined && b !== undefined, "the form asks for two members");
      return { joining: await findJoining(tx, personal, a, b), reason: body.reason };
    }),
  bucket: ({ joining }) => bucketOf(joining.survivor.memberId),
  needs: ({ joining }) => needsOfJoining(joining),
  decide(context, { joining, reason }) {
    const joined = joinMembers(context, joining, reason);
    if (joined.kind !== "joined") return joined;
    const { memberId, documents, answer, event } = joined;
    return accept({ memberId, documents, answer, events: [event] });
  },
});
