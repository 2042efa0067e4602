/** SQL: whose things are, for the proof, and for lists that are cut off. */
import { bucketIn } from "../engine/transfer-sql.ts";

/**
 * Whose something is by now, as `ownerOf` says it (owner.ts): whose the profile is that it goes with, else whoever stands for
 * the member that was recorded.
 */
export const ownerNow = (member: string, profile: string): string => `coalesce(
    (select p.member_id from profiles p where p.bucket = ${bucketIn(profile)} and p.profile_id = ${profile}),
    (select coalesce(w.survivor_id, w.member_id) from wallets w where w.bucket = ${bucketIn(member)} and w.member_id = ${member}))`;

/**
 * Whether somebody stood for a member at some time: itself, or whoever it has become part of. A member's first profile bears
 * its number, and the history of its links says with whom it went. `profile`: the one that a thing goes with, where there is one.
 */
export const stoodFor = (by: string, member: string, profile = "null::uuid"): string =>
  `(${by} is not distinct from ${member} or exists (select from profile_links k
      where k.profile_id = coalesce(${profile}, ${member}) and k.member_id = ${by}))`;
