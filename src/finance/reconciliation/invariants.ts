/** Invariants of reconciliations: what was asked, what was found, and what was done about it. */
import {
  brokenUnless,
  decimal,
  hashOf,
  hasOnly,
  id,
  type Invariant,
  oneOf,
} from "../../engine/definition/invariant.ts";
import { digestOf } from "./digest-sql.ts";
import { BREAK_KINDS } from "./words.ts";

const asAsked: Invariant = {
  name: "reconciliations_are_as_asked",
  statement:
    "Every file that was taken for a reconciliation is there as it was answered, and one that waits has its lines still.",
  facts: `select ${brokenUnless(
    `r.reconciliation_id is not null and o.operation_id is not null and r.brand = o.brand and r.content_hash = o.reference
      and ${hasOnly("o", ["brand", "reference"])} and o.answer->>'reconciliationId' = ${id("rec", "r.reconciliation_id")}
      and o.answer->>'system' = r.system and o.answer->>'contentHash' = r.content_hash and (o.answer->>'lines')::int = r.lines
      and o.answer->>'from' = r.terms->>'from' and o.answer->>'to' = r.terms->>'to' and r.requested_at = o.posted_at
      and (r.finished_at is null or r.finished_at >= r.requested_at)
      and case r.status when 'done' then r.failure is null and r.result is not null when 'failed' then r.failure = 'too_many_breaks' and r.result is null
        when 'waiting' then r.result is null and (r.failure is null or r.failure = 'disk_full') and exists (
          select from reconciliation_parts p where p.upload_id = r.upload_id having min(p.ordinal) = 1 and max(p.ordinal) = count(*)) else false end`,
    {
      reconciliationId: id("rec", "coalesce(r.reconciliation_id, o.operation_id)"),
      entity: "coalesce(r.brand, o.brand)",
    },
  )}
    from reconciliations r
      full join (select * from operations where name = 'reconciliation' and refusal is null) o on o.operation_id = r.reconciliation_id`,
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

const OWN = oneOf(["break-assign", "break-comment", "break-resolve"]);

const changesAreAsAnswered: Invariant = {
  name: "break_changes_are_as_answered",
  statement:
    "Whatever somebody has done about a break is numbered without a gap, stands with the operation that did it and who asked for it, and a break is as the last of them has left it; it ends once, and one about which nothing was done is open, or explained by its rule.",
  facts: `select ${brokenUnless(
    `c.number is not null and o.operation_id is not null and o.name = 'break-' || c.action and ${hasOnly("o", ["reason", "subject_hash"])} and o.staff_id is not null
      and o.answer->>'breakId' = ${id("brk", "c.break_id")} and (o.answer->>'changes')::int = c.number and c.number = c.place
      and (c.action <> 'resolve' or o.answer->>'resolvedBy' = o.staff_id)`,
    {
      breakId: `coalesce(${id("brk", "c.break_id")}, o.answer->>'breakId')`,
      operationId: id("opn", "coalesce(c.operation_id, o.operation_id)"),
    },
  )}
    from (select *, row_number() over (partition by break_id order by number) as place from break_changes) c
      full join (select * from operations where name in (${OWN}) and refusal is null) o on o.operation_id = c.operation_id
    union all
    select ${brokenUnless(
      `case when b.changes = 0 then c.break_id is null and b.owner is null and b.status = case when b.rule_id is null then 'open' else 'explained' end
        else b.changes = c.changes and b.changes = (o.answer->>'changes')::int and o.answer->>'status' = b.status and o.answer->>'owner' is not distinct from b.owner
          and o.answer->>'resolution' is not distinct from b.resolution and o.answer->>'resolvedBy' is not distinct from b.resolved_by
          and o.answer->>'correctedBy' is not distinct from ${id("opn", "b.corrected_by")}
          and (o.answer->>'resolvedAt')::timestamptz is not distinct from b.resolved_at
          and c.resolves = case b.status when 'resolved' then 1 else 0 end end`,
      { breakId: id("brk", "b.break_id"), status: "b.status", entity: "b.brand" },
    )}
    from reconciliation_breaks b
      left join (select break_id, count(*)::int as changes, count(*) filter (where action = 'resolve')::int as resolves,
        (array_agg(operation_id order by number desc))[1] as last from break_changes group by break_id) c using (break_id)
      left join operations o on o.operation_id = c.last`,
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
