/** Invariants of members who are erased: as it was asked for and done, and nothing of them is left. */
import {
  brokenUnless,
  decimal,
  eventOf,
  hasOnly,
  id,
  type Invariant,
  tells,
} from "../../engine/definition/invariant.ts";
import { memberErased } from "../events.ts";

const MEMBER = id("mbr", "e.member_id");
const ERASURE = id("ers", "e.erasure_id");
const TOLD = tells("d.events", [eventOf(memberErased, { memberId: MEMBER }, "d.events->0")]);

/** What has ended a request: a client has taken it back, or the ledger has carried it out. */
const ENDED = `case e.status when 'pending' then d.operation_id is null
  else d.operation_id is not null and d.refusal is null and d.posted_at = e.ended_at and d.member_id = e.member_id and d.status = 200
    and d.answer->>'memberId' = ${MEMBER} and d.answer->>'erasureId' = ${ERASURE}
    and case when e.status = 'erased' then d.name = 'member-erasure' and e.due_at <= e.ended_at and ${hasOnly("d", [])} and ${TOLD}
        and (d.answer->>'identifiers')::int = e.identifiers and coalesce(h.ended, 0) = e.identifiers
      else d.name = 'member-erase-cancel' and d.reason is not null and ${hasOnly("d", ["reason", "reference"])} and d.events is null
        and (d.answer->>'endedAt')::timestamptz = e.ended_at end end`;

const erasuresAreAsAsked: Invariant = {
  name: "erasures_are_as_asked",
  statement:
    "Every request that a member be erased is there as it was asked for and answered, with its reason; and has ended by the operation that it names, which was asked to take it back, or has carried it out when it was due, has told it, and has ended just the identifiers that it has answered. Shown: the request's, the operation's.",
  facts: `select ${brokenUnless(
    `coalesce(e.erasure_id is not null and o.operation_id is not null and e.bucket = o.bucket and o.status = 202 and o.reason is not null
      and ${hasOnly("o", ["reason", "reference"])} and o.events is null and o.member_id = e.member_id and e.requested_at = o.posted_at
      and o.answer->>'memberId' = ${MEMBER} and o.answer->>'erasureId' = ${ERASURE} and (o.answer->>'dueAt')::timestamptz = e.due_at
      and ${ENDED}, false)`,
    {
      erasureId: id("ers", "coalesce(e.erasure_id, o.operation_id)"),
      memberId: id("mbr", "coalesce(e.member_id, o.member_id)"),
      status: "e.status",
      endedBy: id("opn", "e.ended_by"),
      ended: "d.name",
      identifiers: "json_build_array(e.identifiers, h.ended)",
    },
  )}
    from erasures e
      full join (select * from operations where name = 'member-erase' and refusal is null) o on o.operation_id = e.erasure_id
      left join operations d on d.operation_id = e.ended_by
      left join (select operation_id, count(*) as ended from identifier_history where event = 'ended' group by 1) h on h.operation_id = e.ended_by
    union all
    select ${brokenUnless("e.erasure_id is not null", { operationId: id("opn", "o.operation_id"), ended: "o.name" })}
    from operations o left join erasures e on e.ended_by = o.operation_id
    where o.name in ('member-erasure', 'member-erase-cancel') and o.refusal is null`,
};

/** The erased, and whether anything has moved in their wallets since. */
const ERASED = `done as (select e.member_id, e.ended_by, o.position from erasures e join operations o on o.operation_id = e.ended_by where e.status = 'erased'),
  since as (select distinct d.member_id from done d join transfers t on t.member_id = d.member_id and t.position >= d.position and t.operation_id <> d.ended_by),
  erased as (select w.*, s.member_id is not null as has_moved from wallets w left join since s using (member_id) where w.erasure = 'erased')`;
/** What the ledger takes away again that has come back since: it says how much, and nothing else. */
const CLEARS = `o.member_id is not null and o.status = 200 and o.client_id is null and ${hasOnly("o", [])} and o.events is null`;

const theErasedAreNobody: Invariant = {
  name: "the_erased_are_nobody",
  statement:
    "A wallet is to be erased, or is, exactly as the last request says, and stands for itself. Of who is erased no profile has anything that is sealed, nor allows anything; no identifier leads to it, nobody acts for it, and it for nobody; and its wallet has and owes nothing, but what has come into it since. What was forfeited or written off was so by an operation that erases, or clears what had come back.",
  facts: `with ${ERASED},
      last as (select distinct on (member_id) member_id, status from erasures order by member_id, requested_at desc, erasure_id desc)
    select ${brokenUnless(
      "w.member_id is not null and coalesce(w.erasure, 'none') = case when l.status in ('pending', 'erased') then l.status else 'none' end",
      { memberId: id("mbr", "coalesce(w.member_id, l.member_id)"), erasure: "json_build_array(w.erasure, l.status)" },
    )}
    from wallets w full join last l using (member_id)
    union all
    select ${brokenUnless("w.survivor_id is null and (w.pending + w.available + w.held + w.debt = 0 or w.has_moved)", {
      memberId: id("mbr", "w.member_id"),
      has: decimal("w.pending + w.available + w.held"),
      owes: decimal("w.debt"),
    })} from erased w
    union all
    select ${brokenUnless(
      "octet_length(p.external_id) + octet_length(p.person) + octet_length(p.identifier_values) = 0 and not exists (select from json_each_text(p.consents) c where c.value <> 'false')",
      { memberId: id("mbr", "p.member_id"), profileId: id("prf", "p.profile_id"), entity: "p.brand" },
    )} from erased w join profiles p using (member_id)
    union all
    select ${brokenUnless("false", { memberId: id("mbr", "i.member_id"), kind: "i.kind" })} from erased w join identifiers i using (member_id)
    union all
    select ${brokenUnless("false", { memberId: id("mbr", "p.member_id"), representationId: id("rep", "l.link_id") })}
    from erased w join wallets p on p.member_id = w.member_id or p.survivor_id = w.member_id
      join representative_links l on l.member_id = p.member_id or l.representative_id = p.member_id where l.ended_at is null
    union all
    select ${brokenUnless(
      `o.refusal is null and (o.name = 'member-erasure' or (o.name = 'erased-clearing' and ${CLEARS}))`,
      {
        operationId: id("opn", "t.operation_id"),
        entity: "t.entity",
        name: "o.name",
      },
    )}
    from (select distinct operation_id, entity from transfers where event in ('forfeit', 'write_off')) t left join operations o using (operation_id)`,
};

export const erasureInvariants: readonly Invariant[] = [erasuresAreAsAsked, theErasedAreNobody];
