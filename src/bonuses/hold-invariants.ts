/** Invariants of holds: what they pin, what has left them, and what moved it. */
import { holdsAreInOneWallet } from "./hold-wallets.ts";
import { brokenUnless, decimal, id, instantOf, type Invariant, pair } from "../engine/definition/invariant.ts";
import { all, type Form, hasForms, isId, isText, isWhole, readOnce } from "../engine/invariants/forms.ts";
import { issuersAreOfTheirLots } from "../engine/invariants/named-lots.ts";

/** Holds as they are in the wallets that have them: what one leaves behind where it has been counts for nothing but the past. */
export const LIVING_HOLDS = "(select * from holds where status <> 'moved')";

/** For whom a hold was placed: whoever had it first. */
const PLACED_FOR = `coalesce((select substr(m->>'from', 5)::uuid from json_array_elements(h.moves) m where m->>'event' = 'move' limit 1), h.member_id)`;

/** Whether somebody has, or has had, a hold. */
const HELD_BY = (member: string): string =>
  `(h.member_id = ${member} or exists (select from json_array_elements(h.moves) m
      where ${member} in (substr(m->>'from', 5)::uuid, substr(m->>'to', 5)::uuid)))`;

/** What has left holds, or came back into them, lot by lot. */
const MOVES = `moves as (
    select h.bucket, h.hold_id, h.member_id, h.order_id, h.brand, m.place, m.event, m.operation_id, m.at,
      substr(part->>'lotId', 5)::uuid as lot_id, (part->>'amount')::bigint as amount
    from ${LIVING_HOLDS} h cross join lateral (
        -- Each move is read once, and not again for each of its parts.
        select place, move->>'event' as event, substr(move->>'operationId', 5)::uuid as operation_id,
          ${instantOf("move->>'at'")} as at, move->'parts' as parts
        from json_array_elements(h.moves) with ordinality as each(move, place) offset 0) m
      cross join json_array_elements(m.parts) part)`;

/** What is left in each hold, lot by lot. */
export const HOLDS_LEFT = `${MOVES},
  pinned as (
    select h.bucket, h.hold_id, h.member_id, substr(part->>'lotId', 5)::uuid as lot_id, (part->>'amount')::bigint as amount
    from ${LIVING_HOLDS} h, json_array_elements(h.parts) part
    union all
    select bucket, hold_id, member_id, lot_id, case when event in ('restore', 'hold') then amount else -amount end from moves),
  left_in as (
    select bucket, hold_id, member_id, lot_id, sum(amount) as amount, min(amount) as least from pinned group by 1, 2, 3, 4)`;

/** The lots that holds name: those that were pinned, and those of what has left them. */
const NAMED = `select ${id("hld", "h.hold_id")} as named_in, h.brand as entity, substr(part->>'lotId', 5)::uuid as lot_id, part->>'issuer' as issuer
    from holds h, lateral (
      select part from json_array_elements(h.parts) part
      union all select part from json_array_elements(h.moves) move, json_array_elements(move->'parts') part) named`;

const heldIsOpenHolds: Invariant = {
  name: "held_is_open_holds",
  statement:
    "What is held of each lot is the sum of what is left of it in holds; the parts of each hold add up to it; and each part, also of what has left it, names its lot's issuer.",
  facts: `with ${HOLDS_LEFT},
      parts as (select bucket, member_id, lot_id, sum(amount) as amount, min(amount) as least from left_in group by 1, 2, 3)
    select ${brokenUnless("coalesce(l.held, 0) = coalesce(p.amount, 0) and coalesce(p.least, 0) >= 0", {
      memberId: id("mbr", "member_id"),
      lotId: id("lot", "lot_id"),
      entity: "l.issuer",
      held: decimal("coalesce(l.held, 0)"),
      openHolds: decimal("coalesce(p.amount, 0)"),
    })}
    from (select bucket, member_id, lot_id, issuer, held from lots where held <> 0) l
      full join parts p using (bucket, member_id, lot_id)
    union all
    select ${brokenUnless("h.amount = (select sum((p->>'amount')::bigint) from json_array_elements(h.parts) p)", {
      holdId: id("hld", "h.hold_id"),
      entity: "h.brand",
      amount: decimal("h.amount"),
    })} from holds h
    union all
    ${issuersAreOfTheirLots(NAMED)}`,
};

const holdsAreAsPlaced: Invariant = {
  name: "holds_are_as_placed",
  statement:
    "Each hold was placed by one accepted operation, for its member, with the amount, the end, the seller and the reference that it has, on the lots that it names; one that pays for an order, by the order's. Shown: the hold's, the operation's.",
  facts: `select ${brokenUnless(
    `h.hold_id is not null and o.operation_id is not null and h.brand = o.brand and h.amount = o.amount * 100
      and h.expires_at = o.expires_at and ${PLACED_FOR} = o.member_id and h.reference = o.reference`,
    {
      holdId: id("hld", "coalesce(h.hold_id, o.operation_id)"),
      entity: "coalesce(h.brand, o.brand)",
      memberId: `json_build_array(${id("mbr", "h.member_id")}, ${id("mbr", "o.member_id")})`,
      amount: pair("h.amount", "o.amount * 100"),
      expiresAt: "json_build_array(h.expires_at, o.expires_at)",
    },
  )}
    from (select * from ${LIVING_HOLDS} h where order_id is null) h full join (
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
        from ${LIVING_HOLDS} h, json_array_elements(h.parts) part group by 1, 2, 3) p
      full join (select operation_id as hold_id, lot_id, sum(amount) as amount
        from transfers where event = 'hold' and operation_id in (select hold_id from holds) group by 1, 2) t using (hold_id, lot_id)`,
};

/** What is spent and put back is known by its operation; what is given back, by its instant: time gives back as well. */
const holdsMoveTheirTransfers: Invariant = {
  name: "holds_move_their_transfers",
  statement:
    "What has left a hold, and what came back into it, is what transfers moved out of and into what is held of its lots, by that operation, or at that instant. Shown: the holds', the transfers'.",
  facts: `with ${MOVES},
      said as (
        select event, case when event = 'release' then null else operation_id end as operation_id,
          case when event = 'release' then at end as at, lot_id, min(brand) as brand, sum(amount) as amount
        from moves group by 1, 2, 3, 4),
      posted as (
        select case event when 'spend' then 'capture' when 'unspend' then 'restore' else event end as event,
          case when event = 'release' then null else operation_id end as operation_id,
          case when event = 'release' then occurred_at end as at, lot_id, sum(amount) as amount
        from transfers where (event in ('spend', 'release') and debit = 'held') or (event = 'unspend' and credit = 'held')
          -- What no hold was placed with was pinned again.
          or (event = 'hold' and operation_id not in (select hold_id from holds))
        group by 1, 2, 3, 4)
    select ${brokenUnless("coalesce(s.amount, 0) = coalesce(p.amount, 0)", {
      lotId: id("lot", "coalesce(s.lot_id, p.lot_id)"),
      entity: "s.brand",
      event: "coalesce(s.event, p.event)",
      operationId: id("opn", "coalesce(s.operation_id, p.operation_id)"),
      amount: pair("coalesce(s.amount, 0)", "coalesce(p.amount, 0)"),
    })}
    from said s full join posted p on p.event = s.event and p.lot_id = s.lot_id
      and coalesce(p.operation_id, '00000000-0000-0000-0000-000000000000') = coalesce(s.operation_id, '00000000-0000-0000-0000-000000000000')
      and coalesce(p.at, 'epoch') = coalesce(s.at, 'epoch')`,
};

/** The last move of each hold, and what was spent of it in all. */
const ENDED = `ended as (
    select hold_id, sum(amount) filter (where event = 'capture') as captured, sum(amount) filter (where event = 'restore') as restored,
      (array_agg(at order by place desc))[1] as at, (array_agg(event order by place desc))[1] as event,
      (array_agg(operation_id order by place desc))[1] as operation_id
    from moves group by hold_id)`;

const holdsEndOnce: Invariant = {
  name: "holds_end_once",
  statement:
    "A hold is open as long as something is left in it; it has ended with the last that left it, at that moment: captured, where any of it was spent, or released by an operation, or expired at its own end by none.",
  facts: `with ${HOLDS_LEFT}, ${ENDED},
      rest as (select hold_id, sum(amount) as amount from left_in group by hold_id)
    select ${brokenUnless(
      `(h.status = 'open') = (r.amount > 0) and (h.status = 'open') = (h.ended_at is null)
        and h.captured = coalesce(e.captured, 0) - coalesce(e.restored, 0)
        and case h.status when 'open' then true
          when 'expired' then e.event = 'release' and e.operation_id is null and h.ended_at = h.expires_at and h.ended_at = e.at
          else e.operation_id is not null and h.ended_at = e.at and (h.status = 'captured') = (h.captured > 0) end`,
      {
        holdId: id("hld", "h.hold_id"),
        entity: "h.brand",
        status: "h.status",
        left: decimal("r.amount"),
        lastMove: "e.event",
        endedAt: "json_build_array(h.ended_at, e.at)",
        captured: pair("h.captured", "coalesce(e.captured, 0) - coalesce(e.restored, 0)"),
      },
    )}
    from ${LIVING_HOLDS} h left join rest r using (hold_id) left join ended e using (hold_id)`,
};

const holdsMoveAsAnswered: Invariant = {
  name: "holds_move_as_answered",
  statement:
    "What was asked of a hold by a till is what its operation has answered: so much spent, so much given back, at that moment, and whether it has ended so; each for the hold's member. Shown: the hold's, the answer's.",
  facts: `with ${MOVES}, moved as (
      select hold_id, operation_id, min(at) as at, coalesce(sum(amount) filter (where event = 'capture'), 0) as captured,
        coalesce(sum(amount) filter (where event = 'release'), 0) as released, max(place) as place,
        max(gone) as gone
      from (select *, sum(amount) over (partition by hold_id order by place) as gone from moves) m
      where order_id is null and operation_id is not null group by 1, 2),
    asked as (
      select o.operation_id, o.member_id, o.posted_at, substr(o.answer->>'holdId', 5)::uuid as hold_id, o.answer->>'status' as status,
        (o.answer->>'left')::numeric * 100 as left_then, (o.answer->>'captured')::numeric * 100 as captured, (o.answer->>'released')::numeric * 100 as released
      from operations o where o.name in ('hold-capture', 'hold-release') and o.refusal is null)
    select ${brokenUnless(
      `h.hold_id is not null and h.order_id is null and m.at = a.posted_at and m.captured = a.captured and m.released = a.released
        and h.amount - m.gone = a.left_then and ${HELD_BY("a.member_id")}
        and a.status = case when m.place = (select max(e.place) from json_array_elements(h.moves) with ordinality as e(move, place)
            where e.move->>'event' <> 'move') then h.status else 'open' end`,
      {
        holdId: id("hld", "coalesce(m.hold_id, a.hold_id)"),
        operationId: id("opn", "coalesce(m.operation_id, a.operation_id)"),
        entity: "h.brand",
        status: "json_build_array(h.status, a.status)",
        captured: pair("m.captured", "a.captured"),
        released: pair("m.released", "a.released"),
      },
    )}
    from moved m full join asked a on a.operation_id = m.operation_id and a.hold_id = m.hold_id
      left join ${LIVING_HOLDS} h on h.hold_id = coalesce(m.hold_id, a.hold_id)`,
};

/** As src/ledger/tables.ts writes them. */
const IS_PINNED = all(isId("lot", "@.lotId"), isText("@.issuer"), isWhole("@.amount"));
const PARTS: readonly Form[] = [["$[*]", IS_PINNED]];
const MOVED: readonly Form[] = [
  [
    "$[*]",
    all(isText("@.event"), '@.at.type() == "number"', `@.operationId == null || ${isId("opn", "@.operationId")}`),
  ],
  ["$[*].parts[*]", IS_PINNED],
];

const holdsCanBeRead: Invariant = {
  name: "holds_can_be_read",
  statement: "The parts of each hold, and what has left it, can be read.",
  facts: `select ${brokenUnless(`${hasForms("parts", PARTS)} and ${hasForms("moves", MOVED)}`, {
    holdId: id("hld", "hold_id"),
    entity: "brand",
  })} from ${readOnce("holds", ["hold_id", "brand"], ["parts", "moves"])}`,
};

export const holdInvariants: readonly Invariant[] = [
  holdsCanBeRead,
  holdsAreInOneWallet,
  heldIsOpenHolds,
  holdsAreAsPlaced,
  holdsMoveTheirTransfers,
  holdsEndOnce,
  holdsMoveAsAnswered,
];
