/** Adjusts a member's account by hand: at once, or where it is more than the rules let one person do, when another agrees. */
import { z } from "@hono/zod-openapi";
import { Brand, memberFields, ofOneMember } from "../../kernel/fields.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { requireMember } from "../../members/lookup.ts";
import { AdjustmentAnswer } from "./answer.ts";
import { needsOf } from "./find-adjustment.ts";
import { makeAdjustment } from "./make.ts";
import { adjustingFields, TWO_PEOPLE } from "./terms.ts";

export const adjustment = defineOperation({
  name: "adjustment",
  permission: "adjustments.make",
  alone: true,
  http: {
    method: "post",
    path: "/v1/adjustments",
    tag: "Adjustments",
    summary: "Adjust a member's account by hand",
    description:
      `A credit makes a lot of kind \`compensation\`, active at once; a debit takes what the member has of this brand's bonuses, soonest end first, whole or not at all. ` +
      `Reasons are those of the rules in force (\`adjustments.reasons\`). What was given for the same incident before is told in \`alreadyPaid\`. ${TWO_PEOPLE}`,
    idempotencyKey: "required",
    dryRun: "preview",
    example: {
      identifier: { kind: "card", value: "2900000000017" },
      amount: "500.00",
      direction: "credit",
      brand: "mvideo",
      reason: "late_delivery",
      incident: "INC-10482",
      comment: "the order was a week late",
    },
  },
  body: ofOneMember(
    z.strictObject({
      ...memberFields,
      ...adjustingFields,
      brand: Brand.openapi({ description: "In whose books." }),
    }),
  ).openapi("AdjustmentBody"),
  answers: {
    201: { description: "Applied.", schema: AdjustmentAnswer },
    202: { description: "It waits for a second person.", schema: AdjustmentAnswer },
  },
  problems: [
    ...(["member_erased", "member_not_found", "staff_required", "unknown_staff", "own_account"] as const),
    ...(["adjustment_limit", "unknown_reason", "incident_required", "insufficient_bonuses"] as const),
  ],
  actsFor: ({ brand }) => brand,
  facts: ({ reason, incident }) => ({ reason, reference: incident }),
  async prepare(look, { actor: { staffId }, body }) {
    if (staffId === null) throw new Problem("staff_required");
    const { memberId, profileId } = await requireMember(look, body);
    const { amount, direction, brand, reason, incident = null, comment } = body;
    return { memberId, profileId, amount, direction, brand, reason, incident, comment, breakId: null, staffId };
  },
  presented: ({ profileId }) => profileId,
  needs: ({ memberId, profileId, incident, staffId }) =>
    needsOf({ memberId, profileId, foundBy: [] }, { id: null, incident, original: null }, [staffId]),
  decide(context, input) {
    const made = makeAdjustment(context, input);
    if (made.kind !== "made") return made;
    const { status, answer, documents, events } = made;
    return accept({ status, answer, documents, events });
  },
});
