/** Invariants of staff: who they are, as it was said last. */
import { brokenUnless, hashOf, hasOnly, id, type Invariant } from "../../engine/definition/invariant.ts";

/** As whose registration each is found. */
const SUBJECT = hashOf("'staff|' || (o.answer->>'staffId')");

/** Of registrations of one minute any may be the last: two processes judge at once. */
const LAST = `select staff_id, member, stated from (
    select o.answer->>'staffId' as staff_id, o.answer->>'memberId' as member, o.posted_at, ${hasOnly("o", ["reason", "subject_hash"])} and o.reason is not null and o.subject_hash is not distinct from ${SUBJECT} as stated,
      max(o.posted_at) over (partition by o.answer->>'staffId') as last
    from operations o where o.name = 'staff-registration' and o.refusal is null) a where posted_at > last - interval '1 minute'`;

const staffAreAsRegistered: Invariant = {
  name: "staff_are_as_registered",
  statement:
    "Everybody of the staff was registered, with a reason, and is the member whom the last registration has answered, or none.",
  facts: `select ${brokenUnless(
    `s.staff_id is not null and a.staff_id is not null and a.members @> array[coalesce(${id("mbr", "s.member_id")}, '')] and a.stated`,
    {
      staffId: "coalesce(s.staff_id, a.staff_id)",
      memberId: id("mbr", "s.member_id"),
      answered: "to_json(a.members)",
      staff: "case when s.staff_id is null then 'missing' else 'there' end",
    },
  )}
    from staff s full join (
      select staff_id, array_agg(coalesce(member, '')) as members, bool_and(stated) as stated from (${LAST}) l group by staff_id) a
      on a.staff_id = s.staff_id`,
};

export const staffInvariants: readonly Invariant[] = [staffAreAsRegistered];
