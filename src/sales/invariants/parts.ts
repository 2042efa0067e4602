/** Invariants of the lots that sales and returns name: which part of which lot each line used, and of which issuer. */
import { brokenUnless, id, type Invariant, pair } from "../../engine/definition/invariant.ts";
import { issuersAreOfTheirLots } from "../../engine/invariants/named-lots.ts";

/**
 * Parts of lots, in the order of the lines and of their parts: from which bonus of the receipt until which. What a line says is
 * taken out of it once; carried along with each of its parts, lines of ten thousand parts would fill gigabytes.
 */
const PARTS = `named as materialized (
    select p.purchase_id, p.brand, l.line, l.line_place, s.place, substr(part->>0, 5)::uuid as lot_id,
      part->>1 as issuer, (part->>2)::numeric * 100 as amount
    from purchases p
      cross join lateral (select line->>'id' as line, line->'parts' as parts, place as line_place
        from json_array_elements(p.lines) with ordinality e(line, place) offset 0) l
      cross join lateral json_array_elements(l.parts) with ordinality s(part, place)),
  parts as (
    select n.*, sum(amount) over running - amount as since, sum(amount) over running as until from named n
    window running as (partition by purchase_id order by line_place, place))`;

/**
 * What the operation burnt, in the order in which it did: what was held first, and then what is free. The lots of a hold are
 * spread over the lines of its order, which knows how; what is free, over the lines in their order: see allot.
 */
const BURNT = `burnt as (
    select t.operation_id as purchase_id, t.lot_id, t.debit, t.amount,
      sum(t.amount) over (partition by t.operation_id order by t.debit = 'available', t.ordinal) as until,
      sum(t.amount) filter (where t.debit = 'held') over (partition by t.operation_id) as out_of_hold
    from transfers t join purchases p on p.purchase_id = t.operation_id
    where t.event = 'spend' and t.debit in ('available', 'held'))`;

const spentPartsAreTheirTransfers: Invariant = {
  name: "spent_parts_are_their_transfers",
  statement:
    "The lots that lines of purchases name, and how much came from each, are those that the operation burnt, in the order in which it did; the parts of each line add up to what was spent on it; and each names its lot's issuer.",
  facts: `with ${PARTS}, ${BURNT}
    select ${brokenUnless("coalesce(p.amount, 0) = coalesce(b.amount, 0)", {
      purchaseId: id("pur", "purchase_id"),
      lotId: id("lot", "lot_id"),
      entity: "p.brand",
      amount: pair("p.amount", "b.amount"),
    })} from (select purchase_id, brand, lot_id, sum(amount) as amount from parts group by 1, 2, 3) p
      full join (select purchase_id, lot_id, sum(amount) as amount from burnt group by 1, 2) b using (purchase_id, lot_id)
    union all
    select ${brokenUnless(
      `coalesce(bool_or(case b.debit when 'held' then p.until <= b.out_of_hold
        else p.since >= b.until - b.amount and p.until <= b.until end), false)`,
      {
        purchaseId: id("pur", "p.purchase_id"),
        lotId: id("lot", "p.lot_id"),
        entity: "p.brand",
        lineId: "p.line",
        place: "p.place",
        spent: pair("p.since", "p.until"),
        burnt: pair("min(b.until - b.amount)", "max(b.until)"),
      },
    )}
    from parts p left join burnt b using (purchase_id, lot_id)
    group by p.purchase_id, p.brand, p.line, p.line_place, p.place, p.lot_id, p.since, p.until
    union all
    select ${brokenUnless("l.spend = l.parts", {
      purchaseId: id("pur", "p.purchase_id"),
      entity: "p.brand",
      lineId: "l.line",
      spend: "json_build_array(l.spend, l.parts)",
    })}
    from purchases p, lateral (
      select line->>'id' as line, coalesce((line->>'spend')::numeric, 0) as spend,
        (select coalesce(sum((part->>2)::numeric), 0) from json_array_elements(line->'parts') part) as parts
      from json_array_elements(p.lines) line) l where p.spent > 0
    union all
    ${issuersAreOfTheirLots(`select ${id("pur", "purchase_id")} as named_in, brand as entity, lot_id, issuer from parts`)}`,
};

/** The lots that returns name: those that got bonuses back, and those that covered what was clawed back. */
export const NAMED_IN_RETURNS = `select ${id("ret", "r.return_id")} as named_in, r.brand as entity, substr(part->>0, 5)::uuid as lot_id, part->>1 as issuer
    from returns r, lateral (select part from json_array_elements(r.parts) part union all select part from json_array_elements(r.cover) part) named`;

export const partInvariants: readonly Invariant[] = [spentPartsAreTheirTransfers];
