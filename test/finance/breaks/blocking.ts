/** Blocks of members, changed by hand. */
import type { Break } from "./break.ts";
import { ofMember, ofRich, textLike } from "./break.ts";

const aMember = () => ({ memberId: textLike(/^mbr_/) });
const LAST = "(member_id, version) in (select member_id, max(version) from member_blocks group by member_id)";

export const ofBlocks: readonly Break[] = [
  {
    what: "a blocked wallet that can spend again, though nobody has let it go",
    sql: () => "update wallets set status = 'active' where status = 'blocked'",
    broken: ["wallets_are_blocked_as_decided"],
    place: () => ({ status: ["active", "blocked"] }),
  },
  {
    what: "a block that nobody has asked for",
    sql: (town) =>
      `insert into member_blocks select bucket, member_id, version, 'active', '00000000-0000-7000-8000-000000000001', null, posted_at from wallets where ${ofRich(town)}`,
    broken: ["blocks_are_as_answered"],
    place: ofMember,
  },
  {
    what: "a block that is kept no more",
    sql: () => `delete from member_blocks where status = 'blocked' and ${LAST}`,
    broken: ["wallets_are_blocked_as_decided", "blocks_are_as_answered"],
    place: () => ({ status: ["blocked", "active"] }),
  },
  {
    what: "a block of another operation",
    sql: () => "update member_blocks set operation_id = '00000000-0000-7000-8000-000000000001' where status = 'active'",
    broken: ["blocks_are_as_answered"],
    place: aMember,
  },
  {
    what: "a block of a member that nobody has parted from, though it says so",
    sql: () =>
      "update member_blocks set parted_from = '00000000-0000-7000-8000-000000000001' where parted_from is not null",
    broken: ["blocks_are_as_answered"],
    place: aMember,
  },
  {
    what: "a block that others were told of as its end",
    sql: () =>
      "update operations set events = replace(events::text, 'member.blocked', 'member.unblocked')::json where name = 'member-block'",
    broken: ["blocks_are_as_answered"],
    place: aMember,
  },
  {
    what: "a block without a reason",
    sql: () => "update operations set reason = null where name = 'member-block'",
    broken: ["blocks_are_as_answered"],
    place: aMember,
  },
  {
    what: "what was spent in spite of a block",
    sql: () =>
      `update operations set answer = replace(answer::text, '"spent":"0.00"', '"spent":"1.00"')::json
        where name = 'purchase' and member_id in (select member_id from member_blocks where status = 'active')`,
    broken: ["the_blocked_spend_nothing", "purchases_are_as_recorded"],
    place: () => ({ ...aMember(), name: "purchase" }),
  },
];
