/** Writes what a reconciliation has come to, in one commit, once: whoever else was at it as well writes nothing. */
import type { Sql, TransactionSql } from "../../../db/connect.ts";
import { TableRows } from "../../../db/table-rows.ts";
import { formatInstant, type Instant } from "../../../kernel/clock.ts";
import { newUuid, uuidOf } from "../../../kernel/ids.ts";
import { isExplained } from "../breaks/explained-by.ts";
import { RECONCILIATION_BUCKET } from "../bucket.ts";
import { digestOf } from "../digest-sql.ts";
import { type BreakRule, breakRuleRows, type Reconciliation } from "../stores.ts";
import type { ReconciliationResult } from "../stored.ts";
import { reconciliationBreaks } from "../tables.ts";
import { BREAK_KINDS, type BreakKind, type Failure } from "../words.ts";
import type { Compared, FoundBreak } from "./compare.ts";

const ROWS_AT_ONCE = 2_000;

const rows = new TableRows<typeof reconciliationBreaks, "digest">(reconciliationBreaks, {
  sql: { digest: digestOf() },
});
const insert = rows.inserting();
const RULES = `select ${breakRuleRows.list("r")} from break_rules r
  where r.brand = $1 and not exists (select from ended_break_rules e where e.rule_id = r.rule_id) order by r.rule_id`;

/** How it has ended; undefined where another process was first. */
export function finish(
  pool: Sql,
  reconciliation: Reconciliation,
  { breaks, ...compared }: Compared,
  clock: Instant,
): Promise<Failure | "done" | undefined> {
  return pool.begin(async (sql) => {
    const rules = await rulesOf(sql, reconciliation.brand);
    // Of two processes the one that was asked, or has learnt a rule, may be ahead.
    const now = rules.reduce(
      (latest, { learntAt }) => Math.max(latest, learntAt),
      Math.max(clock, reconciliation.requestedAt),
    );
    if (breaks === undefined) return fail(sql, reconciliation, "too_many_breaks", now);
    const explained = breaks.map((found) => ruleFor(found, reconciliation, rules));
    const result: ReconciliationResult = {
      mark: compared.mark.toString(),
      matched: compared.matched,
      breaks: breaks.length,
      explained: explained.filter((rule) => rule !== null).length,
      byKind: countByKind(breaks),
      there: compared.there,
      here: compared.here,
    };
    const { count } = await sql`update reconciliations
      set status = 'done', failure = null, result = ${JSON.stringify(result)}::text::json, finished_at = ${formatInstant(now)}::timestamptz
      where reconciliation_id = ${uuidOf(reconciliation.id)}::uuid and status = 'waiting'`;
    if (count === 0) return undefined;
    for (let first = 0; first < breaks.length; first += ROWS_AT_ONCE) {
      const some = breaks.slice(first, first + ROWS_AT_ONCE);
      const { text, parameters } = insert(
        some.map((found, index) => rowOf(found, first + index, reconciliation, explained[first + index] ?? null, now)),
      );
      await sql.unsafe(text, [...parameters]);
    }
    await letGo(sql, reconciliation);
    return "done" as const;
  });
}

/** It has come to nothing, for good; undefined where another process was first. */
export async function fail(sql: TransactionSql, reconciliation: Reconciliation, failure: Failure, now: Instant) {
  const { count } = await sql`update reconciliations
    set status = 'failed', failure = ${failure}, finished_at = ${formatInstant(now)}::timestamptz
    where reconciliation_id = ${uuidOf(reconciliation.id)}::uuid and status = 'waiting'`;
  if (count === 0) return undefined;
  await letGo(sql, reconciliation);
  return failure;
}

const letGo = (sql: TransactionSql, { uploadId }: Reconciliation) =>
  sql`delete from reconciliation_parts where upload_id = ${uploadId}::uuid`;

async function rulesOf(sql: TransactionSql, brand: string): Promise<BreakRule[]> {
  const found = (await sql.unsafe(RULES, [brand]).values()) as unknown as unknown[][];
  return found.map((values) => breakRuleRows.decode(values));
}

const ruleFor = (found: FoundBreak, { brand, system }: Reconciliation, rules: readonly BreakRule[]) =>
  rules.find((rule) => isExplained({ ...found, brand }, system, rule))?.id ?? null;

const countByKind = (breaks: readonly FoundBreak[]): Record<BreakKind, number> =>
  Object.fromEntries(BREAK_KINDS.map((kind) => [kind, breaks.filter((found) => found.kind === kind).length])) as Record<
    BreakKind,
    number
  >;

const rowOf = (
  { kind, differences, line, there, here }: FoundBreak,
  place: number,
  { id, brand }: Reconciliation,
  ruleId: BreakRule["id"] | null,
  now: Instant,
) => ({
  id: `brk_${newUuid(RECONCILIATION_BUCKET)}` as const,
  reconciliationId: id,
  ordinal: place + 1,
  brand,
  kind,
  differences,
  line,
  there,
  here,
  ruleId,
  foundAt: now,
  status: ruleId === null ? ("open" as const) : ("explained" as const),
  owner: null,
  resolution: null,
  correctedBy: null,
  adjustmentId: null,
  awaitsUntil: null,
  resolvedBy: null,
  resolvedAt: null,
  changes: 0,
});
