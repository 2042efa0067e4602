/** Invariants of what came back: within what was sold, as it was answered, and as it was moved. */
import {
  brokenUnless,
  decimal,
  eventOf,
  hashOf,
  hasOnly,
  id,
  type Invariant,
  oneOf,
  pair,
  tells,
} from "../../engine/definition/invariant.ts";
import { judgedBy, TIMETABLE } from "../../engine/invariants/in-force.ts";
import { issuersAreOfTheirLots } from "../../engine/invariants/named-lots.ts";
import { returnMade, returnParked } from "../events.ts";
import { MAKES_RETURN } from "../operation-names.ts";
import { NAMED_IN_RETURNS } from "./parts.ts";

/** A fractional quantity is one unit. */
const UNITS = "case when position('.' in line->>'qty') = 0 then (line->>'qty')::numeric else 1 end";
const IN_RANGES = (ranges: string) =>
  `(select coalesce(sum((r->>1)::numeric - (r->>0)::numeric), 0) from json_array_elements(${ranges}) r)`;

/** SQL: the units of a list of ranges. */
const spansOf = (ranges: string): string =>
  `(select range_agg(int8range((span->>0)::bigint, (span->>1)::bigint)) from json_array_elements(${ranges}) span)`;

/** By purchase alone: a return that was parked stands in the bucket of its receipt, not of the member. */
const returnedWithinSold: Invariant = {
  name: "returned_within_sold",
  statement:
    "Of no line more units came back than were sold, and what is counted on the purchase, unit by unit, is the sum of its returns that stand; of a reversed purchase everything came back.",
  facts: `with made as (
      select r.purchase_id, line->>'id' as line, sum(${IN_RANGES("line->'ranges'")}) as units,
        range_agg(${spansOf("line->'ranges'")}) as spans
      from returns r, json_array_elements(r.lines) line where r.status = 'returned' group by 1, 2),
    concerned as (
      select p.* from purchases p where p.status = 'reversed' or p.returned::text <> '{}'
        or p.purchase_id in (select purchase_id from made)),
    sold as (
      select purchase_id, line->>'id' as line, ${UNITS} as units from concerned, json_array_elements(lines) line),
    counted as (
      select purchase_id, c.key as line, ${IN_RANGES("c.value")} as units, ${spansOf("c.value")} as spans
      from concerned, json_each(returned) c)
    select ${brokenUnless(
      `s.units is not null and coalesce(c.units, 0) between 0 and s.units and coalesce(m.units, 0) <= s.units
       and case p.status when 'reversed' then coalesce(c.units, 0) = s.units else coalesce(c.units, 0) = coalesce(m.units, 0) and coalesce(c.spans, '{}') = coalesce(m.spans, '{}') end`,
      {
        purchaseId: id("pur", "purchase_id"),
        entity: "p.brand",
        lineId: "line",
        sold: "coalesce(s.units, 0)",
        counted: "coalesce(c.units, 0)",
        returns: "coalesce(m.units, 0)",
      },
    )}
    from sold s full join counted c using (purchase_id, line) full join made m using (purchase_id, line)
      left join purchases p using (purchase_id)`,
};

const returnedAmountsWithinSold: Invariant = {
  name: "returned_amounts_within_sold",
  statement:
    "The returns of a purchase that stand give back no more money and bonuses than it took, and claw back no more than it earned.",
  facts: `select ${brokenUnless(
    "p.purchase_id is not null and r.money <= p.total - p.spent and r.bonuses <= p.spent and r.clawed <= p.earned",
    {
      purchaseId: id("pur", "purchase_id"),
      entity: "p.brand",
      money: pair("p.total - p.spent", "r.money"),
      bonuses: pair("p.spent", "r.bonuses"),
      earned: pair("p.earned", "r.clawed"),
    },
  )}
    from (select purchase_id, sum(money_back) as money, sum(bonuses_back) as bonuses, sum(clawed_back) as clawed
      from returns where status = 'returned' group by purchase_id) r left join purchases p using (purchase_id)`,
};

const returnsAreTheirTransfers: Invariant = {
  name: "returns_are_their_transfers",
  statement:
    "What returns say came back, was clawed back and became debt is what the operation that made them moved, lot by lot; and each part names its lot's issuer. Shown: the returns', the transfers'.",
  facts: `with parked as (
      select r.return_id, r.purchase_id as made_by from returns r join parked_returns p on p.operation_id = r.return_id),
    said as (
      select coalesce(p.made_by, r.return_id) as operation_id, min(r.brand) as brand, sum(bonuses_back) as back,
        sum(clawed_back) as clawed, sum(debt_added) as debt
      from returns r left join parked p using (return_id) group by 1),
    posted as (
      select operation_id, sum(amount) filter (where event = 'unspend' and credit = 'available') as back,
        sum(amount) filter (where event = 'clawback' and debit in ('pending', 'available', 'debt', 'suspense')) as clawed,
        sum(amount) filter (where event = 'clawback' and debit = 'debt') as debt
      from transfers where event in ('unspend', 'clawback') group by operation_id)
    select ${brokenUnless(
      "s.back = coalesce(t.back, 0) and s.clawed = coalesce(t.clawed, 0) and s.debt = coalesce(t.debt, 0)",
      {
        operationId: id("opn", "s.operation_id"),
        entity: "s.brand",
        bonusesBack: pair("s.back", "coalesce(t.back, 0)"),
        clawedBack: pair("s.clawed", "coalesce(t.clawed, 0)"),
        debtAdded: pair("s.debt", "coalesce(t.debt, 0)"),
      },
    )} from said s left join posted t using (operation_id)
    union all
    select ${brokenUnless("coalesce(s.amount, 0) = coalesce(t.amount, 0)", {
      operationId: id("opn", "coalesce(s.operation_id, t.operation_id)"),
      lotId: id("lot", "coalesce(s.lot_id, t.lot_id)"),
      entity: "s.brand",
      event: "coalesce(s.event, t.event)",
      from: "coalesce(s.source, t.source)",
      amount: pair("coalesce(s.amount, 0)", "coalesce(t.amount, 0)"),
    })}
    from (
      select coalesce(p.made_by, r.return_id) as operation_id, part.event, part.part->>3 as source, substr(part.part->>0, 5)::uuid as lot_id, min(r.brand) as brand,
        sum((part.part->>2)::numeric * 100) as amount
      from returns r left join parked p using (return_id), lateral (
        select 'unspend' as event, part from json_array_elements(r.parts) part
        union all select 'clawback', part from json_array_elements(r.cover) part) part group by 1, 2, 3, 4) s
      full join (
        select operation_id, event, case event when 'clawback' then debit end as source, lot_id, sum(amount) as amount from transfers
        where ((event = 'unspend' and credit = 'available') or (event = 'clawback' and debit in ('pending', 'available')))
          and operation_id in (select operation_id from said) group by 1, 2, 3, 4) t on t.operation_id = s.operation_id and t.event = s.event and t.lot_id = s.lot_id
        and coalesce(t.source, '') = coalesce(s.source, '')
    union all
    ${issuersAreOfTheirLots(NAMED_IN_RETURNS)}`,
};

const sumOf = (list: string, amount: string): string =>
  `(select coalesce(sum((part->>${amount})::numeric * 100), 0) from json_array_elements(${list}) part)`;

const returnsAddUp: Invariant = {
  name: "returns_add_up",
  statement:
    "What a return gave back and clawed back is the sum of its lines, of the lots that got bonuses back, and of how the clawback was covered; and the quantity of a line is its units: of one that does not divide, all that was sold.",
  facts: `select ${brokenUnless(
    "money_back = lines_money and bonuses_back = lines_bonuses and clawed_back = lines_earned and bonuses_back = in_parts and clawed_back = covered + debt_added + from_suspense and whole",
    {
      returnId: id("ret", "return_id"),
      entity: "brand",
      moneyBack: pair("money_back", "lines_money"),
      bonusesBack: `json_build_array(${["bonuses_back", "lines_bonuses", "in_parts"].map(decimal).join(", ")})`,
      clawedBack: `json_build_array(${["clawed_back", "lines_earned", "covered + debt_added + from_suspense"].map(decimal).join(", ")})`,
    },
  )}
    from (select r.*, ${sumOf("r.lines", "'money'")} as lines_money, ${sumOf("r.lines", "'bonuses'")} as lines_bonuses,
        ${sumOf("r.lines", "'earned'")} as lines_earned, ${sumOf("r.parts", "2")} as in_parts, ${sumOf("r.cover", "2")} as covered,
        (select bool_and(num_nulls(line.id, line.money, line.bonuses, line.earned) = 0
            and coalesce(line.qty = case when coalesce(sold.qty, line.qty) = trunc(coalesce(sold.qty, line.qty)) then ${IN_RANGES("line.ranges")}
              when ${IN_RANGES("line.ranges")} = 1 then sold.qty end, false))
          from json_to_recordset(r.lines) as line(id text, qty numeric, ranges json, money text, bonuses text, earned text)
            left join json_to_recordset(p.lines) as sold(id text, qty numeric) on sold.id = line.id) as whole
      from returns r left join purchases p using (purchase_id)) r`,
};

/** Of what waits, and for which sale: see termsHash. The column keeps the text that was hashed. */
const TERMS_HASH = hashOf(`'["parked","' || replace(q.receipt_key::text, '-', '') || '",' || q.terms::text || ']'`);

/** What others were told of a return: that it was made, or that it waits. */
const TOLD_MADE = eventOf(returnMade, {
  purchaseId: 'o."purchaseId"',
  memberId: 'o."memberId"',
  brand: "o.brand",
  storeId: "o.store_id",
  returnId: id("ret", "o.operation_id"),
  moneyBack: 'o."moneyBack"',
  bonusesBack: 'o."bonusesBack"',
  clawedBack: 'o."clawedBack"',
  debtAdded: 'o."debtAdded"',
});
const TOLD_PARKED = eventOf(returnParked, {
  returnId: id("ret", "o.operation_id"),
  brand: "o.brand",
  storeId: "o.store_id",
});

/** What was answered to a return that waits. */
const PARKED = `jsonb_build_object('status', 'parked', 'returnId', ${id("ret", "o.operation_id")}, 'operationId', ${id("opn", "o.operation_id")})`;

const returnsAreAsAnswered: Invariant = {
  name: "returns_are_as_answered",
  statement:
    "Every return that was taken is there, with the receipt and the amounts that its operation was given, has answered and has told, by the rules of its day; every one that was parked waits as it came, or is there exactly if it was applied.",
  facts: `with ${TIMETABLE} select ${brokenUnless(
    `o.operation_id is not null and ${hasOnly("o", ["brand", "store_id", "terminal_id", "reason", "subject_hash"])} and case o.status
      when 201 then q.operation_id is null and o.subject_hash is null
        and o.member_id is not distinct from substr(o."memberId", 5)::uuid and ${tells("o.events", [TOLD_MADE])}
        and ${judgedBy("o.policy_version", "o.occurred_at", "o.posted_at")} and r.posted_at = o.posted_at and r.money_back = o."moneyBack"::numeric * 100
        and r.bonuses_back = o."bonusesBack"::numeric * 100 and r.clawed_back = o."clawedBack"::numeric * 100
        and r.debt_added = o."debtAdded"::numeric * 100 and ${id("pur", "r.purchase_id")} = o."purchaseId"
        and ${id("mbr", "r.member_id")} is not distinct from o."memberId"
      else o.status = 202 and q.operation_id is not null and (r.return_id is not null) = (q.status = 'applied') and ${tells("o.events", [TOLD_PARKED])}
        and o.answer::jsonb = ${PARKED} and o.member_id is null
        and (r.return_id is null or (r.shift = q.terms->'receipt'->>'shift' and r.number = q.terms->'receipt'->>'number'
          and r.fiscal_id is not distinct from q.terms->'receipt'->>'fiscalId'))
        and o.subject_hash = ${TERMS_HASH} and q.parked_at = o.posted_at and to_timestamp((q.terms->>'occurredAt')::bigint / 1000.0) = o.occurred_at end
      and (r.return_id is null or (r.bucket = o.bucket and r.occurred_at = o.occurred_at and r.brand = o.brand and r.store_id = o.store_id and r.terminal_id = o.terminal_id
        and r.reason is not distinct from o.reason))`,
    {
      returnId: id("ret", "coalesce(r.return_id, o.operation_id, q.operation_id)"),
      entity: "coalesce(r.brand, o.brand)",
      operation: "case when o.operation_id is null then 'missing' else o.name end",
      return: "coalesce(r.status, 'missing')",
      parked: "q.status",
      moneyBack: `json_build_array(${decimal("r.money_back")}, o."moneyBack")`,
      bonusesBack: `json_build_array(${decimal("r.bonuses_back")}, o."bonusesBack")`,
      clawedBack: `json_build_array(${decimal("r.clawed_back")}, o."clawedBack")`,
      debtAdded: `json_build_array(${decimal("r.debt_added")}, o."debtAdded")`,
      occurredAt: "json_build_array(r.occurred_at, o.occurred_at)",
      policyVersion: "o.policy_version",
      told: "o.events->0->'data'",
    },
  )}
    from (
      select o.*, a.* from operations o, json_to_record(o.answer) as a("purchaseId" text, "memberId" text, "moneyBack" text,
        "bonusesBack" text, "clawedBack" text, "debtAdded" text)
      where o.name in (${oneOf(MAKES_RETURN)}) and o.refusal is null) o
    full join returns r on r.return_id = o.operation_id
    full join parked_returns q on q.operation_id = coalesce(o.operation_id, r.return_id)
    cross join timetable`,
};

export const returnInvariants: readonly Invariant[] = [
  returnedWithinSold,
  returnedAmountsWithinSold,
  returnsAreTheirTransfers,
  returnsAddUp,
  returnsAreAsAnswered,
];
