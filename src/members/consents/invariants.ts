/** Invariants of consents: what holds is what was said last, and each piece of news was told by an operation. */
import { brokenUnless, eventOf, hasOnly, id, type Invariant, tells } from "../../engine/definition/invariant.ts";
import { consentsChanged } from "../events.ts";

const consentsAreTheirHistory: Invariant = {
  name: "consents_are_their_history",
  statement:
    "What a profile allows, purpose by purpose, is what was said last, by when it was said and then by when it came, and nothing else. Shown: the profile's, the history's.",
  facts: `with latest as (select distinct on (profile_id, purpose) profile_id, purpose, given from profile_consents
      order by profile_id, purpose, since desc, ordinal desc),
    current as (select p.profile_id, p.brand, c.key as purpose, c.value as given from profiles p cross join lateral json_each_text(p.consents) c)
    select ${brokenUnless("l.given::text = c.given", {
      profileId: id("prf", "coalesce(c.profile_id, l.profile_id)"),
      entity: "c.brand",
      given: "json_build_array(c.given, l.given::text)",
    })}
    from current c full join latest l on l.profile_id = c.profile_id and l.purpose = c.purpose`,
};

const TOLD = tells("o.events", [
  eventOf(consentsChanged, {
    profileId: "o.answer->>'profileId'",
    memberId: id("mbr", "o.member_id"),
    brand: "o.answer->>'brand'",
  }),
]);

/** News as it is kept, with what was known of its purpose when it came, and its place among the profile's. */
const NEWS = `news as (select c.*, max(c.since) over (partition by c.profile_id, c.purpose order by c.ordinal
      rows between unbounded preceding and 1 preceding) as known,
    row_number() over (partition by c.profile_id order by c.ordinal) as place from profile_consents c)`;
/** As operations have answered it. */
const SAID = `said as (select o.operation_id, s.value->>'purpose' as purpose, s.value->>'given' as given, s.value->>'since' as since, s.value->>'inForce' as in_force
    from operations o cross join lateral json_array_elements(o.answer->'consents') s where o.name = 'consent-change' and o.refusal is null)`;

const consentsAreAsSaid: Invariant = {
  name: "consents_are_as_said",
  statement:
    "Every piece of news of a consent has its number, without a gap, and was told by a registration, when that was posted, or by a change as it has answered: of which profile and purpose, whether given and when, not later than it was told; and whether it holds, nothing that was said later being known. Changes are told to others where any of it holds, and have no facts that they are not asked for. Shown: what is kept, what was answered.",
  facts: `with ${NEWS}, ${SAID}
    select ${brokenUnless(
      `o.operation_id is not null and n.profile_id is not null and n.ordinal = n.place and p.bucket = n.bucket and n.since <= o.posted_at
        and case when s.operation_id is null then n.since = o.posted_at
            and ((o.name = 'profile-registration' and o.operation_id = n.profile_id) or (o.name = 'member-erasure' and not n.given and o.member_id = p.member_id))
          else n.given::text = s.given and n.since = s.since::timestamptz and (n.known is null or n.known <= n.since)::text = s.in_force
            and ${id("prf", "n.profile_id")} = o.answer->>'profileId' and p.brand = o.answer->>'brand'
            and ${id("mbr", "o.member_id")} = o.answer->>'memberId' and o.status = 200 and o.channel is not null
            and ${hasOnly("o", ["channel", "reason", "reference"])} end`,
      {
        profileId: id("prf", "n.profile_id"),
        operationId: id("opn", "coalesce(n.operation_id, s.operation_id)"),
        entity: "p.brand",
        given: "json_build_array(n.given::text, s.given)",
        since: "json_build_array(n.since, s.since)",
        ordinal: "json_build_array(n.ordinal, n.place)",
      },
    )}
    from news n full join said s on s.operation_id = n.operation_id and s.purpose = n.purpose
      left join operations o on o.operation_id = coalesce(n.operation_id, s.operation_id)
      left join profiles p on p.profile_id = n.profile_id
    union all
    select ${brokenUnless(
      `case when exists (select from json_array_elements(o.answer->'consents') s where s.value->>'inForce' = 'true') then ${TOLD} else o.events is null end`,
      {
        operationId: id("opn", "o.operation_id"),
        entity: "o.answer->>'brand'",
        told: "o.events->0->'data'",
      },
    )}
    from operations o where o.name = 'consent-change' and o.refusal is null`,
};

export const consentInvariants: readonly Invariant[] = [consentsAreTheirHistory, consentsAreAsSaid];
