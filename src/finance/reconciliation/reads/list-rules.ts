/** The rules that explain breaks, and those that have ended. */
import { z } from "@hono/zod-openapi";
import { keyIn, pageOf, PageQuery } from "../../../engine/definition/page.ts";
import { defineRead } from "../../../engine/definition/read.ts";
import { AmountText, idText, InstantText, orNull, pageSchema } from "../../../kernel/answers.ts";
import { formatAmount } from "../../../kernel/amount.ts";
import { formatInstant, type Instant } from "../../../kernel/clock.ts";
import { fromUuid } from "../../../kernel/ids.ts";
import { BREAK_KINDS, type BreakKind } from "../words.ts";

const RuleView = z
  .strictObject({
    ruleId: idText("rul"),
    breakId: idText("brk").openapi({ description: "From which it was learnt." }),
    brand: z.string(),
    kind: z.enum(BREAK_KINDS),
    system: z.string().nullable(),
    storeId: z.string().nullable(),
    days: orNull(z.int()),
    amount: orNull(AmountText),
    learntAt: InstantText,
    endedBy: orNull(idText("opn")),
  })
  .openapi("BreakRule");

interface RuleRow {
  readonly rule_id: string;
  readonly break_id: string;
  readonly brand: string;
  readonly kind: BreakKind;
  readonly system: string | null;
  readonly store_id: string | null;
  readonly days: number | null;
  readonly amount: bigint | null;
  readonly learnt_at: Instant;
  readonly ended_by: string | null;
}

const PAGE = `select r.*, e.operation_id as ended_by from break_rules r left join ended_break_rules e on e.rule_id = r.rule_id
  where r.rule_id < $1::uuid and ($2::text is null or r.brand = $2) order by r.rule_id desc limit $3::int`;
const KEY = /^[0-9a-f]{32}$/;

export const listBreakRules = defineRead({
  name: "list-break-rules",
  permission: "receipts.reconcile",
  http: {
    method: "get",
    path: "/v1/break-rules",
    tag: "Reconciliation",
    summary: "List the rules that explain breaks",
    description: "The newest first, those that have ended included.",
  },
  query: PageQuery,
  answer: { description: "A page of rules.", schema: pageSchema(RuleView).openapi("BreakRules") },
  problems: ["unprocessable_request"],
  async read({ reader }, { actor, query: { limit, cursor } }) {
    const rows = await reader.run<RuleRow>(PAGE, [keyIn(cursor, KEY) ?? "f".repeat(32), actor.brand, limit + 1]);
    return pageOf(
      rows,
      limit,
      (row) => row.rule_id.replaceAll("-", ""),
      (row) => ({
        ruleId: fromUuid("rul", row.rule_id),
        breakId: fromUuid("brk", row.break_id),
        brand: row.brand,
        kind: row.kind,
        system: row.system,
        storeId: row.store_id,
        days: row.days,
        amount: row.amount === null ? null : formatAmount(row.amount),
        learntAt: formatInstant(row.learnt_at),
        endedBy: row.ended_by === null ? null : fromUuid("opn", row.ended_by),
      }),
    );
  },
});
