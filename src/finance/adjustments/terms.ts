/** What operations about adjustments have in common. */
import { z } from "@hono/zod-openapi";
import { PositiveAmount, senseless, text } from "../../kernel/fields.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import { DIRECTIONS } from "../../policy/adjustment-rules.ts";
import type { Adjustment } from "./adjustment-store.ts";
import { ADJUSTMENT_DAYS, INCIDENT } from "./words.ts";

export const TWO_PEOPLE = `\`X-Staff-Id\` says who asks. What is more than the rules let one person do (\`adjustments.approvalAbove\`) is answered 202, and waits ${ADJUSTMENT_DAYS} days for another to agree.`;

const Incident = z
  .string()
  .regex(INCIDENT, senseless("is the number of an incident as its tracker gives it: INC-10482"))
  .openapi({ pattern: INCIDENT.source, example: "INC-10482" });

/** What is to be moved, and why. */
export const adjustingFields = {
  amount: PositiveAmount,
  direction: z.enum(DIRECTIONS),
  reason: text(40).openapi({ example: "late_delivery" }),
  incident: Incident.optional(),
  comment: text(500),
};

export const staffOnly = ({ staffId }: Pick<Actor, "staffId">): Problem | undefined =>
  staffId === null ? new Problem("staff_required") : undefined;

export const Comment = z.strictObject({ comment: text(500) }).openapi("AdjustmentComment");

/** Of an adjustment of which nothing has become yet. */
export const NOTHING_YET = {
  appliedBy: null,
  appliedTo: null,
  appliedAt: null,
  parts: [],
  debt: 0n,
  rejectedBy: null,
  reversedBy: null,
} as const satisfies Partial<Adjustment>;
