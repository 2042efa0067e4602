/** Who else a member may have been named as: members become one, and part, while somebody is being served. */
import { as, bucketOf, fromUuid, uuidOf } from "../kernel/ids.ts";
import type { Reader } from "../engine/connection/reader.ts";
import type { Whose } from "./lookup.ts";

/**
 * Whoever is part of the member by now; whoever had absorbed it; and all to whom his profiles have ever led, the one whose
 * identifier was presented among them, or the one that the member was born with, which bears its number.
 */
const NAMED = `select w.member_id from wallets w where w.survivor_id = $1::uuid
  union select m.survivor_id from merges m where m.absorbed_id = $1::uuid
  union select k.member_id from profile_links k where k.bucket = $2::smallint and k.profile_id = $3::uuid
  union select k.member_id from profiles p join profile_links k on k.bucket = p.bucket and k.profile_id = p.profile_id
    where p.member_id = $1::uuid`;
const BROUGHT = `select i->>'key' as key from profiles p, json_array_elements(p.identifiers::json) i, identifiers l
  where l.identifier_key = (i->>'key')::uuid and l.profile_id = p.profile_id and (p.member_id = $1::uuid or (p.bucket = $2::smallint and p.profile_id = $3::uuid))`;

/**
 * Members whom the same customer could have been taken for before, and the keys of identifiers that led to nobody yet: what was
 * told of any of them was told to this one.
 */
export async function namesakesOf(reader: Reader, { memberId, profileId }: Whose): Promise<string[]> {
  const profile = profileId ?? as("prf", memberId);
  const [members, keys] = await Promise.all([
    reader.run<{ member_id: string }>(NAMED, [uuidOf(memberId), bucketOf(profile), uuidOf(profile)]),
    reader.run<{ key: string }>(BROUGHT, [uuidOf(memberId), bucketOf(profile), uuidOf(profile)]),
  ]);
  return [...members.map((row) => fromUuid("mbr", row.member_id)), ...keys.map(({ key }) => key)];
}
