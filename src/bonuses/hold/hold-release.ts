/** Gives back what is held. */
import { z } from "@hono/zod-openapi";
import { reject } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { amountOf, leftIn } from "../../ledger/hold.ts";
import { releaseFrom } from "../../ledger/posting/held.ts";
import { changed, common, HoldAfter, needsOf, requireOpen } from "./hold-end.ts";
import { requireHold } from "./hold-read.ts";

export const holdRelease = defineOperation({
  ...common,
  name: "hold-release",
  ofErased: "goes_on",
  http: {
    method: "post",
    path: "/v1/holds/{holdId}/release",
    tag: "Bonuses",
    summary: "Give back what is held",
    idempotencyKey: "required",
    example: {},
  },
  body: z.strictObject({}).openapi("NoFields"),
  answers: { 200: { description: "Given back.", schema: HoldAfter } },
  problems: ["member_not_found", "hold_not_found", "hold_not_open", "hold_of_order"],
  prepare: (look, { actor, params }) => requireHold(look, params.holdId, actor.brand),
  presented: ({ profileId }) => profileId,
  needs: (input) => needsOf(input),
  decide(context, found) {
    const member = context.wallet(found.memberId);
    if (member === undefined) return reject("member_not_found");
    const hold = requireOpen(member, found);
    if ("kind" in hold) return hold;
    const left = leftIn(hold);
    const after = releaseFrom(member, hold, left, context);
    return changed(context, member, after, found, { captured: 0n, released: amountOf(left) });
  },
});
