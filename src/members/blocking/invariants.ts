/** Invariants of members who are blocked: wallets say so as it was decided, and nothing was spent meanwhile. */
import { brokenUnless, eventOf, hasOnly, id, type Invariant, tells } from "../../engine/definition/invariant.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { memberBlocked, memberUnblocked } from "../events.ts";
import { PARTS } from "../joining/operation-names.ts";

/** Each of a member's blocks and ends, and until which version of the wallet, and which instant, it held. */
const BLOCKS = `blocks as (
    select b.*, lead(b.version) over of_member as until, lead(b.since) over of_member as until_at, lag(b.status) over of_member as before
    from member_blocks b window of_member as (partition by b.member_id order by b.version))`;

const walletsAreBlockedAsDecided: Invariant = {
  name: "wallets_are_blocked_as_decided",
  statement:
    "A wallet is blocked exactly if the last that is kept of its member's blocks is one, which is of no later version and no later instant than the wallet. Nobody is part of another and blocked. Shown: the wallet's, the last block's.",
  facts: `with ${BLOCKS}
    select ${brokenUnless(
      `w.member_id is not null and w.status = coalesce(b.status, 'active') and coalesce(b.version <= w.version and b.since <= w.posted_at, true)
        and (w.status = 'active' or w.survivor_id is null) and coalesce(b.bucket = w.bucket, true)`,
      {
        memberId: id("mbr", "coalesce(w.member_id, b.member_id)"),
        status: "json_build_array(w.status, coalesce(b.status, 'active'))",
        version: "json_build_array(w.version, b.version)",
      },
    )}
    from wallets w full join (select * from blocks where until is null) b on b.member_id = w.member_id`,
};

/** What has blocked a member or let it go, and partings, by which a block may have been carried on. */
const DECIDED = `decided as (
    select o.*, case o.name when 'member-block' then 'blocked' when 'member-unblock' then 'active' end as said,
      o.member_id as whom, null::uuid as staying_id
    from operations o where o.name in ('member-block', 'member-unblock') and o.refusal is null
    union all
    select o.*, null, substr(o.answer->>'leavingId', 5)::uuid, substr(o.answer->>'stayingId', 5)::uuid
    from operations o where o.name in (${PARTS}) and o.refusal is null)`;

/** SQL: whether a parting was from a member who was blocked then. Of one instant with a block or its end, it may have been either way. */
const fromBlocked = (earlier: "<" | "<="): string =>
  `exists (select from blocks s where s.member_id = o.staying_id and s.status = 'blocked'
    and s.since ${earlier} o.posted_at and coalesce(o.posted_at ${earlier} s.until_at, true))`;

const MEMBER = { memberId: id("mbr", "o.member_id") };
const TOLD = `case o.name when 'member-block' then ${tells("o.events", [eventOf(memberBlocked, MEMBER)])}
  else ${tells("o.events", [eventOf(memberUnblocked, MEMBER)])} end`;

const blocksAreAsAnswered: Invariant = {
  name: "blocks_are_as_answered",
  statement:
    "Every block and every end of one was answered and told as it is kept, by an operation that states its reason and, at most, a reference besides; it changed what was so before. Whoever parted from a blocked member was blocked by that, and by no other parting. Shown: what is kept, what was answered.",
  facts: `with ${BLOCKS}, ${DECIDED}
    select ${brokenUnless(
      `o.operation_id is not null and coalesce(b.bucket = ${bucketIn("b.member_id")}, true) and case
        when o.said is null and b.operation_id is null then not ${fromBlocked("<")}
        when o.said is null then b.status = 'blocked' and b.parted_from = o.staying_id and b.since = o.posted_at and ${fromBlocked("<=")}
        else b.operation_id is not null and b.since = o.posted_at and b.status = o.said and b.parted_from is null
          and coalesce(b.before, 'active') <> b.status and o.status = 200 and o.reason is not null
          and ${hasOnly("o", ["reason", "reference"])} and ${TOLD} and o.answer->>'memberId' = ${id("mbr", "o.member_id")}
          and o.answer->>'status' = b.status and o.answer->'balance'->>'version' = b.version::text
          and (o.answer->>'since')::timestamptz = b.since end`,
      {
        memberId: id("mbr", "coalesce(b.member_id, o.whom)"),
        operationId: id("opn", "coalesce(b.operation_id, o.operation_id)"),
        status: "json_build_array(b.status, o.answer->>'status')",
        partedFrom: id("mbr", "b.parted_from"),
        told: "o.events->0->'data'",
      },
    )}
    from blocks b full join decided o on o.operation_id = b.operation_id and o.whom = b.member_id`,
};

/** What has spent or put aside bonuses that were free: by its answer. What was put aside before is captured in spite of a block. */
const SPENDS = `(o.name in ('redemption', 'hold') or (o.name = 'purchase' and (o.answer->>'spent')::numeric > 0)
  or (o.name = 'order' and (o.answer->>'held')::numeric > 0)
  or (o.name = 'order-pickup' and (o.answer->>'spent')::numeric > (o.answer->>'captured')::numeric))`;

const theBlockedSpendNothing: Invariant = {
  name: "the_blocked_spend_nothing",
  statement:
    "No redemption, hold, purchase or order with bonuses, or pickup with more of them than were put aside for it, was accepted for a member in a version of the wallet in which it was blocked.",
  facts: `with ${BLOCKS}
    select ${brokenUnless("o.operation_id is null", {
      memberId: id("mbr", "b.member_id"),
      operationId: id("opn", "o.operation_id"),
      entity: "o.brand",
      name: "o.name",
    })}
    from blocks b left join (select o.*, coalesce((o.answer->'balance'->>'version')::bigint, u.wallet_version) as version
        from operations o left join representative_uses u using (operation_id) where o.refusal is null and ${SPENDS}) o
      on o.bucket = b.bucket and o.member_id = b.member_id and o.version > b.version and coalesce(o.version < b.until, true)
    where b.status = 'blocked'`,
};

export const blockInvariants: readonly Invariant[] = [
  walletsAreBlockedAsDecided,
  blocksAreAsAnswered,
  theBlockedSpendNothing,
];
