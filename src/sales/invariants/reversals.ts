/** Invariants of what was undone, and of what became of things that had waited: as it was answered, and as others were told. */
import { stoodFor } from "../../members/owner-sql.ts";
import {
  brokenUnless,
  decimal,
  eventOf,
  hasOnly,
  id,
  type Invariant,
  oneOf,
  tells,
} from "../../engine/definition/invariant.ts";
import { pickupUndone, receiptReversed, receiptsClaimed, returnMade, returnRefused } from "../events.ts";
import { CLAIM, REVERSAL } from "../operation-names.ts";

/** What is reversed, or was withdrawn before its sale came, by the operation that has its receipt. */
const REVERSED = `reversed as (
    select purchase_id as operation_id, 'purchase' as kind, purchase_id, null::uuid as return_id, brand, store_id, terminal_id
    from purchases where status = 'reversed'
    union all
    select return_id, 'return', purchase_id, return_id, brand, store_id, terminal_id from returns where status = 'reversed'
    union all
    select operation_id, 'return', null, null, terms->'receipt'->>'brand', terms->'receipt'->>'storeId', terms->'receipt'->>'terminalId'
    from parked_returns where status = 'withdrawn')`;

/** Reversals, with the operation that has the receipt which each is about. */
const REVERSALS = `reversals as (
    select o.operation_id as reversal_id, o.brand, o.store_id, o.terminal_id, o.events,
      o.occurred_at = o.posted_at and o.status = 200 and ${hasOnly("o", ["brand", "store_id", "terminal_id", "subject_hash"])} and o.subject_hash is not null
        and o.answer->>'operationId' = ${id("opn", "o.operation_id")} and o.member_id is not distinct from substr(o.answer->>'memberId', 5)::uuid as is_plain, o.answer->>'outcome' as outcome, o.answer->>'memberId' as member,
      o.answer->>'orderId' as order_id, o.answer->>'orderStatus' as order_status, r.order_number, r.member_id as order_member, r.profile_id as order_profile, r.brand as order_brand,
      k.operation_id, count(*) filter (where o.answer->>'outcome' = 'reversed') over (partition by k.operation_id) as times
    from operations o left join command_keys k on k.key = o.subject_hash
      left join orders r on r.order_id = substr(o.answer->>'orderId', 5)::uuid
    where o.name = '${REVERSAL}' and o.refusal is null)`;

const TOLD_REVERSED = eventOf(
  receiptReversed,
  {
    kind: "d.kind",
    purchaseId: id("pur", "d.purchase_id"),
    returnId: id("ret", "d.return_id"),
    memberId: "v.member",
  },
  "v.events->0",
);

/** Of what was never seen nobody knows more than its kind. */
const TOLD_UNSEEN = eventOf(
  receiptReversed,
  {
    kind: "v.events->0->'data'->>'kind'",
    purchaseId: "null",
    returnId: "null",
    memberId: "null",
  },
  "v.events->0",
);

const TOLD_UNDONE = eventOf(
  pickupUndone,
  {
    orderId: "v.order_id",
    orderNumber: "v.order_number",
    // Ordered by a card that led to nobody then, it may be its member's by now.
    // It may have become part of another since, or have parted.
    memberId: `case when v.events->1->'data'->>'memberId' is null then null
        when ${stoodFor("substr(v.events->1->'data'->>'memberId', 5)::uuid", "v.order_member", "v.order_profile")} then v.events->1->'data'->>'memberId'
        else ${id("mbr", "v.order_member")} end`,
    brand: "v.order_brand",
    pickupBrand: "v.events->1->'data'->>'pickupBrand'",
    pickupStoreId: "v.events->1->'data'->>'pickupStoreId'",
    status: "v.order_status",
    purchaseId: id("pur", "d.purchase_id"),
  },
  "v.events->1",
);

const reversalsAreAsAnswered: Invariant = {
  name: "reversals_are_as_answered",
  statement:
    "What is reversed, or withdrawn, was so by one operation, which has answered and told it, at the moment at which it was asked for; one that answered that nothing was there to be undone has told just that, and one that came again nothing.",
  facts: `with ${REVERSED}, ${REVERSALS}
    select ${brokenUnless(
      `d.operation_id is not null and v.reversal_id is not null and v.times = 1 and v.is_plain
        and case when v.order_id is null then ${tells("v.events", [TOLD_REVERSED])} else ${tells("v.events", [TOLD_REVERSED, TOLD_UNDONE])} end
        and v.brand = d.brand and v.store_id = d.store_id and v.terminal_id = d.terminal_id`,
      {
        operationId: id("opn", "operation_id"),
        entity: "coalesce(d.brand, v.brand)",
        is: "case when d.operation_id is null then 'not reversed' else 'reversed' end",
        reversalId: id("opn", "v.reversal_id"),
        reversals: "coalesce(v.times, 0)",
        told: "v.events->0->'data'",
      },
    )}
    from reversed d full join (select * from reversals where outcome = 'reversed') v using (operation_id)
    union all
    select ${brokenUnless(
      `v.is_plain and case outcome when 'tombstoned' then (v.events->0)::jsonb = ${TOLD_UNSEEN}
        when 'already_reversed' then v.events is null else false end`,
      { operationId: id("opn", "v.reversal_id"), entity: "v.brand", outcome: "v.outcome", told: "v.events->0->'data'" },
    )}
    from reversals v where outcome is distinct from 'reversed'`,
};

/** What operations told of returns that had waited: an operation's first event is its own. */
const TOLD_AFTERWARDS = `told as (
    select o.operation_id, o.brand, o.posted_at, e.event->'data'->>'returnId' as return, e.event::jsonb as event
    from operations o, json_array_elements(o.events) with ordinality e(event, place)
    where e.place > 1 and e.event->>'name' in (${oneOf([returnMade.name, returnRefused.name])}))`;

const TOLD_MADE = eventOf(
  returnMade,
  {
    purchaseId: id("pur", "r.purchase_id"),
    memberId: id("mbr", "r.member_id"),
    brand: "r.brand",
    storeId: "r.store_id",
    returnId: id("ret", "r.return_id"),
    moneyBack: decimal("r.money_back"),
    bonusesBack: decimal("r.bonuses_back"),
    clawedBack: decimal("r.clawed_back"),
    debtAdded: decimal("r.debt_added"),
  },
  "t.event",
);
const TOLD_REFUSED = eventOf(returnRefused, { returnId: id("ret", "q.operation_id"), code: "q.refusal" }, "t.event");

/** Returns that no longer wait, and the operation that settled them: the one that has the receipt of their sale. */
const SETTLED = `settled as (
    select k.operation_id, ${id("ret", "q.operation_id")} as return, q.terms->'receipt'->>'brand' as brand, r.posted_at,
      case q.status when 'applied' then ${TOLD_MADE} else ${TOLD_REFUSED} end as event
    from parked_returns q left join command_keys k on k.key = q.receipt_key left join returns r on r.return_id = q.operation_id
      left join told t on t.operation_id = k.operation_id and t.return = ${id("ret", "q.operation_id")}
    where q.status in ('applied', 'refused'))`;

const CLAIMED = eventOf(receiptsClaimed, {
  memberId: id("mbr", "o.member_id"),
  purchaseIds: "(select jsonb_agg(r->'purchaseId') from json_array_elements(o.answer->'receipts') r)",
  amount: "o.answer->>'claimed'",
});

const waitingIsSettledAsTold: Invariant = {
  name: "waiting_is_settled_as_told",
  statement:
    "Of each return that had waited others were told what became of it, by the operation that its sale came with, or that said that it never will; and of each claim which receipts it has brought to the member.",
  facts: `with ${TOLD_AFTERWARDS}, ${SETTLED}
    select ${brokenUnless("t.event = s.event and coalesce(s.posted_at, t.posted_at) = t.posted_at", {
      operationId: id("opn", "operation_id"),
      entity: "coalesce(s.brand, t.brand)",
      returnId: "return",
      became: "s.event->>'name'",
      told: "t.event->>'name'",
    })}
    from settled s full join told t using (operation_id, return)
    union all
    select ${brokenUnless(
      `case when json_array_length(o.answer->'receipts') = 0 then o.events is null else ${tells("o.events", [CLAIMED])} end
        and o.status = 200 and ${hasOnly("o", [])}`,
      {
        operationId: id("opn", "o.operation_id"),
        memberId: id("mbr", "o.member_id"),
        claimed: "o.answer->>'claimed'",
        told: "o.events->0->'data'->>'amount'",
      },
    )}
    from operations o where o.name = '${CLAIM}' and o.refusal is null`,
};

export const reversalInvariants: readonly Invariant[] = [reversalsAreAsAnswered, waitingIsSettledAsTold];
