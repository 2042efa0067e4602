/** SQL: whose things are, for the proof, and for lists that are cut off. */
import { bucketIn } from "../engine/transfer-sql.ts";

/**
 * Whose something is by now, as `ownerOf` says it (owner.ts): whose the profile is that it goes with, else whoever stands for
 * the member that was recorded.
 */
export const ownerNow = (member: string, profile: string): string => `coalesce(
    (select p.member_id from profiles p where p.bucket = ${bucketIn(profile)} and p.profile_id = ${profile}),
    (select coalesce(w.survivor_id, w.member_id) from wallets w where w.bucket = ${bucketIn(member)} and w.member_id = ${member}))`;

/** With whom a profile went, by its links; whom a member has become part of, by merges: its first profile may have parted alone. */
const WENT = (by: string, profile: string) =>
  `exists (select from profile_links k where k.profile_id = ${profile} and k.member_id = ${by})`;
const ABSORBED = (by: string, member: string) =>
  `exists (with recursive above (member_id) as (select m.survivor_id from merges m where m.absorbed_id = ${member}
      union select m.survivor_id from above a join merges m on m.absorbed_id = a.member_id)
    select from above where member_id = ${by})`;

/**
 * Whether somebody stood for a member at some time: itself, or whoever it has become part of. `profile`: the one that a thing
 * goes with, where there is one; of any row it may be null.
 */
export const stoodFor = (by: string, member: string, profile?: string): string => {
  const gone =
    profile === undefined
      ? ABSORBED(by, member)
      : `case when ${profile} is null then ${ABSORBED(by, member)} else ${WENT(by, profile)} end`;
  return `(${by} is not distinct from ${member} or ${gone})`;
};
