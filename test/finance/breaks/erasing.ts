/** Erasures, and what is left of members who are erased, changed by hand. */
import type { Break } from "./break.ts";
import { textLike } from "./break.ts";

const aMember = () => ({ memberId: textLike(/^mbr_/) });
const THE_ERASED = "member_id in (select member_id from wallets where erasure = 'erased')";
const A_PROFILE = `profile_id in (select min(profile_id::text)::uuid from profiles where ${THE_ERASED})`;

export const ofErasures: readonly Break[] = [
  {
    what: "a wallet that nobody has asked to erase",
    sql: () =>
      "update wallets set erasure = 'pending' where member_id in (select member_id from erasures where status = 'cancelled')",
    broken: ["the_erased_are_nobody"],
    place: () => ({ ...aMember(), erasure: ["pending", "cancelled"] }),
  },
  {
    what: "an erasure that was taken back by nobody",
    sql: () =>
      "update erasures set status = 'cancelled', ended_at = requested_at, ended_by = '00000000-0000-7000-8000-000000000001' where status = 'pending'",
    broken: ["erasures_are_as_asked", "the_erased_are_nobody"],
    place: () => ({ ...aMember(), status: "cancelled" }),
  },
  {
    what: "an erasure that was done before it was due",
    sql: () => "update erasures set due_at = due_at + interval '90 days' where status = 'erased'",
    broken: ["erasures_are_as_asked"],
    place: () => ({ status: "erased" }),
  },
  {
    what: "a name of somebody who is erased",
    sql: () => `update profiles set person = '\\x01' where ${A_PROFILE}`,
    broken: ["the_erased_are_nobody"],
    place: () => ({ ...aMember(), profileId: textLike(/^prf_/) }),
  },
  {
    what: "a representative of somebody who is erased",
    sql: () =>
      `update representative_links set ended_at = null, ended_by = null, uses_then = null where ended_by in (select ended_by from erasures)`,
    broken: ["the_erased_are_nobody"],
    place: () => ({ ...aMember(), representationId: textLike(/^rep_/) }),
  },
  {
    what: "a forfeit that is another operation's",
    sql: () => "update operations set name = 'due-posting' where name = 'erased-clearing'",
    broken: ["the_erased_are_nobody"],
    place: () => ({ name: "due-posting" }),
  },
  {
    what: "a guard of hashes that stands by",
    sql: () => "alter table operations disable trigger operations_keep_all_but_hashes",
    broken: ["hash_guards_stand"],
    place: () => ({ table: "operations", guards: [1, 0, 1] }),
  },
  {
    what: "a guard that lets anybody rewrite the journal",
    sql: () =>
      "update pg_proc set prosrc = replace(prosrc, 'RAISE EXCEPTION', 'RAISE NOTICE') where proname = 'refuse_rewrite_unless_erasing'",
    broken: ["hash_guards_stand"],
    place: () => ({ table: "identifier_history", guards: [0, 1, 1] }),
  },
  {
    what: "a right to change the journal",
    sql: () => "grant update (subject_hash) on operations to mclub_app",
    broken: ["hash_guards_stand"],
    place: () => ({ table: "operations", privilege: "update" }),
  },
];
