/** Invariants of documents: what came back of a sale, and that documents say what was posted. */
import { brokenUnless, decimal, id, type Invariant } from "./invariant.ts";

/** A fractional quantity is one unit. */
const UNITS = "case when position('.' in line->>'qty') = 0 then (line->>'qty')::numeric else 1 end";
const IN_RANGES = (ranges: string) =>
  `(select coalesce(sum((r->>1)::numeric - (r->>0)::numeric), 0) from json_array_elements(${ranges}) r)`;

/** By purchase alone: a return that was parked stands in the bucket of its receipt, not of the member. */
const returnedWithinSold: Invariant = {
  name: "returned_within_sold",
  statement:
    "Of no line more units came back than were sold, and what is counted on the purchase is the sum of its returns that stand; of a reversed purchase everything came back.",
  facts: `with made as (
      select r.purchase_id, line->>'id' as line, sum(${IN_RANGES("line->'ranges'")}) as units
      from returns r, json_array_elements(r.detail->'lines') line where r.status = 'returned' group by 1, 2),
    concerned as (
      select p.* from purchases p where p.status = 'reversed' or p.returned::text <> '{}'
        or p.purchase_id in (select purchase_id from made)),
    sold as (
      select purchase_id, line->>'id' as line, ${UNITS} as units from concerned, json_array_elements(lines) line),
    counted as (
      select purchase_id, c.key as line, ${IN_RANGES("c.value")} as units from concerned, json_each(returned) c)
    select ${brokenUnless(
      `s.units is not null and coalesce(c.units, 0) between 0 and s.units and coalesce(m.units, 0) <= s.units
       and case p.status when 'reversed' then coalesce(c.units, 0) = s.units else coalesce(c.units, 0) = coalesce(m.units, 0) end`,
      {
        purchaseId: id("pur", "purchase_id"),
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
      money: `json_build_array(${decimal("p.total - p.spent")}, ${decimal("r.money")})`,
      bonuses: `json_build_array(${decimal("p.spent")}, ${decimal("r.bonuses")})`,
      earned: `json_build_array(${decimal("p.earned")}, ${decimal("r.clawed")})`,
    },
  )}
    from (select purchase_id, sum(money_back) as money, sum(bonuses_back) as bonuses, sum(clawed_back) as clawed
      from returns where status = 'returned' group by purchase_id) r left join purchases p using (purchase_id)`,
};

const purchasesAreTheirTransfers: Invariant = {
  name: "purchases_are_their_transfers",
  statement:
    "What each purchase says was spent and earned is what its operation moved: off the member's lots, and into a lot or on suspense. Shown: the purchase's, the transfers'.",
  facts: `select ${brokenUnless("p.spent = coalesce(t.spent, 0) and p.earned = coalesce(t.earned, 0)", {
    purchaseId: id("pur", "p.purchase_id"),
    spent: `json_build_array(${decimal("p.spent")}, ${decimal("coalesce(t.spent, 0)")})`,
    earned: `json_build_array(${decimal("p.earned")}, ${decimal("coalesce(t.earned, 0)")})`,
  })}
    from purchases p left join (
      select operation_id, sum(amount) filter (where event = 'spend') as spent, sum(amount) filter (where event <> 'spend') as earned
      from transfers where (event = 'spend' and debit in ('available', 'held')) or event in ('grant', 'suspension')
      group by operation_id) t on t.operation_id = p.purchase_id`,
};

const returnsAreTheirTransfers: Invariant = {
  name: "returns_are_their_transfers",
  statement:
    "What returns say came back, was clawed back and became debt is what the operation that made them moved. Shown: the returns', the transfers'.",
  facts: `with parked as (
      select r.return_id, r.purchase_id as made_by from returns r join parked_returns p on p.operation_id = r.return_id),
    said as (
      select coalesce(p.made_by, r.return_id) as operation_id, sum(bonuses_back) as back, sum(clawed_back) as clawed,
        sum(debt_added) as debt
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
        bonusesBack: `json_build_array(${decimal("s.back")}, ${decimal("coalesce(t.back, 0)")})`,
        clawedBack: `json_build_array(${decimal("s.clawed")}, ${decimal("coalesce(t.clawed, 0)")})`,
        debtAdded: `json_build_array(${decimal("s.debt")}, ${decimal("coalesce(t.debt, 0)")})`,
      },
    )} from said s left join posted t using (operation_id)`,
};

export const documentInvariants: readonly Invariant[] = [
  returnedWithinSold,
  returnedAmountsWithinSold,
  purchasesAreTheirTransfers,
  returnsAreTheirTransfers,
];
