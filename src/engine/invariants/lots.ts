/** Invariants of lots: what is in them, how they were granted, when they begin, and every change of their end. */
import { LOT_ACCOUNTS } from "../../ledger/account.ts";
import { TERMS_REASONS } from "../../ledger/terms.ts";
import { both, brokenUnless, id, oneOf, type Invariant, pair, same } from "../definition/invariant.ts";
import { movedInLots } from "../transfer-sql.ts";
import { judgedBy, TIMETABLE } from "./in-force.ts";

const memberId = id("mbr", "member_id");
const lotId = id("lot", "lot_id");

const lotsAreTheirTransfers: Invariant = {
  name: "lots_are_their_transfers",
  statement:
    "Pending, available and held of each lot are the sums of its transfers in its issuer's books, wallet by wallet where it has moved. Shown: the lot's, the transfers'.",
  facts: `select ${brokenUnless(`l.kind is not null and ${same("l", "t", LOT_ACCOUNTS)}`, {
    memberId,
    lotId,
    entity: "issuer",
    ...both("l", "t", LOT_ACCOUNTS),
  })}
    from lots l full join (
      select bucket, member_id, lot_id, entity as issuer, ${movedInLots} from transfers
      where debit in (${oneOf(LOT_ACCOUNTS)}) or credit in (${oneOf(LOT_ACCOUNTS)})
      group by bucket, member_id, lot_id, entity) t using (bucket, member_id, lot_id, issuer)`,
};

/** What grants of a kind are charged to: see sourceOf in src/ledger/account.ts. What waited on suspense is ordinary. */
const SOURCES = `case l.kind when 'ordinary' then array['claim suspense', 'grant issuance:ordinary']
  when 'opening' then array['grant opening']
  when 'compensation' then array['grant issuance:compensation', 'credit_adjustment adjustment'] else array['grant issuance:' || l.kind] end`;

/** Whatever the reason of an adjustment: it is held against what was asked for. */
const SOURCE = "event || ' ' || case event when 'credit_adjustment' then split_part(debit, ':', 1) else debit end";
/** What makes a lot. */
const GRANTS = "'grant', 'claim', 'credit_adjustment'";

const lotsAreTheirGrants: Invariant = {
  name: "lots_are_their_grants",
  statement:
    "Each lot was granted by the operation that it names, in its issuer's books, in its amount, charged to its kind, and by the rules of the day of the grant; what it was granted later is in its amount. Shown: the lot's, the grants'.",
  facts: `with ${TIMETABLE}, grants as (
      select lot_id, count(*) as count, min(occurred_at) as occurred_at, min(posted_at) as posted_at, sum(amount) as amount,
        min(entity) as entity, min(entity) = max(entity) as is_one, array_agg(${SOURCE}) as sources,
        array_agg(operation_id) as operations
      from transfers where event in (${GRANTS}) group by lot_id)
    select ${brokenUnless(
      `l.kind is not null and g.is_one and g.entity = l.issuer and (g.amount = l.granted or (l.granted < g.amount and g.amount = e.granted)) and l.operation_id = any(g.operations)
        and g.sources <@ ${SOURCES} and ${judgedBy("l.policy_version", "g.occurred_at", "g.posted_at")}`,
      {
        memberId: id("mbr", "l.member_id"),
        lotId,
        entity: "coalesce(l.issuer, g.entity)",
        kind: "l.kind",
        sources: "g.sources",
        granted: pair("l.granted", "g.amount"),
        operationId: `json_build_array(${id("opn", "l.operation_id")}, ${id("opn", "g.operations[1]")})`,
        grants: "coalesce(g.count, 0)",
        policyVersion: "l.policy_version",
      },
    )}
    from lots l full join grants g using (lot_id) left join (select lot_id, max(granted) as granted from lots group by lot_id having count(*) > 1) e using (lot_id)
      cross join timetable`,
};

const lotsBeginWhenActivated: Invariant = {
  name: "lots_begin_when_activated",
  statement: "What became available in a lot by time did so at the instant at which the lot says that it begins.",
  facts: `select ${brokenUnless("t.first = l.active_at and t.last = l.active_at", {
    memberId,
    lotId,
    entity: "l.issuer",
    activeAt: "l.active_at",
    activatedAt: "json_build_array(t.first, t.last)",
  })}
    from (select bucket, member_id, lot_id, min(occurred_at) as first, max(occurred_at) as last from transfers
      where event = 'activation' group by bucket, member_id, lot_id) t left join lots l using (bucket, member_id, lot_id)`,
};

const CHANGES = `changes as (
    select c.*, lag(new_end) over of_lot as end_before, lead(former_end) over of_lot is null as is_last
    from lot_terms c window of_lot as (partition by bucket, member_id, lot_id order by posted_at, wallet_version, ordinal))`;

const termsFollowEachOther: Invariant = {
  name: "terms_follow_each_other",
  statement:
    "Each change of a lot's end begins with the end that the change before had left, belongs to an accepted operation, and the last one leaves the end that the lot has. Changes of one operation are numbered from one without a gap, and bear the version of the wallet that it has told, where it has told of that.",
  facts: `with ${CHANGES}
    select ${brokenUnless(
      `o.operation_id is not null and o.refusal is null and o.posted_at = c.posted_at
        and (c.end_before is null or c.end_before = c.former_end) and l.lot_id is not null
        and (not c.is_last or c.new_end = l.expires_at)`,
      {
        memberId: id("mbr", "c.member_id"),
        lotId: id("lot", "c.lot_id"),
        entity: "l.issuer",
        operationId: id("opn", "c.operation_id"),
        formerEnd: "json_build_array(c.end_before, c.former_end)",
        newEnd: "json_build_array(c.new_end, l.expires_at)",
        operation: "case when o.operation_id is null then 'missing' else coalesce(o.refusal, 'accepted') end",
      },
    )}
    from changes c left join operations o using (operation_id)
      left join lots l on l.bucket = c.bucket and l.member_id = c.member_id and l.lot_id = c.lot_id
    union all
    select ${brokenUnless(
      `c.lowest = 1 and c.highest = c.count and 2 * c.sum = c.count * (c.count + 1) and c.first_version = c.last_version and c.known
        and coalesce(o.member_id <> c.member_id or (o.answer->'balance'->>'version')::bigint = c.last_version, true)`,
      {
        memberId: id("mbr", "c.member_id"),
        operationId: id("opn", "c.operation_id"),
        changes: "c.count",
        numbered: "json_build_array(c.lowest, c.highest)",
        version: "json_build_array(c.first_version, c.last_version, o.answer->'balance'->>'version')",
        known: "c.known",
      },
    )}
    from (select member_id, operation_id, count(*) as count, min(ordinal) as lowest, max(ordinal) as highest, sum(ordinal) as sum,
        min(wallet_version) as first_version, max(wallet_version) as last_version, bool_and(reason in (${oneOf(TERMS_REASONS)})) as known
      from lot_terms group by member_id, operation_id) c left join operations o using (operation_id)`,
};

/** Rows of lots that lie in several wallets, with the first end of each; to whom each was granted first: it may have grown elsewhere; and the ends that it has or had, with two of those who have it so. */
const MOVED = `several as (select lot_id from lots group by lot_id having count(*) > 1),
  first_ends as (
    select distinct on (bucket, member_id, lot_id) bucket, member_id, lot_id, former_end
    from lot_terms order by bucket, member_id, lot_id, posted_at, wallet_version, ordinal),
  moved as (
    select l.*, coalesce(c.former_end, l.expires_at) as first_end from several join lots l using (lot_id)
      left join first_ends c using (bucket, member_id, lot_id)),
  granted as (
    select distinct on (lot_id) lot_id, member_id from several join transfers using (lot_id)
    where event in (${GRANTS}) order by lot_id, position, operation_id),
  ends as (
    select lot_id, at, min(member_id::text)::uuid as one_id, max(member_id::text)::uuid as other_id from several join (
      select lot_id, member_id, expires_at as at from lots
      union all select c.lot_id, c.member_id, ends.at from lot_terms c cross join lateral (values (c.former_end), (c.new_end)) ends(at)) had using (lot_id)
    group by lot_id, at)`;

const movedLotsKeepTheirTerms: Invariant = {
  name: "moved_lots_keep_their_terms",
  statement:
    "A lot that has moved begins in each wallet at the same instant, and came into each with an end that it has or had in another. Shown: the lot's, those in the wallet in which it was granted.",
  facts: `with ${MOVED}
    select ${brokenUnless(
      "g.lot_id is not null and m.active_at = g.active_at and e.at is not null and (e.one_id <> m.member_id or e.other_id <> m.member_id)",
      {
        memberId: id("mbr", "m.member_id"),
        lotId: id("lot", "m.lot_id"),
        entity: "m.issuer",
        activeAt: "json_build_array(m.active_at, g.active_at)",
        firstEnd: "json_build_array(m.first_end, g.first_end)",
      },
    )}
    from moved m left join (select moved.* from moved join granted using (lot_id, member_id)) g using (lot_id)
      left join ends e on e.lot_id = m.lot_id and e.at = m.first_end
    where m.member_id is distinct from g.member_id`,
};

const lotsExpireAtTheirEnd: Invariant = {
  name: "lots_expire_at_their_end",
  statement: "Nothing of a lot has expired before the first end that the lot had.",
  facts: `with firsts as (
      select bucket, member_id, lot_id, min(former_end) as first_end from lot_terms group by bucket, member_id, lot_id),
    expiries as (
      select bucket, member_id, lot_id, min(occurred_at) as expired_at from transfers
      where event = 'expiry' group by bucket, member_id, lot_id)
    select ${brokenUnless("e.expired_at >= least(l.expires_at, f.first_end)", {
      memberId,
      lotId,
      entity: "l.issuer",
      expiredAt: "e.expired_at",
      end: "least(l.expires_at, f.first_end)",
    })}
    from expiries e left join lots l using (bucket, member_id, lot_id) left join firsts f using (bucket, member_id, lot_id)`,
};

export const lotInvariants: readonly Invariant[] = [
  lotsAreTheirTransfers,
  lotsAreTheirGrants,
  lotsBeginWhenActivated,
  termsFollowEachOther,
  movedLotsKeepTheirTerms,
  lotsExpireAtTheirEnd,
];
