/** Invariants of when things moved: what time does is dated when it was due, everything else when its operation happened. */
import { HAPPENS, TRANSFER_EVENTS } from "../../ledger/transfer.ts";
import { brokenUnless, id, instantOf, type Invariant, oneOf } from "../definition/invariant.ts";

const AT_ONCE = oneOf(TRANSFER_EVENTS.filter((event) => HAPPENS[event] === "with_operation"));

const place = { operationId: id("opn", "t.operation_id"), entity: "t.entity" };
const ofLot = { ...place, lotId: id("lot", "t.lot_id"), occurredAt: "t.occurred_at" };

/** Each move of lots by an event, once. */
const movesBy = (event: string): string =>
  `(select distinct operation_id, lot_id, occurred_at, min(entity) over (partition by operation_id, lot_id) as entity
    from transfers where event = '${event}')`;

const ENDS = `select lot_id, expires_at as ends from lots union select lot_id, former_end from lot_terms
    union select lot_id, new_end from lot_terms`;
/** Each move of a hold is read once, and not again for each of its parts. */
const GIVEN_BACK = `select distinct substr(part->>'lotId', 5)::uuid as lot_id, m.at
    from holds cross join lateral (select ${instantOf("move->>'at'")} as at, move->'parts' as parts
        from json_array_elements(moves) move where move->>'event' = 'release' offset 0) m
      cross join json_array_elements(m.parts) part`;

const transfersHappenedWhenDue: Invariant = {
  name: "transfers_happened_when_due",
  statement:
    "What was spent, held, moved or put on suspense was so when its operation happened; what a hold gave back, when the hold says so; what expired, at an end of the lot, or when a hold gave it back; and debt was repaid when something became available, or when the debt came into the wallet.",
  facts: `select ${brokenUnless("t.first = o.occurred_at and t.last = o.occurred_at", {
    ...place,
    occurredAt: "json_build_array(o.occurred_at, t.first, t.last)",
  })}
    from (select operation_id, min(entity) as entity, min(occurred_at) as first, max(occurred_at) as last
      from transfers where event in (${AT_ONCE}) group by operation_id) t left join operations o using (operation_id)
    union all
    select ${brokenUnless("h.lot_id is not null", { ...ofLot, event: "'release'" })}
    from ${movesBy("release")} t left join (${GIVEN_BACK}) h on h.lot_id = t.lot_id and h.at = t.occurred_at
    union all
    select ${brokenUnless("e.lot_id is not null or r.lot_id is not null", { ...ofLot, event: "'expiry'" })}
    from ${movesBy("expiry")} t left join (${ENDS}) e on e.lot_id = t.lot_id and e.ends = t.occurred_at
      left join ${movesBy("release")} r
        on r.operation_id = t.operation_id and r.lot_id = t.lot_id and r.occurred_at = t.occurred_at
    union all
    select ${brokenUnless("a.lot_id is not null or d.operation_id is not null", { ...ofLot, event: "'repayment'" })}
    from ${movesBy("repayment")} t
      left join (select distinct operation_id, lot_id, occurred_at from transfers where credit = 'available') a
        on a.operation_id = t.operation_id and a.lot_id = t.lot_id and a.occurred_at = t.occurred_at
      left join (select distinct operation_id, occurred_at from transfers where debit = 'debt' and event in ('move', 'restitution', 'repayment_reversal')) d
        on d.operation_id = t.operation_id and d.occurred_at = t.occurred_at`,
};

export const instantInvariants: readonly Invariant[] = [transfersHappenedWhenDue];
