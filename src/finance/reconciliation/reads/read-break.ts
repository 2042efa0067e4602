/** One break, with all that was done about it. */
import { z } from "@hono/zod-openapi";
import { bucketIn } from "../../../engine/transfer-sql.ts";
import { defineRead } from "../../../engine/definition/read.ts";
import { idText, InstantText } from "../../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../../kernel/clock.ts";
import { idInPath } from "../../../kernel/fields.ts";
import { fromUuid, uuidOf } from "../../../kernel/ids.ts";
import { BreakView, breakView } from "../breaks/break-view.ts";
import { findBreak } from "../breaks/find-break.ts";
import { BREAK_ACTIONS, type BreakAction } from "../words.ts";

/** Steps that are shown, the newest first. */
const MOST_STEPS = 200;

/** What somebody has said in words is the reason of a change; a correction has a code beside. */
const STEPS = `select c.action, c.operation_id, o.staff_id, coalesce(o.answer->'decidedBy'->>'comment', o.answer->>'comment', o.reason) as reason, o.posted_at
  from break_changes c join operations o on o.bucket = ${bucketIn("c.operation_id")} and o.operation_id = c.operation_id
  where c.break_id = $1::uuid order by c.number desc limit ${MOST_STEPS}`;

interface StepRow {
  readonly action: BreakAction;
  readonly operation_id: string;
  readonly staff_id: string;
  readonly reason: string;
  readonly posted_at: Instant;
}

export const readBreak = defineRead({
  name: "read-break",
  permission: "receipts.reconcile",
  http: {
    method: "get",
    path: "/v1/breaks/{breakId}",
    tag: "Reconciliation",
    summary: "Read a break, with all that was done about it",
    description: "The newest first.",
  },
  params: idInPath("breakId", "brk"),
  answer: {
    description: "The break.",
    schema: z
      .strictObject({
        ...BreakView.shape,
        steps: z.array(
          z.strictObject({
            action: z.enum(BREAK_ACTIONS),
            operationId: idText("opn"),
            staffId: z.string(),
            reason: z.string(),
            at: InstantText,
          }),
        ),
      })
      .openapi("ReconciliationBreakDetail"),
  },
  problems: ["break_not_found"],
  async read({ reader, clock }, { actor, params: { breakId } }) {
    const found = await findBreak(reader, actor, breakId);
    const steps = await reader.run<StepRow>(STEPS, [uuidOf(found.id)]);
    return {
      ...breakView(found, clock.now()),
      steps: steps.map(({ action, operation_id, staff_id, reason, posted_at }) => ({
        action,
        operationId: fromUuid("opn", operation_id),
        staffId: staff_id,
        reason,
        at: formatInstant(posted_at),
      })),
    };
  },
});
