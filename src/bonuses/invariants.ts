/** Invariants of bonuses outside of a sale: holds, and lots that were granted. */
import {
  brokenUnless,
  decimal,
  eventOf,
  hasOnly,
  id,
  type Invariant,
  pair,
  tells,
} from "../engine/definition/invariant.ts";
import { bonusesGranted, bonusesSpent, holdEnded, holdPlaced } from "./events.ts";
import { lotsAreAsStated } from "../engine/invariants/stated-lots.ts";

/** Parts of open holds, by lot as the API names it. */
const HELD_PARTS = `parts as (
    select h.bucket, h.member_id, p->>'lotId' as lot, sum((p->>'amount')::bigint) as amount
    from holds h, json_array_elements(h.parts) p where h.status = 'open' group by 1, 2, 3)`;

const heldIsOpenHolds: Invariant = {
  name: "held_is_open_holds",
  statement: "What is held of each lot is the sum of its parts in open holds, and the parts of each hold add up to it.",
  facts: `with ${HELD_PARTS}
    select ${brokenUnless("coalesce(l.held, 0) = coalesce(p.amount, 0)", {
      memberId: id("mbr", "member_id"),
      lotId: "lot",
      entity: "l.issuer",
      held: decimal("coalesce(l.held, 0)"),
      openHolds: decimal("coalesce(p.amount, 0)"),
    })}
    from (select bucket, member_id, ${id("lot", "lot_id")} as lot, issuer, held from lots where held <> 0) l
      full join parts p using (bucket, member_id, lot)
    union all
    select ${brokenUnless("h.amount = (select sum((p->>'amount')::bigint) from json_array_elements(h.parts) p)", {
      holdId: id("hld", "h.hold_id"),
      entity: "h.brand",
      amount: decimal("h.amount"),
    })} from holds h`,
};

const holdsAreAsPlaced: Invariant = {
  name: "holds_are_as_placed",
  statement:
    "Each hold was placed by one accepted operation, for its member, with the amount, the end, the seller and the reference that it has, on the lots that it names. Shown: the hold's, the operation's.",
  facts: `select ${brokenUnless(
    `h.hold_id is not null and o.operation_id is not null and h.brand = o.brand and h.amount = o.amount * 100
      and h.expires_at = o.expires_at and h.member_id = o.member_id and h.bucket = o.bucket and h.reference = o.reference`,
    {
      holdId: id("hld", "coalesce(h.hold_id, o.operation_id)"),
      entity: "coalesce(h.brand, o.brand)",
      memberId: `json_build_array(${id("mbr", "h.member_id")}, ${id("mbr", "o.member_id")})`,
      amount: pair("h.amount", "o.amount * 100"),
      expiresAt: "json_build_array(h.expires_at, o.expires_at)",
    },
  )}
    from holds h full join (
      select operation_id, bucket, member_id, brand, reference, (answer->>'amount')::numeric as amount,
        (answer->>'expiresAt')::timestamptz as expires_at
      from operations where name = 'hold' and refusal is null) o on o.operation_id = h.hold_id
    union all
    select ${brokenUnless("coalesce(p.amount, 0) = coalesce(t.amount, 0)", {
      holdId: id("hld", "hold_id"),
      lotId: id("lot", "lot_id"),
      entity: "p.brand",
      amount: pair("coalesce(p.amount, 0)", "coalesce(t.amount, 0)"),
    })}
    from (select h.hold_id, h.brand, substr(part->>'lotId', 5)::uuid as lot_id, sum((part->>'amount')::bigint) as amount
        from holds h, json_array_elements(h.parts) part group by 1, 2, 3) p
      full join (select operation_id as hold_id, lot_id, sum(amount) as amount
        from transfers where event = 'hold' group by 1, 2) t using (hold_id, lot_id)`,
};

const holdsEndOnce: Invariant = {
  name: "holds_end_once",
  statement:
    "A hold is open or has one terminal state: captured or released by exactly one accepted operation at that moment, or expired at its own end by none.",
  facts: `with endings as (
      select o.answer->>'holdId' as hold, count(*) as count, min(o.posted_at) as posted_at, min(o.member_id::text)::uuid as member_id, min(o.answer->>'status') as status, min(o.answer->>'captured') as captured
      from operations o where o.name in ('hold-capture', 'hold-release') and o.refusal is null group by 1)
    select ${brokenUnless(
      `h.status is not null and (e.count is null or (h.ended_at = e.posted_at and h.member_id = e.member_id))
        and (h.status = 'open') = (h.ended_at is null) and case h.status
        when 'captured' then e.count = 1 and e.status = 'captured' and e.captured = ${decimal("h.captured")}
        when 'released' then e.count = 1 and e.status = 'released'
        when 'expired' then e.count is null and h.ended_at = h.expires_at
        else e.count is null end and (h.status = 'captured' or h.captured = 0)`,
      {
        holdId: "hold",
        entity: "h.brand",
        status: "h.status",
        endings: "coalesce(e.count, 0)",
        endedAs: "e.status",
        endedAt: "json_build_array(h.ended_at, e.posted_at)",
        captured: decimal("h.captured"),
      },
    )}
    from (select ${id("hld", "hold_id")} as hold, member_id, brand, status, captured, ended_at, expires_at from holds) h
      full join endings e using (hold)`,
};

const grantedLotsAreAsStated: Invariant = {
  name: "granted_lots_are_as_stated",
  statement:
    "A lot that was granted outside of a sale begins as the operation has answered, and ended so until its terms were changed. Shown: the lot's, the answer's.",
  facts: lotsAreAsStated(`select operation_id, member_id, substr(answer->>'lotId', 5)::uuid as lot_id,
      (answer->>'activeAt')::timestamptz as active_at, (answer->>'expiresAt')::timestamptz as expires_at
    from operations where name = 'accrual' and refusal is null`),
};

/** What each operation says that it has moved, and the transfers that did. */
const ANSWERED = `select operation_id, brand, member_id, case name when 'hold-capture' then answer->>'captured' else answer->>'amount' end as amount,
    case name when 'accrual' then 'grant' else 'spend' end as event
  from operations where name in ('accrual', 'redemption', 'hold-capture') and refusal is null`;

const bonusesMovedAsAnswered: Invariant = {
  name: "bonuses_moved_as_answered",
  statement:
    "What a grant, a redemption and a captured hold have answered is what their transfers moved into and out of the member's lots. Shown: the answer's, the transfers'.",
  facts: `select ${brokenUnless("a.amount::numeric * 100 = coalesce(t.amount, 0)", {
    operationId: id("opn", "a.operation_id"),
    memberId: id("mbr", "a.member_id"),
    entity: "a.brand",
    amount: pair("a.amount::numeric * 100", "coalesce(t.amount, 0)"),
  })}
    from (${ANSWERED}) a left join (
      select operation_id, event, sum(amount) as amount from transfers
      where event = 'grant' or (event = 'spend' and debit in ('available', 'held')) group by 1, 2) t using (operation_id, event)`,
};

const WHOSE = { memberId: id("mbr", "o.member_id") };
const TOLD = {
  accrual: eventOf(bonusesGranted, {
    ...WHOSE,
    lotId: "o.answer->>'lotId'",
    issuer: "l.issuer",
    kind: "l.kind",
    amount: "o.answer->>'amount'",
    activeAt: "o.answer->>'activeAt'",
    expiresAt: "o.answer->>'expiresAt'",
  }),
  redemption: eventOf(bonusesSpent, { ...WHOSE, brand: "o.brand", amount: "o.answer->>'amount'" }),
  hold: eventOf(holdPlaced, {
    holdId: id("hld", "o.operation_id"),
    ...WHOSE,
    brand: "o.brand",
    amount: "o.answer->>'amount'",
    expiresAt: "o.answer->>'expiresAt'",
  }),
  ended: eventOf(holdEnded, {
    holdId: "o.answer->>'holdId'",
    ...WHOSE,
    brand: "h.brand",
    amount: decimal("h.amount"),
    status: "o.answer->>'status'",
    captured: "o.answer->>'captured'",
  }),
};

const bonusesAreToldAsAnswered: Invariant = {
  name: "bonuses_are_told_as_answered",
  statement:
    "Of each grant, redemption and hold, and of the end that somebody gave to a hold, others were told what was answered, for the member who is answered; of what time has done, nothing. None has facts that it is not asked for.",
  facts: `select ${brokenUnless(
    `case o.name when 'accrual' then ${tells("o.events", [TOLD.accrual])} when 'redemption' then ${tells("o.events", [TOLD.redemption])}
      when 'hold' then ${tells("o.events", [TOLD.hold])} when 'due-posting' then o.events is null else ${tells("o.events", [TOLD.ended])} end
      and o.status = case when o.name in ('accrual', 'redemption', 'hold') then 201 else 200 end
      and case o.name when 'accrual' then ${hasOnly("o", ["brand", "reason", "reference"])} and coalesce(o.brand = l.issuer, true)
        when 'redemption' then ${hasOnly("o", ["brand", "store_id", "reference"])}
        when 'hold' then ${hasOnly("o", ["brand", "reference"])} else ${hasOnly("o", [])} end`,
    {
      operationId: id("opn", "o.operation_id"),
      ...WHOSE,
      entity: "o.brand",
      name: "o.name",
      status: "o.status",
      told: "o.events->0->'data'",
    },
  )}
    from operations o
      left join lots l on o.name = 'accrual' and l.operation_id = o.operation_id and l.member_id = o.member_id
      left join (select ${id("hld", "hold_id")} as hold, brand, amount from holds) h
        on o.name in ('hold-capture', 'hold-release') and h.hold = o.answer->>'holdId'
    where o.name in ('accrual', 'redemption', 'hold', 'hold-capture', 'hold-release', 'due-posting') and o.refusal is null`,
};

export const bonusInvariants: readonly Invariant[] = [
  heldIsOpenHolds,
  holdsAreAsPlaced,
  holdsEndOnce,
  grantedLotsAreAsStated,
  bonusesMovedAsAnswered,
  bonusesAreToldAsAnswered,
];
