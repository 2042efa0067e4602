/** Ends a rule that no longer holds: what it has explained stays explained, and later breaks are open again. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../../kernel/answers.ts";
import { idInPath, text } from "../../../kernel/fields.ts";
import { canonicalJson, hash128 } from "../../../kernel/hash.ts";
import { type Id, isId, uuidOf } from "../../../kernel/ids.ts";
import { Problem } from "../../../kernel/problems.ts";
import type { Actor } from "../../../engine/actor.ts";
import { accept, save } from "../../../engine/definition/decision.ts";
import { defineOperation } from "../../../engine/definition/operation.ts";
import type { Reader } from "../../../engine/connection/reader.ts";
import { seesOwnOf } from "../../../engine/definition/visibility.ts";
import { RECONCILIATION_BUCKET } from "../bucket.ts";
import { endedRuleStore } from "../stores.ts";
import { breakTerms } from "./break-terms.ts";

export const breakRuleEnd = defineOperation({
  name: "break-rule-end",
  permission: breakTerms.permission,
  forbids: breakTerms.forbids,
  http: {
    method: "post",
    path: "/v1/break-rules/{ruleId}/end",
    tag: "Reconciliation",
    summary: "End a rule that explains breaks",
    description: "`X-Staff-Id` says who decides. What it has explained stays so.",
    idempotencyKey: "required",
    example: { reason: "the store has a new till" },
  },
  params: idInPath("ruleId", "rul"),
  body: z.strictObject({ reason: text(200) }).openapi("BreakRuleEndBody"),
  answers: {
    200: {
      description: "Ended.",
      schema: z.strictObject({ ruleId: idText("rul"), operationId: idText("opn") }).openapi("BreakRuleEnded"),
    },
  },
  problems: ["rule_not_found", "rule_ended", "staff_required"],
  facts: ({ reason }) => ({ reason }),
  prepare: async ({ reader }, { actor, params: { ruleId } }) => ({ ruleId: await findRule(reader, actor, ruleId) }),
  bucket: () => RECONCILIATION_BUCKET,
  // It ends once, whoever asks at the same moment.
  naturalKeys: ({ ruleId }) => [{ key: hash128(canonicalJson(["break-rule-end", ruleId])), role: "own" }],
  conflict: () => "rule_ended",
  needs: () => ({}),
  decide({ operationId }, { ruleId }) {
    return accept({
      memberId: null,
      answer: { ruleId, operationId },
      documents: [save(endedRuleStore, ruleId, { ruleId, operationId })],
    });
  },
});

const RULE = "select brand from break_rules where rule_id = $1::uuid";

async function findRule(reader: Reader, actor: Actor, ruleId: string): Promise<Id<"rul">> {
  const rows = isId("rul", ruleId) ? await reader.run<{ brand: string }>(RULE, [uuidOf(ruleId)]) : [];
  if (!isId("rul", ruleId) || rows[0] === undefined || !seesOwnOf(actor, rows[0].brand)) {
    throw new Problem("rule_not_found");
  }
  return ruleId;
}
