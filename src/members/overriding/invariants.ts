/** Invariants of what two people override: one has asked, and another has agreed. */
import { brokenUnless, hasOnly, id, type Invariant } from "../../engine/definition/invariant.ts";
import { OVERRIDE_DAYS } from "./override-store.ts";
import { MERGE_OVERRIDE_APPROVAL } from "../joining/operation-names.ts";

const overridesAreByTwo: Invariant = {
  name: "merge_overrides_are_by_two_people",
  statement:
    "Every request to override what stands against a merge is there as it was answered, with its reason, for whom of the staff has asked. It was approved exactly if an operation of another person has answered so in time, by a merge of just those two. Shown: what is kept, what was answered.",
  facts: `select ${brokenUnless(
    `v.override_id is not null and o.operation_id is not null and o.status = 202 and ${hasOnly("o", ["reason"])} and o.events is null and o.member_id is null
      and v.bucket = o.bucket and v.reason = o.reason and v.staff_id = o.staff_id and v.requested_at = o.posted_at
      and v.expires_at = v.requested_at + interval '${OVERRIDE_DAYS} days' and (o.answer->>'expiresAt')::timestamptz = v.expires_at
      and o.answer->>'overrideId' = ${id("ovr", "v.override_id")} and o.answer->>'blocker' = v.blocker and o.answer->>'status' = 'waiting'
      and o.answer->'memberIds'->>0 = ${id("mbr", "v.one_id")} and o.answer->'memberIds'->>1 = ${id("mbr", "v.other_id")}
      and v.approved_by is not distinct from a.operation_id and v.approved_at is not distinct from a.posted_at
      and (a.operation_id is null or (a.status = 200 and ${hasOnly("a", ["reason"])} and a.staff_id <> v.staff_id and a.posted_at < v.expires_at
        and a.answer->>'status' = 'approved' and m.merged_at = a.posted_at
        and (v.one_id, v.other_id) in ((m.survivor_id, m.absorbed_id), (m.absorbed_id, m.survivor_id))))`,
    {
      overrideId: id("ovr", "coalesce(v.override_id, o.operation_id)"),
      staffIds: "json_build_array(v.staff_id, o.staff_id, a.staff_id)",
      approvedBy: `json_build_array(${id("opn", "v.approved_by")}, ${id("opn", "a.operation_id")})`,
      override: "case when v.override_id is null then 'missing' else 'there' end",
    },
  )}
    from merge_overrides v
      full join (select * from operations where name = 'merge-override' and refusal is null) o on o.operation_id = v.override_id
      left join (select * from operations where name = '${MERGE_OVERRIDE_APPROVAL}' and refusal is null) a
        on a.answer->>'overrideId' = ${id("ovr", "coalesce(v.override_id, o.operation_id)")}
      left join merges m on m.merge_id = a.operation_id`,
};

export const overrideInvariants: readonly Invariant[] = [overridesAreByTwo];
