/** Invariants of members: profiles as they were registered. Never personal data. */
import { brokenUnless, eventOf, hasOnly, id, type Invariant } from "../engine/definition/invariant.ts";
import { profileRegistered } from "./events.ts";

/** What others were told of a registration. */
const REGISTERED = eventOf(profileRegistered, {
  profileId: "o.answer->>'profileId'",
  memberId: id("mbr", "o.member_id"),
  brand: "o.brand",
  band: "o.answer->'link'->>'band'",
});

/** What it tells besides is of addresses that have led to others: see identifying/invariants.ts. */
const TELLS_NO_MORE = "json_array_length(o.events) = 1 + coalesce(json_array_length(o.answer->'reissued'), 0)";

/** Keys of registrations, but for those of the identifiers that they brought. */
const KEYS_OF_PROFILES = `select p.profile_id, count(*) as keys
  from profiles p join command_keys k on k.operation_id = p.profile_id
    left join identifiers i on i.identifier_key = k.key
  where i.identifier_key is null group by p.profile_id`;

/** What nobody has asked for was given no identifier: lots of a claim name the profiles that brought what had waited. */
const MADE_ON_REQUEST = "lots l join operations o using (operation_id) where o.client_id is not null";

const profilesAreAsRegistered: Invariant = {
  name: "profiles_are_as_registered",
  statement:
    "Every registration has its profile, of the brand and with the member that it answered and has told, who has a wallet; and every profile its registration, to which its natural key leads, and that of the client that asked. A lot that names a profile names one that is there: the one whose identifier its operation was given. The profile whose identifier was presented led to the member whom the accepted operation concerns.",
  facts: `select ${brokenUnless(
    `p.profile_id is not null and o.operation_id is not null and o.brand = p.brand and o.member_id = f.member_id
      and o.bucket = p.bucket and o.store_id is not distinct from p.store_id and o.posted_at = p.created_at
      and w.member_id is not null and k.operation_id = o.operation_id and c.keys >= 2
      and coalesce((o.events->0)::jsonb = ${REGISTERED}, false) and ${TELLS_NO_MORE} and o.status = 201 and ${hasOnly("o", ["brand", "store_id"])}`,
    {
      profileId: id("prf", "coalesce(p.profile_id, o.operation_id)"),
      entity: "coalesce(p.brand, o.brand)",
      profile: "case when p.profile_id is null then 'missing' else 'registered' end",
      wallet: "case when w.member_id is null then 'missing' else 'there' end",
      memberId: `json_build_array(${id("mbr", "f.member_id")}, ${id("mbr", "o.member_id")})`,
      keyLeadsTo: id("opn", "k.operation_id"),
      keys: "coalesce(c.keys, 0)",
      told: "json_array_length(o.events)",
    },
  )}
    from profiles p
      full join (select * from operations where name = 'profile-registration' and refusal is null) o on o.operation_id = p.profile_id
      left join wallets w on w.member_id = p.member_id
      left join profile_links f on f.profile_id = o.operation_id and f.operation_id = o.operation_id
      left join command_keys k on k.key = p.profile_key
      left join (${KEYS_OF_PROFILES}) c on c.profile_id = p.profile_id
    union all
    select ${brokenUnless("p.profile_id is not null", {
      lotId: id("lot", "l.lot_id"),
      entity: "l.issuer",
      profileId: id("prf", "l.profile_id"),
    })} from lots l left join profiles p using (profile_id) where l.profile_id is not null
    union all
    select ${brokenUnless("o.profile_id is not distinct from l.profile_id", {
      lotId: id("lot", "l.lot_id"),
      entity: "l.issuer",
      profileId: `json_build_array(${id("prf", "l.profile_id")}, ${id("prf", "o.profile_id")})`,
    })} from ${MADE_ON_REQUEST}
    union all
    select ${brokenUnless("p.profile_id is not null and (o.member_id is null or k.profile_id is not null)", {
      operationId: id("opn", "o.operation_id"),
      entity: "o.brand",
      memberId: `json_build_array(${id("mbr", "o.member_id")}, ${id("mbr", "p.member_id")})`,
      profileId: id("prf", "o.profile_id"),
    })} from operations o left join profiles p using (profile_id)
      left join profile_links k on k.profile_id = o.profile_id and k.member_id = o.member_id
    where o.profile_id is not null and o.refusal is null`,
};

export const memberInvariants: readonly Invariant[] = [profilesAreAsRegistered];
