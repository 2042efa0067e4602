/** SQL: whose things are, for the proof. */

/**
 * Whether somebody stood for a member at some time: itself, or whoever it has become part of. A member's first profile bears
 * its number, and the history of its links says with whom it went. `profile`: the one that a thing goes with, where there is one.
 */
export const stoodFor = (by: string, member: string, profile = "null::uuid"): string =>
  `(${by} is not distinct from ${member} or exists (select from profile_links k
      where k.profile_id = coalesce(${profile}, ${member}) and k.member_id = ${by}))`;
