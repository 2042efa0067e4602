/** Invariants of reconciliations: what was asked, what was found, and what was done about it. */
import {
  brokenUnless,
  decimal,
  eventOf,
  hashOf,
  hasOnly,
  id,
  type Invariant,
  oneOf,
} from "../../engine/definition/invariant.ts";
import { digestOf } from "./digest-sql.ts";
import { breakResolved } from "./events.ts";
import { BREAK_KINDS, FAILURES, FAULTS } from "./words.ts";

const asAsked: Invariant = {
  name: "reconciliations_are_as_asked",
  statement:
    "Every file that was taken for a reconciliation is there as it was answered, and one that waits has its lines still; one that was cancelled was so by somebody, and has none.",
  facts: `select ${brokenUnless(
    `r.reconciliation_id is not null and o.operation_id is not null and r.brand = o.brand and r.content_hash = o.reference
      and ${hasOnly("o", ["brand", "reference"])} and o.answer->>'reconciliationId' = ${id("rec", "r.reconciliation_id")}
      and o.answer->>'system' = r.system and o.answer->>'contentHash' = r.content_hash and (o.answer->>'lines')::int = r.lines
      and o.answer->>'from' = r.terms->>'from' and o.answer->>'to' = r.terms->>'to' and r.requested_at = o.posted_at
      and (r.finished_at is null or r.finished_at >= r.requested_at)
      and case r.status when 'done' then r.failure is null and r.result is not null when 'failed' then r.failure in (${oneOf(FAILURES)}) and r.result is null
        when 'waiting' then r.result is null and (r.failure is null or r.failure in (${oneOf(FAULTS)})) and exists (
          select from reconciliation_parts p where p.upload_id = r.upload_id having min(p.ordinal) = 1 and max(p.ordinal) = count(*))
        when 'cancelled' then r.result is null and (r.failure is null or r.failure in (${oneOf(FAILURES)}))
          and not exists (select from reconciliation_parts p where p.upload_id = r.upload_id) else false end
      and (r.status = 'cancelled') = (c.operation_id is not null)
      and (c.operation_id is null or (c.answer->>'finishedAt')::timestamptz = r.finished_at and r.finished_at = greatest(c.posted_at, r.requested_at)
        and ${hasOnly("c", ["reason"])})`,
    {
      reconciliationId: `coalesce(${id("rec", "coalesce(r.reconciliation_id, o.operation_id)")}, c.answer->>'reconciliationId')`,
      entity: "coalesce(r.brand, o.brand)",
    },
  )}
    from reconciliations r
      full join (select * from operations where name = 'reconciliation' and refusal is null) o on o.operation_id = r.reconciliation_id
      full join (select * from operations where name = 'reconciliation-cancel' and refusal is null) c
        on c.answer->>'reconciliationId' = ${id("rec", "r.reconciliation_id")}`,
};

const kinds = BREAK_KINDS.map((kind) => `coalesce(b.${kind}, 0) = (r.result->'byKind'->>'${kind}')::int`).join(" and ");
const counts = BREAK_KINDS.map((kind) => `count(*) filter (where kind = '${kind}')::int as ${kind}`).join(", ");

const breaksAreCounted: Invariant = {
  name: "breaks_are_as_counted",
  statement:
    "Every reconciliation that is done has as many breaks, of each kind and explained by rules, as it says, in one order without a gap, and all lines of its file either agree or have a break; no other has any.",
  facts: `select ${brokenUnless(
    `r.reconciliation_id is not null and case r.status when 'done' then ${kinds} and coalesce(b.breaks, 0) = (r.result->>'breaks')::int
        and coalesce(b.explained, 0) = (r.result->>'explained')::int and coalesce(b.last, 0) = (r.result->>'breaks')::int
        and (r.result->>'matched')::int + coalesce(b.lines, 0) = r.lines and (r.result->'there'->>'receipts')::int = r.lines
        and b.brand is not distinct from case when b.breaks > 0 then r.brand end
        and b.found_at is not distinct from case when b.breaks > 0 then r.finished_at end
        and not exists (select from reconciliation_parts p where p.upload_id = r.upload_id)
      else b.breaks is null end`,
    {
      reconciliationId: id("rec", "coalesce(r.reconciliation_id, b.reconciliation_id)"),
      breaks: "json_build_array(r.result->'breaks', b.breaks)",
      entity: "coalesce(r.brand, b.brand)",
    },
  )}
    from reconciliations r
      full join (select reconciliation_id, count(*)::int as breaks, count(line)::int as lines, max(ordinal) as last, count(rule_id)::int as explained,
        max(brand) as brand, max(found_at) as found_at, ${counts} from reconciliation_breaks group by reconciliation_id) b using (reconciliation_id)`,
};

const breaksAreAsFound: Invariant = {
  name: "breaks_are_as_found",
  statement: "No break says anything else than what was found: its hash is the one that was kept.",
  facts: `select ${brokenUnless(`b.digest = ${digestOf("b.")}`, { breakId: id("brk", "b.break_id"), entity: "b.brand" })}
    from reconciliation_breaks b`,
};

const OWN = oneOf(["break-assign", "break-comment", "break-resolve", "break-correction"]);
/** What a second person says of a correction ends the wait of its break as well. */
const OF_SECOND = oneOf(["adjustment-approval", "adjustment-rejection"]);
/** SQL: the break as an operation `o` has answered it. */
const TOLD = "coalesce(o.answer->'break', o.answer)";

/** SQL: that break `b` has ended by operation `o`, the last that it tells. */
const LAST_EVENT = "o.events->-1";
const BY_ADJUSTMENT = "c.action in ('approve', 'correct')";
const ENDED = eventOf(
  breakResolved,
  {
    breakId: id("brk", "b.break_id"),
    reconciliationId: id("rec", "b.reconciliation_id"),
    brand: "b.brand",
    kind: "b.kind",
    resolution: `case when ${BY_ADJUSTMENT} then 'corrected' else o.answer->>'resolution' end`,
    correctedBy: `case when ${BY_ADJUSTMENT} then ${id("opn", "o.operation_id")} else o.answer->>'correctedBy' end`,
  },
  LAST_EVENT,
);

const changesAreAsAnswered: Invariant = {
  name: "break_changes_are_as_answered",
  statement:
    "Whatever somebody has done about a break is numbered without a gap, stands with the operation that did it and who asked for it, and of its end others are told; a break is as the last of them has left it: resolved, waiting for a second person, or as it was found; it ends once, and one about which nothing was done is open, or explained by its rule.",
  facts: `select ${brokenUnless(
    `c.number is not null and o.operation_id is not null and c.number = c.place and o.staff_id is not null and ${TOLD}->>'breakId' = ${id("brk", "c.break_id")}
      and o.name = case c.action when 'approve' then 'adjustment-approval' when 'reject' then 'adjustment-rejection' when 'correct' then 'break-correction' else 'break-' || c.action end
      and ${hasOnly("o", ["reason", "reference", "subject_hash"])} and (o.reference is null or c.action = 'correct')
      and (c.action in ('approve', 'reject') or (${TOLD}->>'changes')::int = c.number)
      and (c.action <> 'resolve' or o.answer->>'resolvedBy' = o.staff_id)
      and case when c.action in ('approve', 'resolve') or (c.action = 'correct' and o.status = 201)
          then coalesce((${LAST_EVENT})::jsonb = ${ENDED}, false) and json_array_length(o.events) = case c.action when 'resolve' then 1 else 2 end
        when c.action in ('assign', 'comment') then o.events is null else json_array_length(o.events) = 1 end`,
    {
      breakId: `coalesce(${id("brk", "c.break_id")}, o.answer->>'breakId')`,
      operationId: id("opn", "coalesce(c.operation_id, o.operation_id)"),
      told: "o.events->0->'data'",
    },
  )}
    from (select *, row_number() over (partition by break_id order by number) as place from break_changes) c
      full join (select * from operations where refusal is null and (name in (${OWN}) or (name in (${OF_SECOND}) and answer->>'breakId' is not null))) o
        on o.operation_id = c.operation_id
      left join reconciliation_breaks b on b.break_id = c.break_id
    union all
    select ${brokenUnless(
      `b.changes = coalesce(c.changes, 0) and b.owner is not distinct from (coalesce(w.answer->'break', w.answer)->>'owner')
        and c.resolves is not distinct from (case when c.break_id is not null then case b.status when 'resolved' then 1 else 0 end end)
        and case when s.action is null or s.action = 'reject'
            then b.status = case when b.rule_id is null then 'open' else 'explained' end and b.resolution is null and b.adjustment_id is null
          when s.action = 'approve' then b.status = 'resolved' and b.resolution = 'corrected' and b.corrected_by = o.operation_id
            and b.resolved_by = o.staff_id and b.resolved_at = o.posted_at and o.answer->>'adjustmentId' = ${id("adj", "b.adjustment_id")}
          else ${TOLD}->>'status' = b.status and ${TOLD}->>'resolution' is not distinct from b.resolution and ${TOLD}->>'resolvedBy' is not distinct from b.resolved_by
            and ${TOLD}->>'correctedBy' is not distinct from ${id("opn", "b.corrected_by")} and ${TOLD}->>'adjustmentId' is not distinct from ${id("adj", "b.adjustment_id")}
            and (${TOLD}->>'awaitsUntil')::timestamptz is not distinct from b.awaits_until and (${TOLD}->>'resolvedAt')::timestamptz is not distinct from b.resolved_at
            and (s.action = 'resolve' or (b.status = 'awaiting_approval') = (o.status = 202)) end`,
      { breakId: id("brk", "b.break_id"), status: "b.status", entity: "b.brand" },
    )}
    from reconciliation_breaks b
      left join (select break_id, count(*)::int as changes,
        count(*) filter (where action in ('resolve', 'approve') or (action = 'correct' and waits is false))::int as resolves
        from (select c.*, o.status = 202 as waits from break_changes c left join operations o on o.operation_id = c.operation_id) c group by break_id) c using (break_id)
      left join (select distinct on (break_id) break_id, operation_id from break_changes where action not in ('approve', 'reject')
        order by break_id, number desc) l on l.break_id = b.break_id
      left join operations w on w.operation_id = l.operation_id
      left join (select distinct on (break_id) break_id, action, operation_id from break_changes where action not in ('assign', 'comment')
        order by break_id, number desc) s on s.break_id = b.break_id
      left join operations o on o.operation_id = s.operation_id`,
};

/** As breaks/resolve.ts takes it. */
const RULE_HASH = hashOf(
  "concat_ws('|', r.kind, coalesce(r.system, ''), coalesce(r.store_id, ''), coalesce(r.days::text, ''), coalesce(r.amount::text, ''))",
);

const rulesAreLearnt: Invariant = {
  name: "break_rules_are_learnt",
  statement:
    "Every rule was learnt when a break of its brand and kind was resolved, and is as it was learnt then; one that has ended was ended by somebody; and what a rule explains is of its brand and kind, and was found after it was learnt.",
  facts: `select ${brokenUnless(
    `o.name = 'break-resolve' and o.refusal is null and o.posted_at = r.learnt_at and o.answer->>'breakId' = ${id("brk", "r.break_id")}
      and b.brand = r.brand and b.kind = r.kind and (r.system is null or r.system = f.system)
      and (r.store_id is null or r.store_id = coalesce(b.there, b.here)->>'storeId')
      and o.subject_hash = ${RULE_HASH}`,
    { ruleId: id("rul", "r.rule_id"), amount: decimal("r.amount"), entity: "r.brand" },
  )}
    from break_rules r left join operations o on o.operation_id = r.rule_id left join reconciliation_breaks b on b.break_id = r.break_id
      left join reconciliations f on f.reconciliation_id = b.reconciliation_id
    union all
    select ${brokenUnless(
      `e.rule_id is not null and o.operation_id is not null and o.answer->>'ruleId' = ${id("rul", "e.rule_id")} and ${hasOnly("o", ["reason"])}
        and exists (select from break_rules r where r.rule_id = e.rule_id)`,
      { ruleId: `coalesce(${id("rul", "e.rule_id")}, o.answer->>'ruleId')` },
    )}
    from ended_break_rules e full join (select * from operations where name = 'break-rule-end' and refusal is null) o on o.operation_id = e.operation_id
    union all
    select ${brokenUnless("r.brand = b.brand and r.kind = b.kind and r.learnt_at <= b.found_at", {
      breakId: id("brk", "b.break_id"),
      ruleId: id("rul", "b.rule_id"),
    })}
    from reconciliation_breaks b left join break_rules r on r.rule_id = b.rule_id where b.rule_id is not null`,
};

export const reconciliationInvariants: readonly Invariant[] = [
  asAsked,
  breaksAreCounted,
  breaksAreAsFound,
  changesAreAsAnswered,
  rulesAreLearnt,
];
