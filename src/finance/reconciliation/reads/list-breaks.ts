/** The breaks of a reconciliation, in the order of the file's lines. */
import { z } from "@hono/zod-openapi";
import { keyIn, pageOf, PageQuery } from "../../../engine/definition/page.ts";
import { defineRead } from "../../../engine/definition/read.ts";
import { pageSchema } from "../../../kernel/answers.ts";
import { formatInstant } from "../../../kernel/clock.ts";
import { idInPath, senseless } from "../../../kernel/fields.ts";
import { uuidOf } from "../../../kernel/ids.ts";
import { BreakView, breakView } from "../breaks/break-view.ts";
import { statusAt } from "../breaks/standing.ts";
import { breakRows } from "../stores.ts";
import { BREAK_KINDS, BREAK_STATUSES } from "../words.ts";
import { findReconciliation } from "./read-reconciliation.ts";

const MOST_AGE_DAYS = 10_000;
const DAY_MS = 86_400_000;
const KEY = /^[1-9][0-9]{0,8}$/;

const PAGE = `select ${breakRows.list("b")} from reconciliation_breaks b
  where b.reconciliation_id = $1::uuid and b.ordinal > $2::int and ($3::text is null or b.kind = $3) and ($4::text is null or ${statusAt("$8::timestamptz")} = $4)
    and ($5::text is null or b.owner is not distinct from nullif($5, '')) and ($6::timestamptz is null or b.found_at <= $6)
  order by b.ordinal limit $7::int`;

export const listBreaks = defineRead({
  name: "list-breaks",
  permission: "receipts.reconcile",
  http: {
    method: "get",
    path: "/v1/reconciliations/{reconciliationId}/breaks",
    tag: "Reconciliation",
    summary: "List the breaks of a reconciliation",
    description: "In the order of the lines of the file; what only the ledger has comes last.",
  },
  params: idInPath("reconciliationId", "rec"),
  query: z.strictObject({
    ...PageQuery.shape,
    kind: z.enum(BREAK_KINDS).optional(),
    status: z.enum(BREAK_STATUSES).optional(),
    owner: z
      .string()
      .regex(/^[A-Za-z0-9._-]{0,64}$/, "letters, digits, dots, dashes")
      .optional()
      .openapi({ description: "Who is to look at them; empty: nobody." }),
    minAgeDays: z
      .string()
      .regex(/^\d{1,5}$/, "a whole number")
      .transform(Number)
      .refine((days) => days <= MOST_AGE_DAYS, senseless(`at most ${MOST_AGE_DAYS}`))
      .default(0)
      .openapi({ type: "integer", minimum: 0, maximum: MOST_AGE_DAYS, default: 0 }),
  }),
  answer: { description: "A page of breaks.", schema: pageSchema(BreakView).openapi("ReconciliationBreaks") },
  problems: ["reconciliation_not_found", "unprocessable_request"],
  async read({ reader, clock }, { actor, params, query: { kind, status, owner, minAgeDays, limit, cursor } }) {
    const { id } = await findReconciliation(reader, actor, params.reconciliationId);
    const after = Number(keyIn(cursor, KEY) ?? 0);
    const now = clock.now();
    // Of any age is also what another process, whose clock is ahead, has found just now.
    const foundBy = minAgeDays === 0 ? null : formatInstant(now - minAgeDays * DAY_MS);
    const who = owner?.toLowerCase() ?? null;
    const found = await reader.values(PAGE, [
      uuidOf(id),
      after,
      kind ?? null,
      status ?? null,
      who,
      foundBy,
      limit + 1,
      formatInstant(now),
    ]);
    return pageOf(
      found.map((values) => breakRows.decode(values)),
      limit,
      ({ ordinal }) => `${ordinal}`,
      (one) => breakView(one, now),
    );
  },
});
