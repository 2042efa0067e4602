/** Invariants of identifiers: they lead where their profile is, as their history says; which was asked for. Never their values. */
import { bucketIn } from "../../engine/transfer-sql.ts";
import { brokenUnless, eventOf, hasItsFields, hasOnly, id, type Invariant } from "../../engine/definition/invariant.ts";
import { identifierAdded, identifierEnded } from "../events.ts";

/** What profiles have brought, by its keys: what is sealed is not looked at. */
const BROUGHT = `brought as (
    select p.profile_id, p.brand, b.kind, b.key as identifier_key, bool_or(b.verified) as verified, bool_or(coalesce(b.ended, false)) as ended
    from profiles p, json_to_recordset(p.identifiers) as b(kind text, key uuid, verified boolean, ended boolean) group by 1, 2, 3, 4)`;

/** Each of an identifier's events with the one before; and whether it goes from one to another by one operation. */
const HISTORY = `history as (
    select h.*, lag(h.event) over of_key as event_before, lag(h.profile_id) over of_key as profile_before,
      lag(h.verified) over of_key as verified_before, lag(h.ordinal) over of_key as ordinal_before,
      lag(h.operation_id) over of_key is not distinct from h.operation_id as follows,
      lead(h.operation_id) over of_key is not distinct from h.operation_id as is_followed
    from identifier_history h window of_key as (partition by h.identifier_key order by h.ordinal))`;

/** The last event of each identifier; since when it has led to whom; and who has its key among those that are taken. */
const LAST = `last as (select distinct on (identifier_key) * from history order by identifier_key, ordinal desc),
  begun as (select distinct on (identifier_key) * from history where event = 'begun' order by identifier_key, ordinal desc),
  taken as (select distinct on (identifier_key) identifier_key, operation_id from history where event = 'begun' and not follows
    order by identifier_key, ordinal desc)`;

const identifiersLeadToTheirProfiles: Invariant = {
  name: "identifiers_lead_to_their_profiles",
  statement:
    "Every identifier leads to the member of the profile that its history names last, since then, as verified as that says, and its key is taken by whoever has begun it; one that has ended leads to nobody, and its key is free. The profile has it, and says of each whether it has ended there.",
  facts: `with ${BROUGHT}, ${HISTORY}, ${LAST},
      of_profile as (select distinct on (profile_id, identifier_key) * from history order by profile_id, identifier_key, ordinal desc)
    select ${brokenUnless(
      `case when i.identifier_key is null then l.event = 'ended' and k.key is null
        else l.event <> 'ended' and l.profile_id = i.profile_id and l.verified = i.verified and g.since = i.created_at
          and p.member_id = i.member_id and i.bucket = ${bucketIn("i.member_id")} and b.verified = i.verified and not b.ended
          and k.operation_id = t.operation_id end`,
      {
        kind: "coalesce(i.kind, b.kind)",
        profileId: id("prf", "coalesce(i.profile_id, l.profile_id)"),
        entity: "p.brand",
        identifier: "case when i.identifier_key is null then 'missing' else 'there' end",
        memberId: `json_build_array(${id("mbr", "i.member_id")}, ${id("mbr", "p.member_id")})`,
        brought: "b.profile_id is not null",
        verified: "json_build_array(i.verified, l.verified)",
        history: "l.event",
        keyLeadsTo: id("opn", "k.operation_id"),
      },
    )}
    from identifiers i full join last l using (identifier_key)
      left join profiles p on p.profile_id = coalesce(i.profile_id, l.profile_id)
      left join brought b on b.profile_id = p.profile_id and b.identifier_key = coalesce(i.identifier_key, l.identifier_key)
        and b.kind = coalesce(i.kind, b.kind)
      left join begun g on g.identifier_key = i.identifier_key left join taken t on t.identifier_key = i.identifier_key
      left join command_keys k on k.key = coalesce(i.identifier_key, l.identifier_key)
    union all
    select ${brokenUnless(
      "case when l.profile_id is null then not b.ended and h.key is null else b.ended = (l.event = 'ended') and b.verified = l.verified end",
      {
        kind: "b.kind",
        profileId: id("prf", "coalesce(b.profile_id, l.profile_id)"),
        entity: "b.brand",
        ended: "json_build_array(b.ended, l.event = 'ended')",
        verified: "json_build_array(b.verified, l.verified)",
      },
    )}
    from brought b full join of_profile l using (profile_id, identifier_key)
      left join (select k.key from command_keys k left join identifier_history h on h.identifier_key = k.key where h.identifier_key is null) h
        on h.key = b.identifier_key`,
};

/** SQL: whether an operation has told that an identifier `h` has ended, of one whom its profile has led to. */
const TOLD_ENDED = `exists (select from json_array_elements(o.events) e where ${hasItsFields(identifierEnded, "e")} and e->'data'->>'kind' = b.kind
  and e->'data'->>'profileId' = ${id("prf", "h.profile_id")} and (e->'data'->>'reissued')::boolean = (o.name <> 'identifier-end')
  and exists (select from profile_links m where m.profile_id = h.profile_id and ${id("mbr", "m.member_id")} = e->'data'->>'memberId'))`;

/** SQL: whether an event follows from the one before. */
const FOLLOWS = `h.ordinal = coalesce(h.ordinal_before, 0) + 1 and case h.event
  when 'begun' then coalesce(h.event_before, 'ended') = 'ended'
  when 'verified' then h.event_before = 'begun' and h.profile_before = h.profile_id and h.verified and not h.verified_before
  else h.event_before <> 'ended' and h.profile_before = h.profile_id and h.verified = h.verified_before end`;

/** SQL: whether the profile of an event is of somebody who is erased. */
const IS_ERASED = (event: string): string =>
  `exists (select from profiles p join wallets w on w.member_id = p.member_id and w.erasure = 'erased' where p.profile_id = ${event}.profile_id)`;
/** SQL: whether an operation has made another event of one who is erased: an identifier went from one to the other by it, and the two stand apart by now. */
const WITH_ERASED = `exists (select from identifier_history x where x.operation_id = h.operation_id and x.identifier_key <> h.identifier_key
  and x.event <> h.event and (${IS_ERASED("x")} or ${IS_ERASED("h")}))`;

/** SQL: whether an operation was asked for just this: whoever takes an address over ends it where it was. */
const WAS_ASKED = `case
  when o.name = 'member-erasure' then h.event = 'ended' and ${IS_ERASED("h")}
  when h.event = 'ended' and o.name <> 'identifier-end' then (h.is_followed or ${WITH_ERASED}) and o.name in ('profile-registration', 'identifier-adding')
  when o.name = 'profile-registration' then h.event = 'begun' and h.profile_id = o.operation_id
  when o.name = 'identifier-end' then h.event = 'ended' and ${id("prf", "h.profile_id")} = o.answer->>'profileId'
    and (o.answer->>'until')::timestamptz = h.since
  else o.name = 'identifier-adding' and ${id("prf", "h.profile_id")} = o.answer->>'profileId' and b.kind = o.answer->>'kind'
    and h.verified = (o.answer->>'verified')::boolean
    and o.answer->>'outcome' = case when h.event = 'verified' then 'verified' when h.follows or ${WITH_ERASED} then 'reissued' else 'added' end end`;

const TOLD_ADDED = eventOf(identifierAdded, {
  profileId: "o.answer->>'profileId'",
  memberId: id("mbr", "o.member_id"),
  kind: "o.answer->>'kind'",
  verified: "(o.answer->>'verified')::boolean",
});

/** So many events of identifiers an operation has made, and told. */
const CHANGES =
  "case o.answer->>'outcome' when 'reissued' then 2 when 'added' then 1 when 'verified' then 1 else 0 end";

const identifiersBecameAsAsked: Invariant = {
  name: "identifiers_became_as_asked",
  statement:
    "What has become of an identifier follows from what was before, at the moment of an operation that was asked for it, has answered and told it; and whoever has answered that an identifier was added, has gone over to another or has ended has made that so. Shown: what is kept, what was answered.",
  facts: `with ${BROUGHT}, ${HISTORY}
    select ${brokenUnless(
      `o.operation_id is not null and o.refusal is null and h.since = o.posted_at and ${FOLLOWS} and ${WAS_ASKED}
        and (h.event <> 'ended' or o.name = 'member-erasure' or ${TOLD_ENDED})`,
      {
        profileId: id("prf", "h.profile_id"),
        entity: "b.brand",
        operationId: id("opn", "h.operation_id"),
        kind: "b.kind",
        event: "json_build_array(h.event_before, h.event)",
        answered: "coalesce(o.answer->>'outcome', o.name)",
      },
    )}
    from history h left join operations o on o.operation_id = h.operation_id
      left join brought b on b.profile_id = h.profile_id and b.identifier_key = h.identifier_key
    union all
    select ${brokenUnless(
      `case o.name when 'profile-registration' then coalesce(h.ended, 0) = coalesce(json_array_length(o.answer->'reissued'), 0)
        when 'identifier-end' then h.changes = 1 and json_array_length(o.events) = 1
        else coalesce(h.changes, 0) = ${CHANGES} and coalesce(json_array_length(o.events), 0) = ${CHANGES}
          and (h.changes is null or (o.events->0)::jsonb = ${TOLD_ADDED}) end
        and (o.name = 'profile-registration' or (o.status = 200 and o.reason is not null and ${hasOnly("o", ["reason", "reference"])}
          and o.answer->>'memberId' = ${id("mbr", "o.member_id")}))`,
      {
        operationId: id("opn", "o.operation_id"),
        changes: "h.changes",
        answered: "coalesce(o.answer->>'outcome', o.name)",
        told: "json_array_length(o.events)",
      },
    )}
    from operations o left join (
      select operation_id, count(*) as changes, count(*) filter (where event = 'ended') as ended from identifier_history group by 1) h using (operation_id)
    where o.name in ('profile-registration', 'identifier-adding', 'identifier-end') and o.refusal is null`,
};

export const identifierInvariants: readonly Invariant[] = [identifiersLeadToTheirProfiles, identifiersBecameAsAsked];
