/**
 * Ends a break: an operation has put it right, or there is a reason why none has to. The reason may be kept as a rule, which explains
 * later breaks of its kind; none of them is dropped.
 */
import { z } from "@hono/zod-openapi";
import { Amount, StoreId, text } from "../../../kernel/fields.ts";
import { hash128 } from "../../../kernel/hash.ts";
import { as, bucketOf, isId, type OperationId, uuidOf } from "../../../kernel/ids.ts";
import { Problem } from "../../../kernel/problems.ts";
import { save, stale } from "../../../engine/definition/decision.ts";
import { defineOperation } from "../../../engine/definition/operation.ts";
import type { Reader } from "../../../engine/connection/reader.ts";
import { type Break, type BreakRule, breakRuleStore, breakStore } from "../stores.ts";
import { breakTerms, changed, needBreak, personOf } from "./break-terms.ts";
import { asFound, notOpen } from "./standing.ts";
import { isExplained } from "./explained-by.ts";
import { findBreak } from "./find-break.ts";

const Rule = z
  .strictObject({
    system: text(50).optional().openapi({ description: "Absent: whatever the system." }),
    storeId: StoreId.optional().openapi({ description: "Absent: whatever the store." }),
    days: z.int().min(-31).max(31).optional().openapi({ description: "By how many days the file is later." }),
    amount: Amount.optional().openapi({ description: "Up to how much amounts differ." }),
  })
  .openapi("BreakRuleTerms");

const reason = text(200);

const ResolveBody = z
  .discriminatedUnion("resolution", [
    z.strictObject({
      resolution: z.literal("corrected"),
      operationId: z.string().openapi({ description: "The operation that has put it right." }),
      reason,
      rule: Rule.optional(),
    }),
    z.strictObject({ resolution: z.literal("no_correction"), reason, rule: Rule.optional() }),
  ])
  .openapi("BreakResolveBody");
type RuleTerms = z.output<typeof Rule>;

export const breakResolve = defineOperation({
  ...breakTerms,
  name: "break-resolve",
  http: {
    method: "post",
    path: "/v1/breaks/{breakId}/resolve",
    tag: "Reconciliation",
    summary: "End a break",
    description:
      "`corrected` names the operation that has put it right (a sale that was sent again, a return); `no_correction` says why there is none. " +
      "With `rule`, later breaks of the same brand and kind are explained by it, where nothing else differs than what it says. `X-Staff-Id` says who decides.",
    idempotencyKey: "required",
    example: {
      resolution: "no_correction",
      reason: "this store prints the day of the delivery",
      rule: { storeId: "M-1", days: 1 },
    },
  },
  body: ResolveBody,
  problems: [
    "break_not_found",
    "break_resolved",
    "break_awaits_approval",
    "operation_not_found",
    "rule_does_not_fit",
    "staff_required",
  ],
  async prepare({ reader }, { actor, params: { breakId }, body }) {
    const found = await findBreak(reader, actor, breakId);
    const rule = body.rule === undefined ? null : await ruleOf(reader, found, body.rule);
    const correctedBy = body.resolution === "corrected" ? await findOperation(reader, found, body.operationId) : null;
    return { found, rule, correctedBy, resolution: body.resolution, resolvedBy: personOf(actor) };
  },
  needs: ({ found }) => ({ documents: [needBreak(found)] }),
  decide(context, { found, rule, correctedBy, resolution, resolvedBy }) {
    const { now, operationId } = context;
    const before = context.document(breakStore, found.id);
    if (before === undefined) return stale;
    const refused = notOpen(before, now);
    if (refused !== undefined) return refused;
    const id = as("rul", operationId);
    const learnt = rule === null ? [] : [save(breakRuleStore, id, { ...rule, id, breakId: found.id, learntAt: now })];
    const ended = {
      ...asFound(before),
      status: "resolved",
      resolution,
      correctedBy,
      resolvedBy,
      resolvedAt: now,
    } as const;
    return changed(context, before, "resolve", ended, { learnt, subjectHash: rule === null ? null : hashOfRule(rule) });
  },
});

type LearntRule = Omit<BreakRule, "id" | "breakId" | "learntAt">;

/** The answer does not tell the rule: the operation keeps a hash of it, against which the proof holds the row. */
const hashOfRule = ({ kind, system, storeId, days, amount }: LearntRule): string =>
  hash128([kind, system ?? "", storeId ?? "", days ?? "", amount ?? ""].join("|"));

const SYSTEM = "select system from reconciliations where reconciliation_id = $1::uuid";

/** A rule that does not fit what it was learnt from would be a mistake. */
async function ruleOf(reader: Reader, found: Break, { system, storeId, days, amount }: RuleTerms) {
  const { brand, kind } = found;
  const rule = {
    brand,
    kind,
    system: system ?? null,
    storeId: storeId ?? null,
    days: days ?? null,
    amount: amount ?? null,
  };
  const [row] = await reader.run<{ system: string }>(SYSTEM, [uuidOf(found.reconciliationId)]);
  if (!isExplained(found, row?.system ?? "", rule)) throw new Problem("rule_does_not_fit");
  return rule;
}

/** Accepted, of the brand's own books or of the ledger's, and known to who asks; else `operation_not_found`. */
const OPERATION = `select 1 from operations o where o.bucket = $1::smallint and o.operation_id = $2::uuid and o.refusal is null
  and (o.brand is null or o.brand = $3)`;

async function findOperation(reader: Reader, { brand }: Break, given: string): Promise<OperationId> {
  if (!isId("opn", given)) throw new Problem("operation_not_found");
  const found = await reader.run(OPERATION, [bucketOf(given), uuidOf(given), brand]);
  if (found.length === 0) throw new Problem("operation_not_found");
  return given;
}
