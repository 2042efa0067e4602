/** Invariants of members: profiles as they were registered, and identifiers that lead where their profile is. Never personal data. */
import { brokenUnless, id, type Invariant } from "../engine/definition/invariant.ts";

/** The hash under which a profile stands among the keys: see profileKey in registration.ts. */
const PROFILE_KEY = `left(encode(sha256(convert_to(
    '["profile",' || to_json(p.brand)::text || ',' || to_json(p.external_id)::text || ']', 'UTF8')), 'hex'), 32)::uuid`;

const profilesAreAsRegistered: Invariant = {
  name: "profiles_are_as_registered",
  statement:
    "Every registration has its profile, of the brand and with the member that it answered; and every profile its registration, to which its natural key leads.",
  facts: `select ${brokenUnless(
    `p.profile_id is not null and o.operation_id is not null and o.brand = p.brand and o.member_id = p.member_id
      and k.operation_id = o.operation_id`,
    {
      profileId: id("prf", "coalesce(p.profile_id, o.operation_id)"),
      entity: "coalesce(p.brand, o.brand)",
      profile: "case when p.profile_id is null then 'missing' else 'registered' end",
      memberId: `json_build_array(${id("mbr", "p.member_id")}, ${id("mbr", "o.member_id")})`,
      keyLeadsTo: id("opn", "k.operation_id"),
    },
  )}
    from profiles p
      full join (select * from operations where name = 'profile-registration' and refusal is null) o on o.operation_id = p.profile_id
      left join command_keys k on k.key = ${PROFILE_KEY}`,
};

const identifiersLeadToTheirProfiles: Invariant = {
  name: "identifiers_lead_to_their_profiles",
  statement: "Every identifier was brought by a profile that has it, and leads to that profile's member.",
  facts: `select ${brokenUnless("p.member_id = i.member_id and b.profile_id is not null", {
    kind: "i.kind",
    profileId: id("prf", "i.profile_id"),
    entity: "p.brand",
    memberId: `json_build_array(${id("mbr", "i.member_id")}, ${id("mbr", "p.member_id")})`,
    brought: "b.profile_id is not null",
  })}
    from identifiers i left join profiles p using (profile_id)
      left join (
        select distinct profile_id, brought->>'kind' as kind, brought->>'value' as value
        from profiles, json_array_elements(identifiers) brought) b using (profile_id, kind, value)`,
};

export const memberInvariants: readonly Invariant[] = [profilesAreAsRegistered, identifiersLeadToTheirProfiles];
