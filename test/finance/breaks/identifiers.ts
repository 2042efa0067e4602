/** What became of identifiers, changed by hand. */
import type { Break } from "./break.ts";
import { textLike } from "./break.ts";

const ofSomebody = () => ({ profileId: textLike(/^prf_/) });
const LAST = "(identifier_key, ordinal) in (select identifier_key, max(ordinal) from identifier_history group by 1)";
const NOBODY = "00000000-0000-7000-8000-000000000001";

export const ofIdentifiers: readonly Break[] = [
  {
    what: "an identifier that has ended, and leads to somebody all the same",
    sql: () =>
      `insert into identifiers (identifier_key, kind, bucket, member_id, profile_id, verified, created_at)
        select l.identifier_key, 'card', w.bucket, p.member_id, l.profile_id, l.verified, l.since
        from (select * from identifier_history where event = 'ended' and ${LAST}) l join profiles p using (profile_id)
          join wallets w on w.member_id = p.member_id and w.erasure is null`,
    broken: ["identifiers_lead_to_their_profiles"],
    place: () => ({ ...ofSomebody(), kind: "card", history: "ended" }),
  },
  {
    what: "the key of an identifier that has ended, taken by whoever has had it",
    sql: () =>
      `insert into command_keys (key, operation_id, bucket) select l.identifier_key, o.operation_id, o.bucket
        from (select * from identifier_history where event = 'ended' and ${LAST}) l join operations o using (operation_id)`,
    broken: ["identifiers_lead_to_their_profiles"],
    place: () => ({ ...ofSomebody(), identifier: "missing" }),
  },
  {
    what: "an end that is kept no more",
    sql: () =>
      `delete from identifier_history where event = 'ended' and ${LAST} and operation_id not in (select ended_by from erasures where ended_by is not null)`,
    broken: ["identifiers_lead_to_their_profiles", "identifiers_became_as_asked"],
    place: () => ({ ...ofSomebody(), identifier: "missing", history: "begun" }),
  },
  {
    what: "an identifier that began when nobody asked for it",
    sql: () => `update identifier_history set operation_id = '${NOBODY}' where event = 'verified'`,
    broken: ["identifiers_became_as_asked"],
    place: () => ({ ...ofSomebody(), answered: null }),
  },
  {
    what: "an identifier that went over at another moment",
    sql: () =>
      "update identifier_history set since = since + interval '1 second' where event = 'ended' and ordinal = 2",
    broken: ["identifiers_became_as_asked"],
    place: () => ({ ...ofSomebody(), event: ["begun", "ended"] }),
  },
  {
    what: "a profile that says of none of its identifiers that it has ended",
    sql: () => "update profiles set identifiers = replace(identifiers::text, ',\"ended\":true', '')::json",
    broken: ["identifiers_lead_to_their_profiles"],
    place: () => ({ ...ofSomebody(), ended: [false, true] }),
  },
  {
    what: "an identifier that others were not told of",
    sql: () => "update operations set events = null where name = 'identifier-adding' and answer->>'outcome' = 'added'",
    broken: ["identifiers_became_as_asked"],
    place: () => ({ answered: "added", told: null }),
  },
  {
    what: "an identifier that was ended for no reason",
    sql: () => "update operations set reason = null where name = 'identifier-end'",
    broken: ["identifiers_became_as_asked"],
    place: () => ({ answered: "identifier-end" }),
  },
];
