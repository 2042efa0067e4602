/** Members who have become one, or parted, changed by hand. */
import type { Break } from "./break.ts";
import { textLike } from "./break.ts";

const aMember = () => ({ memberId: textLike(/^mbr_/) });
const aMerge = () => ({ mergeId: textLike(/^mrg_/) });

export const ofJoining: readonly Break[] = [
  {
    what: "a member that stands for itself, though a merge has absorbed it",
    sql: () => "update wallets set survivor_id = null where survivor_id is not null",
    broken: ["members_are_joined_as_merged", "match_decisions_stand"],
    place: aMember,
  },
  {
    what: "a member that is part of another than merges say",
    sql: () =>
      "update wallets set survivor_id = (select absorbed_id from merges where status = 'undone' limit 1) where survivor_id is not null",
    broken: ["members_are_joined_as_merged", "match_decisions_stand"],
    place: aMember,
  },
  {
    what: "a merge that nobody asked for",
    sql: () =>
      "insert into merges select bucket, operation_id, '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 'undone', 'x', 'older', posted_at, posted_at, operation_id from operations where name = 'purchase' limit 1",
    broken: ["merges_are_as_answered"],
    place: aMerge,
  },
  {
    what: "a merge for another reason",
    sql: () => "update merges set reason = 'another'",
    broken: ["merges_are_as_answered"],
    place: aMerge,
  },
  {
    what: "a merge that was undone by nobody",
    sql: () => "update merges set undone_by = '00000000-0000-7000-8000-000000000001' where status = 'undone'",
    broken: ["merges_are_as_answered", "the_parted_are_never_one"],
    place: aMerge,
  },
  ...["unmerge", "profile-parting", "match-decision"].map((name) => ({
    what: `another pair than was parted: ${name}`,
    sql: () =>
      `update cannot_links c set one_id = (select w.member_id from wallets w, wallets o where o.member_id = c.other_id
          and w.member_id < c.other_id and w.member_id <> c.one_id and coalesce(w.survivor_id, w.member_id) <> coalesce(o.survivor_id, o.member_id)
        order by w.member_id limit 1)
      where operation_id = (select operation_id from operations where name = '${name}' and refusal is null
          and operation_id in (select operation_id from cannot_links) order by operation_id limit 1)`,
    broken:
      name === "match-decision" ? ["match_decisions_stand", "the_parted_are_never_one"] : ["the_parted_are_never_one"],
    place: () => (name === "match-decision" ? { status: "apart" } : { operationId: textLike(/^opn_/) }),
  })),
  {
    what: "a pair that nobody has parted",
    sql: () =>
      "insert into cannot_links select min(member_id::text)::uuid, max(member_id::text)::uuid, '00000000-0000-7000-8000-000000000001', 'x', now() from wallets",
    broken: ["the_parted_are_never_one"],
    place: () => ({ told: null }),
  },
  ...["expires_at = expires_at + interval '10 years'", "active_at = active_at + interval '30 days'"].map((change) => ({
    what: `a lot that has moved, and since: ${change}`,
    sql: () => `update lots set ${change} where (member_id, lot_id) in (
      select l.member_id, l.lot_id from lots l join transfers g on g.lot_id = l.lot_id and g.event = 'grant'
      where g.member_id <> l.member_id and not exists (select from lot_terms t where t.member_id = l.member_id and t.lot_id = l.lot_id)
        and not exists (select from transfers t where t.member_id = l.member_id and t.lot_id = l.lot_id and t.event in ('activation', 'expiry')) limit 1)`,
    broken: ["moved_lots_keep_their_terms"],
    place: aMember,
  })),
  {
    what: "a profile that leads to another member than its last link",
    sql: () =>
      "update profiles set member_id = (select member_id from wallets w where w.member_id not in (select member_id from profile_links k where k.profile_id = profiles.profile_id) and survivor_id is null limit 1) where profile_id in (select survivor_id from merges) and member_id not in (select member_id from wallets where erasure = 'erased')",
    broken: ["profiles_lead_where_they_were_led", "identifiers_lead_to_their_profiles"],
    place: () => ({ profileId: textLike(/^prf_/) }),
  },
  {
    what: "a link that lies where nobody looks for it",
    sql: () =>
      "update profile_links set bucket = (bucket + 1) % 1024 where profile_id in (select absorbed_id from merges)",
    broken: ["profiles_lead_where_they_were_led"],
    place: () => ({ profileId: textLike(/^prf_/) }),
  },
  {
    what: "a profile that is at home elsewhere",
    sql: () =>
      "update profiles set home_id = '00000000-0000-7000-8000-000000000001' where profile_id in (select absorbed_id from merges)",
    broken: ["profiles_lead_where_they_were_led"],
    place: () => ({ profileId: textLike(/^prf_/) }),
  },
  {
    what: "a wallet that does not know who has parted",
    sql: () => "update wallets set parted = null where parted is not null",
    broken: ["wallets_know_who_has_parted"],
    place: aMember,
  },
  {
    what: "a hold that says that it has moved on, though it has not",
    sql: () =>
      `insert into holds (bucket, hold_id, member_id, order_id, brand, amount, parts, moves, reference, status, captured, expires_at, ended_at)
        select bucket + 1, hold_id, member_id, order_id, brand, amount, parts, moves, reference, 'moved', captured, expires_at, now() from holds where status = 'open' limit 1`,
    broken: ["holds_are_in_one_wallet"],
    place: () => ({ holdId: textLike(/^hld_/) }),
  },
];
