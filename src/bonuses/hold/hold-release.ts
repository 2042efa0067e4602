/** Gives back what is held. */
import { z } from "@hono/zod-openapi";
import { refuse, reject } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { endHold } from "../../ledger/posting/due.ts";
import { common, ended, EndedHold, needsOf } from "./hold-end.ts";
import { requireHold } from "./hold-read.ts";

export const holdRelease = defineOperation({
  ...common,
  name: "hold-release",
  http: {
    method: "post",
    path: "/v1/holds/{holdId}/release",
    tag: "Bonuses",
    summary: "Give back what is held",
    idempotencyKey: "required",
    example: {},
  },
  body: z.strictObject({}).openapi("NoFields"),
  answers: { 200: { description: "Given back.", schema: EndedHold } },
  problems: ["hold_not_found", "hold_not_open"],
  prepare: (look, { actor, params }) => requireHold(look, params.holdId, actor.brand),
  needs: (input) => needsOf(input),
  decide(context, { memberId, holdId }) {
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const hold = member.openHold(holdId);
    if (hold === undefined) return refuse("hold_not_open");
    endHold(member, hold, "released", context.now);
    return ended(context, member, hold, "released", 0n);
  },
});
