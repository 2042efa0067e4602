/** Invariants of bonuses outside of a sale: lots that were granted, what was moved, and what others were told of it. */
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
import { bonusesGranted, bonusesSpent, holdCaptured, holdEnded, holdPlaced } from "./events.ts";
import { holdInvariants, LIVING_HOLDS } from "./hold-invariants.ts";
import { lotsAreAsStated } from "../engine/invariants/stated-lots.ts";

const grantedLotsAreAsStated: Invariant = {
  name: "granted_lots_are_as_stated",
  statement:
    "A lot that was granted outside of a sale begins as the operation has answered, and ended so until its terms were changed. Shown: the lot's, the answer's.",
  facts: lotsAreAsStated(`select operation_id, member_id, substr(answer->>'lotId', 5)::uuid as lot_id,
      (answer->>'activeAt')::timestamptz as active_at, (answer->>'expiresAt')::timestamptz as expires_at
    from operations where name = 'accrual' and refusal is null`),
};

/** What each operation says that it has moved, and the transfers that did. Of a capture only the hold says at whose tills. */
const ANSWERED = `select operation_id, brand, member_id, case name when 'hold-capture' then answer->>'holdId' end as hold, case name when 'hold-capture' then answer->>'captured' else answer->>'amount' end as amount,
    case name when 'accrual' then 'grant' else 'spend' end as event
  from operations where name in ('accrual', 'redemption', 'hold-capture') and refusal is null`;

/** By the identifier that answers have. */
const HOLDS = `(select ${id("hld", "hold_id")} as hold, brand, amount from ${LIVING_HOLDS} living)`;

const bonusesMovedAsAnswered: Invariant = {
  name: "bonuses_moved_as_answered",
  statement:
    "What a grant, a redemption and a captured hold have answered is what their transfers moved into and out of the member's lots. Shown: the answer's, the transfers'.",
  facts: `select ${brokenUnless("a.amount::numeric * 100 = coalesce(t.amount, 0)", {
    operationId: id("opn", "a.operation_id"),
    memberId: id("mbr", "a.member_id"),
    entity: "coalesce(a.brand, h.brand)",
    amount: pair("a.amount::numeric * 100", "coalesce(t.amount, 0)"),
  })}
    from (${ANSWERED}) a left join (
      select operation_id, event, sum(amount) as amount from transfers
      where event = 'grant' or (event = 'spend' and debit in ('available', 'held')) group by 1, 2) t using (operation_id, event)
      left join ${HOLDS} h using (hold)`,
};

const WHOSE = { memberId: id("mbr", "o.member_id") };
const OF_HOLD = { holdId: "o.answer->>'holdId'", ...WHOSE, brand: "h.brand", amount: decimal("h.amount") };
/** All that was spent of it so far: what it leaves says how much has left it, and only the last gives anything back. */
const SPENT_SO_FAR = decimal("h.amount - (o.answer->>'left')::numeric * 100 - (o.answer->>'released')::numeric * 100");
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
  captured: eventOf(holdCaptured, { ...OF_HOLD, captured: SPENT_SO_FAR, left: "o.answer->>'left'" }),
  ended: eventOf(holdEnded, { ...OF_HOLD, status: "o.answer->>'status'", captured: SPENT_SO_FAR }),
};

const bonusesAreToldAsAnswered: Invariant = {
  name: "bonuses_are_told_as_answered",
  statement:
    "Of each grant, redemption and hold, and of the end that somebody gave to a hold, others were told what was answered, for the member who is answered; of what time has done, nothing. None has facts that it is not asked for.",
  facts: `select ${brokenUnless(
    `case o.name when 'accrual' then ${tells("o.events", [TOLD.accrual])} when 'redemption' then ${tells("o.events", [TOLD.redemption])}
      when 'hold' then ${tells("o.events", [TOLD.hold])} when 'due-posting' then o.events is null
        else ${tells("o.events", ["case o.answer->>'status' when 'open' then " + TOLD.captured + " else " + TOLD.ended + " end"])} end
      and o.status = case when o.name in ('accrual', 'redemption', 'hold') then 201 else 200 end
      and case o.name when 'accrual' then ${hasOnly("o", ["brand", "reason", "reference"])} and coalesce(o.brand = l.issuer, true)
        when 'redemption' then ${hasOnly("o", ["brand", "store_id", "reference"])}
        when 'hold' then ${hasOnly("o", ["brand", "reference"])} else ${hasOnly("o", [])} end`,
    {
      operationId: id("opn", "o.operation_id"),
      ...WHOSE,
      entity: "coalesce(o.brand, h.brand)",
      name: "o.name",
      status: "o.status",
      told: "o.events->0->'data'",
    },
  )}
    from operations o
      left join lots l on o.name = 'accrual' and l.operation_id = o.operation_id and l.member_id = o.member_id
      left join ${HOLDS} h
        on o.name in ('hold-capture', 'hold-release') and h.hold = o.answer->>'holdId'
    where o.name in ('accrual', 'redemption', 'hold', 'hold-capture', 'hold-release', 'due-posting') and o.refusal is null`,
};

export const bonusInvariants: readonly Invariant[] = [
  ...holdInvariants,
  grantedLotsAreAsStated,
  bonusesMovedAsAnswered,
  bonusesAreToldAsAnswered,
];
