/** Invariants of what is held for orders: for what waits, what was spent of it and given back, and what came back into it. */
import { brokenUnless, decimal, id, type Invariant, oneOf, pair } from "../../engine/definition/invariant.ts";
import { HOLDS_LEFT, LIVING_HOLDS } from "../../bonuses/hold-invariants.ts";
import { stoodFor } from "../../members/owner-sql.ts";
import { REVERSAL } from "../../sales/operation-names.ts";
import { TAKES_GOODS } from "../operation-names.ts";
import { undoesPickup } from "./answers.ts";

/** What is held for what waits, lot by lot. */
const HELD = `held_for as (
    select d.order_id, substr(part->>0, 5)::uuid as lot_id, sum((part->>2)::numeric * 100) as amount
    from orders d, json_array_elements(d.lines) line, json_array_elements(line->'waiting') p, json_array_elements(p->2) part
    group by 1, 2)`;

const ordersHoldWhatWaits: Invariant = {
  name: "orders_hold_what_waits",
  statement:
    "The hold of an order is its member's, of the amount, the reference and the seller of the order, and ends with it; what is left in it is what is held for the goods that wait, lot by lot, until time has ended it. Shown: the order's, the hold's.",
  facts: `with ${HOLDS_LEFT}, ${HELD}
    select ${brokenUnless("h.status = 'expired' or coalesce(f.amount, 0) = coalesce(l.amount, 0)", {
      orderId: id("ord", "coalesce(f.order_id, h.order_id)"),
      lotId: id("lot", "coalesce(f.lot_id, l.lot_id)"),
      entity: "h.brand",
      held: pair("coalesce(f.amount, 0)", "coalesce(l.amount, 0)"),
    })}
    from (select h.order_id, h.brand, h.status, l.hold_id, l.lot_id, l.amount from left_in l join ${LIVING_HOLDS} h using (hold_id) where h.order_id is not null) l
      full join held_for f on f.order_id = l.order_id and f.lot_id = l.lot_id
      left join ${LIVING_HOLDS} h on h.order_id = coalesce(f.order_id, l.order_id)
    union all
    select ${brokenUnless(
      `d.order_id is not null and h.hold_id is not null and h.order_id = d.order_id and (${stoodFor("h.member_id", "d.member_id", "d.profile_id")} or ${stoodFor("d.member_id", "h.member_id", "d.profile_id")}) and h.amount = d.held
        and h.reference = d.order_number
        and (h.status <> 'open' or (h.brand = d.pickup_brand and h.expires_at = d.expires_at and d.status in ('placed', 'ready')))
        and (h.status <> 'expired' or h.ended_at = d.expires_at)`,
      {
        orderId: id("ord", "coalesce(d.order_id, h.order_id)"),
        holdId: id("hld", "h.hold_id"),
        entity: "h.brand",
        amount: pair("d.held", "h.amount"),
        expiresAt: "json_build_array(d.expires_at, h.expires_at)",
        status: "json_build_array(d.status, h.status)",
      },
    )}
    from (select * from orders where hold_id is not null) d
      full join (select * from ${LIVING_HOLDS} living where order_id is not null) h on h.hold_id = d.hold_id`,
};

const orderHoldsMoveAsAnswered: Invariant = {
  name: "order_holds_move_as_answered",
  statement:
    "What was spent of an order's hold, and given back, is what the pickup or the cancelling has answered, at that moment; what came back into it, what a reversal undid, and no more. Shown: the hold's, the answer's.",
  facts: `with ${HOLDS_LEFT},
      by_operation as (
        select order_id, operation_id, min(brand) as brand, min(at) as first_at, max(at) as last_at, count(at) = count(*) as dated, coalesce(sum(amount) filter (where event = 'capture'), 0) as captured,
          coalesce(sum(amount) filter (where event = 'release'), 0) as released,
          coalesce(sum(amount) filter (where event = 'restore'), 0) as restored,
          coalesce(sum(amount) filter (where event = 'hold'), 0) as held_again
        from moves where order_id is not null and operation_id is not null group by 1, 2),
      answered as (
        select operation_id, name, posted_at, coalesce(brand, answer->'pickup'->>'brand') as brand, substr(events->0->'data'->>'purchaseId', 5)::uuid as undone, answer->>'orderId' as order, coalesce((answer->>'captured')::numeric * 100, 0) as captured,
          coalesce((answer->>'released')::numeric * 100, 0) as released
        from operations o where refusal is null and (name in (${oneOf(TAKES_GOODS)}) or ${undoesPickup("o")}))
    select ${brokenUnless(
      `a.operation_id is not null and a.order = coalesce(${id("ord", "m.order_id")}, a.order) and a.captured = coalesce(m.captured, 0)
        and a.released = coalesce(m.released, 0) and (m.operation_id is null or (m.first_at = a.posted_at and m.last_at = a.posted_at and m.dated)) and (a.name = '${REVERSAL}' or coalesce(m.restored, 0) = 0)
        and coalesce(m.held_again, 0) <= case a.name when '${REVERSAL}' then coalesce(u.released, 0) else 0 end`,
      {
        orderId: `coalesce(${id("ord", "m.order_id")}, a.order)`,
        operationId: id("opn", "coalesce(m.operation_id, a.operation_id)"),
        entity: "coalesce(a.brand, m.brand)",
        at: "json_build_array(m.first_at, m.last_at, a.posted_at)",
        captured: pair("coalesce(m.captured, 0)", "a.captured"),
        released: pair("coalesce(m.released, 0)", "a.released"),
        restored: decimal("coalesce(m.restored, 0)"),
        heldAgain: pair("coalesce(m.held_again, 0)", "coalesce(u.released, 0)"),
      },
    )}
    from by_operation m full join answered a using (operation_id)
      left join by_operation u on u.operation_id = a.undone`,
};

/** What a pickup gave back, as its order remembers it. */
const REMEMBERED = `remembered as (
    select d.order_id, g.operation_id, substr(part->>0, 5)::uuid as lot_id, sum((part->>2)::numeric * 100) as amount
    from orders d cross join lateral (select substr(given->>0, 5)::uuid as operation_id, given->1 as parts
        from json_array_elements(d.lines) line, json_array_elements(line->'released') given offset 0) g
      cross join json_array_elements(g.parts) part
    group by 1, 2, 3)`;

const ordersKnowWhatWasGivenBack: Invariant = {
  name: "orders_know_what_was_given_back",
  statement:
    "What an order remembers as given back by a pickup, lot by lot, is what that pickup gave back out of its hold; and of a pickup that was reversed it remembers nothing. Shown: the order's, the hold's.",
  facts: `with ${HOLDS_LEFT}, ${REMEMBERED},
      given as (
        select m.order_id, m.operation_id, m.lot_id, sum(m.amount) as amount
        from moves m join purchases p on p.purchase_id = m.operation_id and p.status = 'sold'
        where m.order_id is not null and m.event = 'release' group by 1, 2, 3)
    select ${brokenUnless("coalesce(r.amount, 0) = coalesce(g.amount, 0)", {
      orderId: id("ord", "order_id"),
      purchaseId: id("pur", "operation_id"),
      lotId: id("lot", "lot_id"),
      entity: "d.brand",
      released: pair("coalesce(r.amount, 0)", "coalesce(g.amount, 0)"),
    })}
    from remembered r full join given g using (order_id, operation_id, lot_id) join orders d using (order_id)`,
};

export const heldInvariants: readonly Invariant[] = [
  ordersHoldWhatWaits,
  orderHoldsMoveAsAnswered,
  ordersKnowWhatWasGivenBack,
];
