/** Links of representatives, changed by hand. */
import type { Break } from "./break.ts";
import { textLike } from "./break.ts";

const aLink = () => ({ representationId: textLike(/^rep_/) });
const LAST = "ordinal = (select max(ordinal) from representative_uses n where n.link_id = u.link_id)";

export const ofRepresentatives: readonly Break[] = [
  {
    what: "a link that nobody has granted",
    sql: () =>
      `insert into representative_links select bucket, '00000000-0000-7000-8000-000000000001', representative_id, member_id, true, 1, 1,
        null, null, null, null, null, null, 0, 0 from representative_links limit 1`,
    broken: ["representatives_are_as_granted"],
    place: aLink,
  },
  {
    what: "a limit that was never granted",
    sql: () => "update representative_links set per_month = 900000 where per_month is not null",
    broken: ["representatives_are_as_granted"],
    place: aLink,
  },
  {
    what: "a link that holds again, though somebody has ended it",
    sql: () =>
      "update representative_links set ended_at = null, ended_by = null, uses_then = null where ended_by not in (select ended_by from erasures where ended_by is not null)",
    broken: ["representatives_are_as_granted"],
    place: aLink,
  },
  {
    what: "a grant without a reason",
    sql: () => "update operations set reason = null where name = 'representative-grant'",
    broken: ["representatives_are_as_granted"],
    place: aLink,
  },
  {
    what: "more than a month's limit, spent by a representative",
    sql: () =>
      `update operations set answer = replace(answer::text, '"perMonth":"400.00"', '"perMonth":"50.00"')::json where name = 'representative-grant';
       update representative_links set per_month = 5000 where per_month is not null`,
    broken: ["representatives_keep_their_limits"],
    place: () => ({ ...aLink(), spent: ["60.00", "50.00"] }),
  },
  {
    what: "more than one operation's limit, spent by a representative",
    sql: () =>
      `update operations set answer = replace(answer::text, '"perOperation":"90.00"', '"perOperation":"30.00"')::json where name = 'representative-grant';
       update representative_links set per_operation = 3000 where per_operation is not null`,
    broken: ["representatives_keep_their_limits"],
    place: () => ({ ...aLink(), amount: ["40.00", "40.00"] }),
  },
  {
    what: "a month in which nothing counts as spent",
    sql: () => "update representative_links set month_spent = 0",
    broken: ["representatives_keep_their_limits"],
    place: aLink,
  },
  {
    what: "a use that is kept no more",
    sql: () => `delete from representative_uses u where ${LAST}`,
    broken: ["representatives_keep_their_limits"],
    place: aLink,
  },
  {
    what: "a use that is kept no more, nor counted by its link",
    sql: () =>
      `with gone as (delete from representative_uses u where ${LAST} and kind = 'spent' returning link_id, amount)
       update representative_links l set uses = uses - 1, month_spent = month_spent - gone.amount, month = case when uses > 1 then month end
         from gone where gone.link_id = l.link_id`,
    broken: ["representatives_keep_their_limits"],
    place: aLink,
  },
  {
    what: "a use by whoever was named by id, where an identifier was presented",
    sql: () => "update representative_uses set profile_id = null",
    broken: ["representatives_keep_their_limits"],
    place: aLink,
  },
  {
    what: "a use by another's identifier",
    sql: () =>
      `update representative_uses u set profile_id = (select min(p.profile_id::text)::uuid from profiles p where p.profile_id <> u.profile_id)
        where u.profile_id is not null`,
    broken: ["representatives_keep_their_limits"],
    place: aLink,
  },
  {
    what: "a use of another version of the wallet",
    sql: () => "update representative_uses set wallet_version = wallet_version + 1",
    broken: ["representatives_keep_their_limits"],
    place: aLink,
  },
  {
    what: "what a representative did after somebody had ended his link",
    sql: () =>
      `update operations set answer = replace(answer::text, '"uses":1', '"uses":0')::json where name = 'representative-end';
       update representative_links set uses_then = 0 where uses_then = 1`,
    broken: ["representatives_keep_their_limits"],
    place: aLink,
  },
  {
    what: "what a representative did before he might",
    sql: () =>
      `update operations set answer = replace(answer::text, answer->>'from', '2027-01-01T00:00:00.000Z')::json where name = 'representative-grant' and operation_id in (select link_id from representative_uses);
       update representative_links set since = '2027-01-01T00:00:00Z' where uses > 0`,
    broken: ["representatives_keep_their_limits"],
    place: aLink,
  },
];
