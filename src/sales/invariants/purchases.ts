/** Invariants of purchases: as they were recorded, line by line; what they moved; and what waits on suspense. */
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
import { judgedBy, TIMETABLE } from "../../engine/invariants/in-force.ts";
import { lotsAreAsStated } from "../../engine/invariants/stated-lots.ts";
import { moved } from "../../engine/transfer-sql.ts";
import { purchaseRecorded } from "../events.ts";
import { CLAIM, MAKES_PURCHASE, ORDER_PICKUP, REVERSAL } from "../operation-names.ts";

const purchaseId = id("pur", "p.purchase_id");

const purchasesAreTheirTransfers: Invariant = {
  name: "purchases_are_their_transfers",
  statement:
    "What each purchase says was spent and earned is what its operation moved: off the member's lots, and into a lot or on suspense. Shown: the purchase's, the transfers'.",
  facts: `select ${brokenUnless("p.spent = coalesce(t.spent, 0) and p.earned = coalesce(t.earned, 0)", {
    purchaseId,
    entity: "p.brand",
    spent: pair("p.spent", "coalesce(t.spent, 0)"),
    earned: pair("p.earned", "coalesce(t.earned, 0)"),
  })}
    from purchases p left join (
      select operation_id, sum(amount) filter (where event = 'spend') as spent, sum(amount) filter (where event <> 'spend') as earned
      from transfers where (event = 'spend' and debit in ('available', 'held')) or event in ('grant', 'suspension')
      group by operation_id) t on t.operation_id = p.purchase_id`,
};

/** A line as one text, out of the names that it has in the document or in the answer; a fractional quantity is one unit. */
const lineText = (name: string): string =>
  `string_agg(concat_ws('|', ${name}, case when qty = trunc(qty) then trim_scale(qty) else 1 end, total, coalesce(spend, '0.00'), coalesce(earn, '0.00')), ',')`;

/** Operations that recorded a purchase, with what they answered. */
const RECORDED = `select o.*, a.* from operations o, json_to_record(o.answer) as a("memberId" text, total text, spent text,
    earned text, earn json, suspended boolean, lines json, "orderId" text)
  where o.name in (${oneOf(MAKES_PURCHASE)}) and o.refusal is null`;

/** What others were told of a sale; returns that had waited for it come after. */
const TOLD = eventOf(purchaseRecorded, {
  purchaseId: id("pur", "o.operation_id"),
  memberId: 'o."memberId"',
  brand: "o.brand",
  storeId: "o.store_id",
  total: "o.total",
  spent: "o.spent",
  earned: "o.earned",
  suspended: "o.suspended",
});

const purchasesAreAsRecorded: Invariant = {
  name: "purchases_are_as_recorded",
  statement:
    "Every purchase is there, with the receipt, the amounts and the lines that its operation was given, has answered and has told, by the rules of its day; the lines say everything that lines do, and add up; one that was not to earn has earned nothing, and on one that was to take no bonuses none could be spent. Shown: the purchase's, the answer's.",
  facts: `with ${TIMETABLE} select ${brokenUnless(
    `p.purchase_id is not null and o.operation_id is not null and p.bucket = o.bucket and o.status = 201
      and ${hasOnly("o", ["brand", "store_id", "terminal_id", "channel", "subject_hash"])}
      and o.member_id is not distinct from substr(o."memberId", 5)::uuid
      and (o.events->0)::jsonb = ${TOLD} and ${judgedBy("o.policy_version", "o.occurred_at", "o.posted_at")}
      and p.brand = o.brand and p.store_id = o.store_id and p.terminal_id = o.terminal_id
      and case o.name when '${ORDER_PICKUP}' then o.channel is null and ${id("ord", "p.order_id")} = o."orderId"
        else p.channel = o.channel and p.order_id is null end
      and p.occurred_at = o.occurred_at and p.posted_at = o.posted_at
      and p.total = o.total::numeric * 100 and p.spent = o.spent::numeric * 100 and p.earned = o.earned::numeric * 100
      and p.total = p.line_totals * 100 and p.spent = p.line_spends * 100 and p.earned = p.line_earns * 100
      and p.line_texts = o.line_texts and p.are_whole and p.are_priced and not coalesce(p.take_none && o.take_some, false)`,
    {
      purchaseId: id("pur", "coalesce(p.purchase_id, o.operation_id)"),
      entity: "coalesce(p.brand, o.brand)",
      purchase: "case when p.purchase_id is null then 'missing' else 'recorded' end",
      total: `json_build_array(${decimal("p.total")}, o.total, p.line_totals)`,
      spent: `json_build_array(${decimal("p.spent")}, o.spent, p.line_spends)`,
      earned: `json_build_array(${decimal("p.earned")}, o.earned, p.line_earns)`,
      lines: "json_build_array(p.line_texts, o.line_texts)",
      policyVersion: "o.policy_version",
      told: "o.events->0->'data'",
    },
  )}
    from (
      select p.*, l.* from purchases p, lateral (
        select ${lineText("id")} as line_texts, sum(total::numeric) as line_totals,
          coalesce(sum(spend::numeric), 0) as line_spends, coalesce(sum(earn::numeric), 0) as line_earns,
          bool_and(num_nulls(id, sku, cat, qty, price, total) = 0) as are_whole, array_agg(id) filter (where "noSpend") as take_none,
          bool_and(coalesce(round(qty * price::numeric, 2) = total::numeric, false) and not (coalesce("noEarn", false) and earn is not null)) as are_priced
        from json_to_recordset(p.lines) as line(id text, sku text, cat text, qty numeric, price text, total text, spend text, earn text,
          "noEarn" boolean, "noSpend" boolean)) l) p
    full join (
      select o.*, l.line_texts, l.take_some from (${RECORDED}) o, lateral (
        select ${lineText('"lineId"')} as line_texts, array_agg("lineId") filter (where "maxSpend" <> '0.00') as take_some
        from json_to_recordset(o.lines) as line("lineId" text, units json, total text, "maxSpend" text, spend text, earn text), lateral (
          select sum((unit->>'quantity')::numeric) as qty from json_array_elements(line.units) as unit) as units(qty)) l) o
      on o.operation_id = p.purchase_id
    cross join timetable`,
};

/** Which member claimed a receipt, and into which lot. */
const CLAIMED = `select o.member_id, o.operation_id, substr(r."purchaseId", 5)::uuid as purchase_id,
    substr(r.lot->>'lotId', 5)::uuid as lot_id, (r.lot->>'activeAt')::timestamptz as active_at, (r.lot->>'expiresAt')::timestamptz as expires_at
  from operations o, json_to_recordset(o.answer->'receipts') as r("purchaseId" text, lot json)
  where o.name = '${CLAIM}' and o.refusal is null`;

/** Whether the profile has had the identifier for which it had waited. */
const BROUGHT =
  "exists (select from identifier_history h where h.identifier_key = o.subject_hash and h.profile_id = p.profile_id)";

const purchasesHaveTheirMembers: Invariant = {
  name: "purchases_have_their_members",
  statement:
    "Each purchase belongs to the member, and earned into the lot, that its operation has answered, which goes with the profile whose identifier the purchase came with; one that had no member waits for the identifier that it came with, or has those of whoever claimed it.",
  facts: `select ${brokenUnless(
    `o.operation_id is not null and (p.lot_id is null or (l.lot_id is not null and l.issuer = p.brand and l.kind = 'ordinary' and l.profile_id is not distinct from p.profile_id))
      and o.suspended = (o.subject_hash is not null)
      and case when not o.suspended then p.awaits is null
          and p.member_id is not distinct from substr(o."memberId", 5)::uuid and p.profile_id is not distinct from o.profile_id
          and p.lot_id is not distinct from substr(o.earn->>'lotId', 5)::uuid
        when p.awaits is not null then p.awaits = o.subject_hash and c.purchase_id is null and p.member_id is null and p.profile_id is null and p.lot_id is null
        else c.purchase_id is not null and p.member_id = c.member_id and ${BROUGHT}
          and (p.lot_id is not distinct from c.lot_id or (c.lot_id is null and b.name = '${REVERSAL}')) end`,
    {
      purchaseId,
      entity: "p.brand",
      waits: "p.awaits is not null",
      memberId: `json_build_array(${id("mbr", "p.member_id")}, coalesce(o."memberId", ${id("mbr", "c.member_id")}))`,
      lotId: `json_build_array(${id("lot", "p.lot_id")}, coalesce(o.earn->>'lotId', ${id("lot", "c.lot_id")}), ${id("lot", "l.lot_id")})`,
    },
  )}
    from purchases p left join (${RECORDED}) o on o.operation_id = p.purchase_id
      left join (${CLAIMED}) c on c.purchase_id = p.purchase_id
      left join (select distinct lot_id, issuer, kind, profile_id, operation_id from lots) l on l.lot_id = p.lot_id
      left join operations b on b.operation_id = l.operation_id`,
};

const earnedLotsAreAsStated: Invariant = {
  name: "earned_lots_are_as_stated",
  statement:
    "A lot that a sale or a claim earned begins as the operation has answered, and ended so until its terms were changed. Shown: the lot's, the answer's.",
  facts: lotsAreAsStated(`select operation_id, member_id, substr(earn->>'lotId', 5)::uuid as lot_id,
      (earn->>'activeAt')::timestamptz as active_at, (earn->>'expiresAt')::timestamptz as expires_at
    from (${RECORDED}) o where earn->>'lotId' is not null
    union all
    select operation_id, member_id, lot_id, active_at, expires_at from (${CLAIMED}) c where lot_id is not null`),
};

/** Lots that a reversal made of a receipt that was claimed without any goods left: they begin as its sale has answered. */
const REMADE = `select l.*, p.brand, (o.earn->>'activeAt')::timestamptz as stated_active_at,
    (o.earn->>'expiresAt')::timestamptz as stated_expires_at, o.policy_version as sold_by,
    coalesce((select min(t.former_end) from lot_terms t where t.lot_id = l.lot_id), l.expires_at) as first_end
  from lots l join purchases p on p.lot_id = l.lot_id
    join (${RECORDED}) o on o.operation_id = p.purchase_id and o.suspended
    join operations b on b.operation_id = l.operation_id and b.name = '${REVERSAL}'`;

const remadeLotsAreAsSold: Invariant = {
  name: "remade_lots_are_as_sold",
  statement:
    "A lot that a reversal has made, of a receipt that was claimed when everything had come back, begins as its sale has answered, and ends no sooner.",
  facts: `select ${brokenUnless(
    "l.policy_version <> l.sold_by or (l.active_at = l.stated_active_at and l.first_end >= l.stated_expires_at)",
    {
      memberId: id("mbr", "l.member_id"),
      lotId: id("lot", "l.lot_id"),
      entity: "l.brand",
      activeAt: "json_build_array(l.active_at, l.stated_active_at)",
      firstEnd: "json_build_array(l.first_end, l.stated_expires_at)",
    },
  )} from (${REMADE}) l`,
};

const SUSPENSE = `on_suspense as (
    select entity, ${moved("suspense")} as amount from transfers where debit = 'suspense' or credit = 'suspense' group by entity),
  waiting as (
    select p.brand as entity, sum(p.earned - coalesce(r.amount, 0)) as amount
    from purchases p left join (
      select purchase_id, sum(from_suspense) as amount from returns where status = 'returned' group by purchase_id) r using (purchase_id)
    where p.awaits is not null and p.status = 'sold' group by p.brand)`;

const suspenseIsWaitingReceipts: Invariant = {
  name: "suspense_is_waiting_receipts",
  statement:
    "What each entity keeps on suspense is what the receipts that wait for their members have earned, less what came back of them. Shown: suspense, the receipts.",
  facts: `with ${SUSPENSE}
    select ${brokenUnless("coalesce(s.amount, 0) = coalesce(w.amount, 0)", {
      entity: "entity",
      suspense: pair("coalesce(s.amount, 0)", "coalesce(w.amount, 0)"),
    })} from (select brand as entity from brands) b full join on_suspense s using (entity) full join waiting w using (entity)`,
  figures: `with ${SUSPENSE} select entity || ' suspense' as label, amount::text, entity from on_suspense order by 1`,
};

export const purchaseInvariants: readonly Invariant[] = [
  purchasesAreTheirTransfers,
  purchasesAreAsRecorded,
  purchasesHaveTheirMembers,
  earnedLotsAreAsStated,
  remadeLotsAreAsSold,
  suspenseIsWaitingReceipts,
];
