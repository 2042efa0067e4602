/**
 * What one entity came to owe another: transfers between the two, each on the day on which it is accounted, with the price of a
 * bonus that counts for it.
 *
 * The price is that of the rules in force when the bonuses were spent, by the kind of their lot, whatever it was when they were
 * granted. What comes back does so at the price at which it was spent, and belongs to the day on which that was accounted: so what is
 * returned as a whole comes to nothing. A debt paid with another entity's bonuses is priced at the instant of its payment; when
 * two members part, what had been paid is owed again at the instant of the parting.
 */
import { openFromAt } from "../periods/open-from.ts";
import { accountingDay, kindOf } from "../turnovers/turnovers.ts";
import { oneOf } from "../../engine/definition/invariant.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { DEFAULT_SETTLEMENT } from "../../policy/schema.ts";
import { MAKES_RETURN, REVERSAL } from "../../sales/operation-names.ts";

/** In whose books it is looked for: the debtor's, or the creditor's. Both say the same. */
export type Side = "due_to" | "due_from";

/** SQL: versions of the rules, each with the time in which it is in force: see `timeline`. */
const IN_FORCE = `select rules->'settlement' as terms,
    case when row_number() over inner_order = 1 then '-infinity'::timestamptz else effective_from end as starts,
    coalesce(lead(effective_from) over inner_order, 'infinity') as ends
  from policies window inner_order as (order by effective_from, version)`;

/** Of what undoes a sale, or a return: what had been spent, or taken back, was so by another operation. */
const OF_A_SALE = "t.event in ('unspend', 'spend_reversal')";
const OF_A_RETURN = "t.event = 'clawback_reversal'";

const RETURN = `case when o.name in (${oneOf(MAKES_RETURN)}) then o.operation_id else k.operation_id end`;

/** A return that had waited for its sale was made with it. */
const MADE_RETURN = "case when q.operation_id is null then r.return_id else r.purchase_id end";
const ORIGIN = `case when ${OF_A_SALE} then coalesce(r.purchase_id, k.operation_id, t.operation_id)
    when ${OF_A_RETURN} then coalesce(${MADE_RETURN}, t.operation_id) else t.operation_id end`;

const SIGNED: Readonly<Record<Side, string>> = {
  due_to: "case when t.credit like 'due\\_to:%' then t.amount else -t.amount end",
  due_from: "case when t.debit like 'due\\_from:%' then t.amount else -t.amount end",
};

/** Transfers that are looked at: a condition on `t`; all of them are joined as whole tables, some of them row by row. */
export interface Some {
  readonly holds: string;
}

/** SQL: an operation, or a return, by its number: of some by their keys. */
const byId = (alias: string, column: string, number: string, some: Some | undefined): string =>
  `${alias}.${column} = ${number}${some === undefined ? "" : ` and ${alias}.bucket = ${bucketIn(number)}`}`;

/** SQL: those transfers, with the operation of each, and that which it undoes. */
function transfersOf(side: Side, some: Some | undefined): string {
  const own = `'${side.replace("_", "\\_")}:%'`;
  const account = `case when t.credit like ${own} then t.credit else t.debit end`;
  const other = `split_part(${account}, ':', 2)`;
  const [debtor, creditor] = side === "due_to" ? ["t.entity", other] : [other, "t.entity"];
  return `select ${debtor} as debtor, ${creditor} as creditor, t.event, ${kindOf("l.kind")} as kind, ${SIGNED[side]} as bonuses,
      ${accountingDay} as day,
      case when ${OF_A_SALE} or ${OF_A_RETURN} then greatest(a.accounting_date, (${openFromAt("a.position")})) else ${accountingDay} end as original_day,
      case when ${OF_A_SALE} then a.occurred_at when ${OF_A_RETURN} then coalesce(r.occurred_at, t.occurred_at) else t.occurred_at end as priced_at
    from transfers t
      join operations o on ${byId("o", "operation_id", "t.operation_id", some)}
      join policies p on p.version = o.policy_version
      left join lots l on l.bucket = t.bucket and l.member_id = t.member_id and l.lot_id = t.lot_id
      left join command_keys k on k.key = o.subject_hash and o.name = '${REVERSAL}'
      left join returns r on ${byId("r", "return_id", RETURN, some)}
      left join parked_returns q on q.operation_id = r.return_id
      left join operations a on ${byId("a", "operation_id", ORIGIN, some)}
    where (t.debit like ${own} or t.credit like ${own})${some === undefined ? "" : ` and ${some.holds}`}`;
}

/** SQL: what one entity (`debtor`) came to owe another (`creditor`), in bonuses; with `price` and `vat_rate`. */
export const dueMoves = (
  side: Side = "due_to",
  some?: Some,
): string => `select m.debtor, m.creditor, m.event, m.kind, m.day, m.original_day, m.bonuses,
    coalesce(f.terms->'prices'->>m.kind, f.terms->>'price', '${DEFAULT_SETTLEMENT.price}') as price,
    coalesce(f.terms->>'vat', '${DEFAULT_SETTLEMENT.vat}') as vat_rate
  from (${transfersOf(side, some)} offset 0) m join (${IN_FORCE}) f on m.priced_at >= f.starts and m.priced_at < f.ends`;
