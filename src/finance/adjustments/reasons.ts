/** For which reasons an account may be adjusted, and within which limits: as the rules in force have it. */
import { z } from "@hono/zod-openapi";
import { AmountText } from "../../kernel/answers.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { ADJUSTING_SCOPES, DIRECTIONS } from "../../policy/adjustment-rules.ts";

const Name = z.strictObject({ ru: z.string(), en: z.string() }).openapi("NameInBoth");

const Reasons = z
  .strictObject({
    policyVersion: z.int(),
    approvalAbove: AmountText,
    categories: z.array(z.strictObject({ code: z.string(), name: Name })),
    reasons: z.array(
      z.strictObject({
        code: z.string(),
        category: z.string(),
        name: Name,
        directions: z.array(z.enum(DIRECTIONS)),
        needsIncident: z.boolean(),
      }),
    ),
    limits: z.array(z.strictObject({ scope: z.enum(ADJUSTING_SCOPES), count: z.int(), amount: AmountText })),
  })
  .openapi("AdjustmentReasons");

export const readReasons = defineRead({
  name: "adjustment-reasons",
  permission: "adjustments.read",
  http: {
    method: "get",
    path: "/v1/adjustment-reasons",
    tag: "Adjustments",
    summary: "Reasons of adjustments, and limits",
    description: "Of the rules in force now; administrators publish others with `PUT /v1/policies/{version}`.",
  },
  answer: { description: "Reasons, their categories, and limits of a day.", schema: Reasons },
  problems: [],
  async read(look) {
    const { version, rules } = (await look.readPolicies()).at(look.clock.now());
    return { policyVersion: version, ...rules.adjustments };
  },
});
