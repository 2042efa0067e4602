/** Invariants of the days of receipts: whatever a sale moved is dated by its receipt, however late it came. */
import { brokenUnless, id, type Invariant, oneOf } from "../../engine/definition/invariant.ts";
import { MAKES_PURCHASE, REVERSAL } from "../operation-names.ts";

const salesMovedOnTheirDay: Invariant = {
  name: "sales_moved_on_their_day",
  statement:
    "What goods have earned was granted on the day of their receipt, and what came back was taken back on the day of the return's, be it that it had waited for its sale. Everything else was granted, and taken back, when that was asked for. Into a lot that another operation has made only reversals grant more.",
  facts: `select ${brokenUnless(
    `t.occurred_at = coalesce(p.occurred_at, o.occurred_at) and (l.lot_id is not null or (o.name = '${REVERSAL}' and p.lot_id is not null))`,
    {
      operationId: id("opn", "t.operation_id"),
      lotId: id("lot", "t.lot_id"),
      entity: "t.entity",
      event: "t.event",
      occurredAt: "json_build_array(t.occurred_at, coalesce(p.occurred_at, o.occurred_at))",
    },
  )}
    from transfers t left join operations o using (operation_id) left join purchases p on p.lot_id = t.lot_id
      left join (select distinct lot_id, operation_id from lots) l on l.lot_id = t.lot_id and l.operation_id = t.operation_id
    where t.event in ('grant', 'claim')
    union all
    select ${brokenUnless(
      `case when o.name in (${oneOf(MAKES_PURCHASE)}) then r.purchase_id is not null else t.occurred_at = o.occurred_at end`,
      {
        operationId: id("opn", "t.operation_id"),
        entity: "t.entity",
        event: "t.event",
        occurredAt: "json_build_array(t.occurred_at, o.occurred_at)",
      },
    )}
    from (select operation_id, event, occurred_at, min(entity) as entity
        from transfers where event in ('unspend', 'clawback') group by operation_id, event, occurred_at) t
      left join operations o using (operation_id)
      left join (select distinct r.purchase_id, r.occurred_at
        from returns r join parked_returns q on q.operation_id = r.return_id) r
        on r.purchase_id = t.operation_id and r.occurred_at = t.occurred_at`,
};

export const dayInvariants: readonly Invariant[] = [salesMovedOnTheirDay];
