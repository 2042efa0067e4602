/** Adjusts a member's account by hand: at once, or where it is more than the rules let one person do, when another agrees. */
import { z } from "@hono/zod-openapi";
import { Brand, memberFields, ofOneMember, PositiveAmount, senseless, text } from "../../kernel/fields.ts";
import { as } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, reject, save } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { requireMember } from "../../members/lookup.ts";
import { DIRECTIONS } from "../../policy/adjustment-rules.ts";
import { type Adjustment, adjustmentStore } from "./adjustment-store.ts";
import { countedFor, mayAct, needsSecond, reasonIn } from "./allowed.ts";
import { AdjustmentAnswer, answerOf } from "./answer.ts";
import { applyAdjustment } from "./apply.ts";
import { earlierOf } from "./earlier.ts";
import { needsOf } from "./find-adjustment.ts";
import { NOTHING_YET, TWO_PEOPLE } from "./terms.ts";
import { ADJUSTMENT_MS, INCIDENT } from "./words.ts";

const Incident = z
  .string()
  .regex(INCIDENT, senseless("is the number of an incident as its tracker gives it: INC-10482"))
  .openapi({ pattern: INCIDENT.source, example: "INC-10482" });

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
      amount: PositiveAmount,
      direction: z.enum(DIRECTIONS),
      brand: Brand.openapi({ description: "In whose books." }),
      reason: text(40).openapi({ example: "late_delivery" }),
      incident: Incident.optional(),
      comment: text(500),
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
    return { memberId, profileId, amount, direction, brand, reason, incident, comment, staffId };
  },
  presented: ({ profileId }) => profileId,
  needs: ({ memberId, profileId, incident, staffId }) =>
    needsOf({ memberId, profileId, foundBy: [] }, { id: null, incident, original: null }, [staffId]),
  decide(context, input) {
    const { policy, now, operationId } = context;
    const { memberId, profileId, staffId, amount, direction, brand, incident } = input;
    const wallet = context.wallet(memberId);
    if (wallet === undefined) return reject("member_not_found");
    const reason = reasonIn(policy.rules.adjustments, input.reason, direction);
    if (reason === undefined) return reject("unknown_reason", { reason: input.reason, direction });
    if (reason.needsIncident && incident === null) return reject("incident_required", { reason: reason.code });
    const forbidden = mayAct(context, [staffId], memberId);
    if (forbidden !== undefined) return forbidden;
    const counted = countedFor(context, staffId, amount);
    if (!("saved" in counted)) return counted;
    const id = as("adj", operationId);
    const waits = needsSecond(policy.rules.adjustments, amount);
    const asked: Adjustment = {
      ...NOTHING_YET,
      ...input,
      id,
      category: reason.category,
      reverses: null,
      requestedAt: now,
      expiresAt: waits ? now + ADJUSTMENT_MS : null,
    };
    const earlier = direction === "credit" ? earlierOf(context, { memberId, incident, id }) : [];
    const terms = { operationId, now, earlier };
    if (waits) {
      const documents = [counted.saved, save(adjustmentStore, id, asked)];
      return accept({ status: 202, answer: answerOf(asked, terms), documents });
    }
    const applied = applyAdjustment(context, asked, { wallet, profileId, original: null });
    if (applied.kind === "refused") return applied;
    const balance = balanceAfter(wallet, [brand], policy.burn);
    return accept({
      status: 201,
      answer: answerOf(applied.adjustment, { ...terms, lot: applied.lot, balance }),
      documents: [counted.saved, ...applied.documents],
    });
  },
});
