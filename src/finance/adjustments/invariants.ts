/** Invariants of adjustments: each is as it was asked for, by people who may, and has moved what it says. */
import {
  brokenUnless,
  decimal,
  eventOf,
  hasOnly,
  id,
  type Invariant,
  oneOf,
  pair,
} from "../../engine/definition/invariant.ts";
import { lotsAreAsStated } from "../../engine/invariants/stated-lots.ts";
import { DEFAULT_ADJUSTMENTS } from "../../policy/adjustment-rules.ts";
import { adjustmentApplied, adjustmentRejected, adjustmentRequested, adjustmentReversed } from "./events.ts";
import { ADJUSTMENT_DAYS } from "./words.ts";

const EVENTS = oneOf(["credit_adjustment", "debit_adjustment", "credit_reversal", "debit_reversal"]);
const WHICH = { adjustmentId: id("adj", "a.adjustment_id"), entity: "a.brand" };
const said = (operation: string, name: string): string => `(${operation}.answer->>'${name}')`;

/** SQL: parts of lots, as answers have them. */
const PARTS = `(select coalesce(jsonb_agg(jsonb_build_object('lotId', part->>'lotId', 'issuer', part->>'issuer',
      'amount', ${decimal("(part->>'amount')::numeric")}) order by n), '[]') from json_array_elements(a.parts) with ordinality as p(part, n))`;

/** SQL: what an operation tells of its adjustment. */
function told(operation: string) {
  const about = {
    adjustmentId: id("adj", "a.adjustment_id"),
    memberId: said(operation, "memberId"),
    brand: "a.brand",
    direction: "a.direction",
    amount: decimal("a.amount"),
    reason: "a.reason",
    incident: "a.incident",
  };
  const reverses = id("adj", "a.reverses");
  const stored = `${operation}.events->0`;
  const applied = eventOf(adjustmentApplied, about, stored);
  const reversed = eventOf(adjustmentReversed, { ...about, reverses, debtAdded: said(operation, "debtAdded") }, stored);
  const expiresAt = said(operation, "expiresAt");
  return {
    applied: `case when a.reverses is null then ${applied} else ${reversed} end`,
    requested: eventOf(adjustmentRequested, { ...about, reverses, expiresAt }, stored),
    rejected: eventOf(adjustmentRejected, { ...about, reverses }, stored),
  };
}
/** SQL: whether an operation tells this of its adjustment, and nothing else but that a break has ended, where one has. */
const tellsFirst = (operation: string, event: string, endsBreak: string): string =>
  `coalesce((${operation}.events->0)::jsonb = ${event} and json_array_length(${operation}.events) = case when ${endsBreak} then 2 else 1 end, false)`;

const [TOLD, TOLD_AFTER] = [told("o"), told("d")];

const adjustmentsAreAsAnswered: Invariant = {
  name: "adjustments_are_as_answered",
  statement:
    "Every adjustment is there as it was asked for, answered and told, for whom of the staff has asked, and waits exactly if it is more than the rules let one person do. One that undoes another mirrors it in the same books, and the other says so once this is applied.",
  facts: `select ${brokenUnless(
    `a.adjustment_id is not null and o.operation_id is not null and a.bucket = o.bucket and ${tellsFirst("o", `case when a.expires_at is null then ${TOLD.applied} else ${TOLD.requested} end`, "a.break_id is not null and a.expires_at is null")} and o.staff_id = a.staff_id and o.posted_at = a.requested_at
      and o.status = case when a.expires_at is null then 201 else 202 end and o.profile_id is not distinct from a.profile_id and o.member_id = a.member_id
      and ${said("o", "adjustmentId")} = ${id("adj", "a.adjustment_id")} and ${said("o", "memberId")} = ${id("mbr", "a.member_id")}
      and ${said("o", "brand")} = a.brand and ${said("o", "direction")} = a.direction and ${said("o", "amount")} = ${decimal("a.amount")}
      and ${said("o", "reason")} = a.reason and ${said("o", "category")} = a.category and ${said("o", "incident")} is not distinct from a.incident
      and ${said("o", "comment")} = a.comment and ${said("o", "staffId")} = a.staff_id and ${said("o", "reverses")} is not distinct from ${id("adj", "a.reverses")}
      and ${said("o", "breakId")} is not distinct from ${id("brk", "a.break_id")}
      and case when a.reverses is null then o.name = case when a.break_id is null then 'adjustment' else 'break-correction' end and ${hasOnly("o", ["brand", "reason", "reference"])}
          and o.brand is not distinct from (case when a.break_id is null then a.brand end) and o.reason = a.reason and o.reference is not distinct from a.incident and a.expires_at is not distinct from (case when a.amount > r.above then a.requested_at + interval '${ADJUSTMENT_DAYS} days' end)
        else o.name = 'adjustment-reversal' and ${hasOnly("o", [])} and m.adjustment_id is not null and m.reverses is null and m.applied_by is not null
          and (m.brand, m.amount, m.reason, m.category) = (a.brand, a.amount, a.reason, a.category) and m.direction <> a.direction and m.incident is not distinct from a.incident
          and a.expires_at is not distinct from (case when a.amount > r.above then a.requested_at + interval '${ADJUSTMENT_DAYS} days' end)
          and (a.applied_by is null or m.reversed_by = a.adjustment_id) end
      and ${said("o", "expiresAt")}::timestamptz is not distinct from a.expires_at
      and a.reversed_by is not distinct from u.adjustment_id`,
    {
      ...WHICH,
      operationId: id("opn", "o.operation_id"),
      told: "o.events->0->'data'",
      amount: `json_build_array(${decimal("a.amount")}, ${said("o", "amount")})`,
      staffIds: "json_build_array(a.staff_id, o.staff_id)",
      reversedBy: `json_build_array(${id("adj", "a.reversed_by")}, ${id("adj", "u.adjustment_id")})`,
      adjustment: "case when a.adjustment_id is null then 'missing' else 'there' end",
    },
  )}
    from adjustments a
      full join (select * from operations where name in ('adjustment', 'break-correction', 'adjustment-reversal') and refusal is null) o on o.operation_id = a.adjustment_id
      left join (select version, (coalesce(rules->'adjustments'->>'approvalAbove', '${DEFAULT_ADJUSTMENTS.approvalAbove}')::numeric * 100)::bigint as above from policies) r
        on r.version = o.policy_version
      left join adjustments m on m.adjustment_id = a.reverses
      left join adjustments u on u.reverses = a.adjustment_id and u.applied_by is not null`,
};

const adjustmentsAreByTwo: Invariant = {
  name: "adjustments_are_decided_by_another",
  statement:
    "What one person may do was applied as it was asked for. What waits was applied exactly if an operation of another person has answered so in time, in the wallet that it was applied in; or rejected by one; and never both.",
  facts: `select ${brokenUnless(
    `a.adjustment_id is not null and (a.expires_at is not null or (a.applied_by = a.adjustment_id and d.operation_id is null and a.rejected_by is null))
      and a.applied_by is not distinct from (case when a.expires_at is null then a.adjustment_id when d.name = 'adjustment-approval' then d.operation_id end)
      and a.rejected_by is not distinct from (case when d.name = 'adjustment-rejection' then d.operation_id end)
      and (d.operation_id is null or (d.status = 200 and (d.name <> 'adjustment-rejection' or d.member_id = a.member_id) and ${hasOnly("d", [])} and ${tellsFirst("d", `case d.name when 'adjustment-approval' then ${TOLD_AFTER.applied} else ${TOLD_AFTER.rejected} end`, "a.break_id is not null and d.name = 'adjustment-approval'")} and d.posted_at < a.expires_at and d.bucket = a.bucket
        and ${said("d", "state")} = case d.name when 'adjustment-approval' then 'applied' else 'rejected' end
        and d.answer->'decidedBy'->>'staffId' = d.staff_id and (d.name = 'adjustment-rejection' or d.staff_id <> a.staff_id)))
      and (a.applied_by is null or (p.operation_id is not null and a.applied_at = p.posted_at and a.applied_to = p.member_id and ${said("p", "memberId")} = ${id("mbr", "a.applied_to")}
        and (p.answer->'lots')::jsonb = ${PARTS} and ${said("p", "debtAdded")} = ${decimal("a.debt")}))
      and (a.applied_by is not null or (a.parts::text = '[]' and a.debt = 0 and a.applied_to is null and a.applied_at is null))`,
    {
      adjustmentId: `coalesce(${id("adj", "a.adjustment_id")}, ${said("d", "adjustmentId")})`,
      entity: "a.brand",
      decidedBy: id("opn", "d.operation_id"),
      told: "d.events->0->'data'",
      staffIds: "json_build_array(a.staff_id, d.staff_id)",
      applied: `json_build_array(${id("opn", "a.applied_by")}, a.applied_at, p.posted_at)`,
      adjustment: "case when a.adjustment_id is null then 'missing' else 'there' end",
    },
  )}
    from adjustments a
      full join (select * from operations where name in ('adjustment-approval', 'adjustment-rejection') and refusal is null) d
        on ${said("d", "adjustmentId")} = ${id("adj", "a.adjustment_id")}
      left join operations p on p.operation_id = a.applied_by`,
};

const breaksAreCorrected: Invariant = {
  name: "breaks_are_corrected_as_they_say",
  statement:
    "A break that was put right by an adjustment, or waits for one, names it, and it names the break, in the books of the same brand: it was applied by the operation that the break says has put it right, or waits as long as the break does. Of all that were asked for about a break no other was applied. Shown: the break's, the adjustment's.",
  facts: `select ${brokenUnless(
    `case when b.break_id is null then a.applied_by is null and exists (select from reconciliation_breaks f where f.break_id = a.break_id)
        else a.adjustment_id is not null and a.break_id = b.break_id and a.brand = b.brand and a.reverses is null and a.rejected_by is null
          and case b.status when 'resolved' then b.resolution = 'corrected' and a.applied_by = b.corrected_by and a.applied_at = b.resolved_at and b.awaits_until is null
            when 'awaiting_approval' then a.applied_by is null and a.expires_at = b.awaits_until else false end end`,
    {
      breakId: id("brk", "coalesce(b.break_id, a.break_id)"),
      adjustmentId: id("adj", "coalesce(b.adjustment_id, a.adjustment_id)"),
      entity: "coalesce(b.brand, a.brand)",
      operationId: `json_build_array(${id("opn", "b.corrected_by")}, ${id("opn", "a.applied_by")})`,
    },
  )}
    from (select * from adjustments where break_id is not null) a
      full join (select * from reconciliation_breaks where adjustment_id is not null) b on b.adjustment_id = a.adjustment_id`,
};

const EVENT =
  "case when a.reverses is null then a.direction || '_adjustment' when a.direction = 'debit' then 'credit_reversal' else 'debit_reversal' end";

const adjustmentsMovedAsAnswered: Invariant = {
  name: "adjustments_moved_as_answered",
  statement:
    "What adjustments have moved is what they say: in the books of their entity, between the member's bonuses and the account of their reason, in their amount; lot by lot what they say that they have touched, and what was owed. Shown: the adjustment's, the transfers'.",
  facts: `with moved as (
      select t.*, case when debit like 'adjustment:%' then debit when credit like 'adjustment:%' then credit end as account
      from transfers t where event in (${EVENTS}) or debit like 'adjustment:%' or credit like 'adjustment:%')
    select ${brokenUnless(
      `a.adjustment_id is not null and t.operation_id is not null and t.amount = a.amount and t.debt = a.debt and t.entity = a.brand and t.entities = 1
        and t.account = 'adjustment:' || a.reason and t.accounts = 1 and t.event = ${EVENT} and t.events = 1`,
      {
        ...WHICH,
        operationId: id("opn", "coalesce(a.applied_by, t.operation_id)"),
        account: "json_build_array('adjustment:' || a.reason, t.account)",
        amount: pair("a.amount", "t.amount"),
        debt: pair("a.debt", "t.debt"),
      },
    )}
    from (select * from adjustments where applied_by is not null) a full join (
      select operation_id, sum(amount) filter (where account is not null) as amount, coalesce(sum(amount) filter (where account is not null and debit = 'debt'), 0) as debt,
        min(account) as account, count(distinct account) as accounts, min(event) as event, count(distinct event) as events,
        min(entity) filter (where account is not null) as entity, count(distinct entity) filter (where account is not null) as entities
      from moved group by operation_id) t on t.operation_id = a.applied_by
    union all
    select ${brokenUnless("p.amount = t.amount and p.issuer = t.entity", {
      operationId: id("opn", "coalesce(p.operation_id, t.operation_id)"),
      lotId: id("lot", "coalesce(p.lot_id, t.lot_id)"),
      entity: "coalesce(p.issuer, t.entity)",
      amount: pair("p.amount", "t.amount"),
    })}
    from (select a.applied_by as operation_id, substr(part->>'lotId', 5)::uuid as lot_id, min(part->>'issuer') as issuer, sum((part->>'amount')::bigint) as amount
        from adjustments a cross join json_array_elements(a.parts) part where a.applied_by is not null group by 1, 2) p
      full join (select operation_id, lot_id, min(entity) as entity, sum(amount) as amount from moved
        where event in (${EVENTS}) and 'available' in (debit, credit) or 'pending' in (debit, credit) group by 1, 2) t
      on t.operation_id = p.operation_id and t.lot_id = p.lot_id`,
};

const creditedLotsAreAsStated: Invariant = {
  name: "credited_lots_are_as_stated",
  statement:
    "A lot that an adjustment has made begins as its operation has answered, and ended so until its terms were changed. Shown: the lot's, the answer's.",
  facts: lotsAreAsStated(`select operation_id, member_id, substr(answer->'lot'->>'lotId', 5)::uuid as lot_id,
      (answer->'lot'->>'activeAt')::timestamptz as active_at, (answer->'lot'->>'expiresAt')::timestamptz as expires_at
    from operations where name in ('adjustment', 'break-correction', 'adjustment-approval') and refusal is null and answer->'lot'->>'lotId' is not null`),
};

const most = (field: string): string =>
  `(select max(${field}) from (select rules->'adjustments'->'limits' as limits from policies) p, jsonb_array_elements(coalesce(limits, '${JSON.stringify(DEFAULT_ADJUSTMENTS.limits)}'::jsonb)) l)`;

const staffKeepTheirLimits: Invariant = {
  name: "staff_keep_their_limits",
  statement:
    "Whoever adjusts is known, and what is kept of the last day on which they did is what they have asked for on it; on no day did anybody ask for more than the greatest limit that the rules have had. Shown: what is kept, what was asked for.",
  facts: `with days as (
      select a.staff_id, o.accounting_date as day, count(*) as count, sum(a.amount) as amount,
        o.accounting_date = max(o.accounting_date) over (partition by a.staff_id) as is_last
      from adjustments a join operations o on o.bucket = a.bucket and o.operation_id = a.adjustment_id
      where a.reverses is null group by a.staff_id, o.accounting_date)
    select ${brokenUnless(
      `s.staff_id is not null and (d.is_last is not true or (s.adjusted_on, s.adjusted_count, s.adjusted_amount) = (d.day, d.count, d.amount))
        and (d.day is not null or (s.adjusted_on is null and s.adjusted_count = 0 and s.adjusted_amount = 0))
        and (d.day is null or (d.count <= ${most("(l->>'count')::int")} and d.amount <= ${most("(l->>'amount')::numeric")} * 100))`,
      {
        staffId: "coalesce(s.staff_id, d.staff_id)",
        day: "json_build_array(s.adjusted_on, d.day)",
        count: "json_build_array(s.adjusted_count, d.count)",
        amount: pair("s.adjusted_amount", "d.amount"),
      },
    )}
    from staff s full join days d on d.staff_id = s.staff_id`,
};

export const adjustmentInvariants: readonly Invariant[] = [
  adjustmentsAreAsAnswered,
  adjustmentsAreByTwo,
  adjustmentsMovedAsAnswered,
  creditedLotsAreAsStated,
  breaksAreCorrected,
  staffKeepTheirLimits,
];
