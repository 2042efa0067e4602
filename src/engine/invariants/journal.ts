/** Invariants of the journal: transfers of operations, their order of commits, keys, and the guards that keep it all. */
import { uuidOf } from "../../kernel/ids.ts";
import { brokenUnless, hashOf, id, type Invariant, oneOf } from "../definition/invariant.ts";
import { BEFORE, DELETE, REFUSES, TRUNCATE, UPDATE } from "../guard-sql.ts";
import { NOBODY } from "../journal/journal.ts";

const IS_NOBODYS = `member_id = '${uuidOf(NOBODY)}'`;

const transfersHaveOperations: Invariant = {
  name: "transfers_have_operations",
  statement:
    "Every transfer belongs to one operation that exists, was accepted and was committed with it; an operation's transfers are numbered from one without a gap. What concerns no wallet lies with its operation.",
  facts: `select ${brokenUnless(
    `o.operation_id is not null and o.refusal is null and o.posted_at = t.first_posted and o.posted_at = t.last_posted
      and o.position = t.first_position and o.position = t.last_position and t.lowest = 1 and t.highest = t.count and 2 * t.sum = t.count * (t.count + 1)
      and coalesce(t.nobodys_first, o.bucket) = o.bucket and coalesce(t.nobodys_last, o.bucket) = o.bucket`,
    {
      operationId: id("opn", "t.operation_id"),
      entity: "o.brand",
      operation: "case when o.operation_id is null then 'missing' else coalesce(o.refusal, 'accepted') end",
      transfers: "t.count",
      numbered: "json_build_array(t.lowest, t.highest)",
      postedAt: "json_build_array(o.posted_at, t.first_posted, t.last_posted)",
      position: "json_build_array(o.position, t.first_position, t.last_position)",
    },
  )}
    from (select operation_id, count(*) as count, min(ordinal) as lowest, max(ordinal) as highest, sum(ordinal) as sum,
        min(bucket) filter (where ${IS_NOBODYS}) as nobodys_first, max(bucket) filter (where ${IS_NOBODYS}) as nobodys_last,
        min(posted_at) as first_posted, max(posted_at) as last_posted,
        min(position) as first_position, max(position) as last_position from transfers group by operation_id) t
    left join operations o using (operation_id)`,
};

const transfersConcernMembers: Invariant = {
  name: "transfers_lie_with_their_members",
  statement:
    "Every transfer lies with the wallet that it concerns, or with none; and every wallet that is named exists.",
  facts: `select ${brokenUnless("w.member_id is not null", { memberId: id("mbr", "t.member_id"), transfers: "t.count" })}
    from (select bucket, member_id, count(*) as count from transfers
      where not ${IS_NOBODYS} group by bucket, member_id) t
    left join wallets w using (bucket, member_id)`,
};

/** A parting goes by positions: what was posted before the two were one, and what after it. */
const walletsWerePostedInOrder: Invariant = {
  name: "wallets_were_posted_in_order",
  statement:
    "What was posted to a wallet stands in the journal in the order in which it was posted: a later position is never of an earlier instant.",
  facts: `select ${brokenUnless("w.inverted = 0", {
    memberId: id("mbr", "w.member_id"),
    entity: "w.entity",
    transfers: "w.count",
    inverted: "w.inverted",
  })}
    from (select member_id, count(*) as count, count(*) filter (where posted_at < former) as inverted,
        min(entity) filter (where posted_at < former) as entity
      from (select member_id, entity, posted_at,
          -- Within a transaction commands are posted at its instant, or later where a wallet of theirs has been.
          max(posted_at) over (partition by member_id order by position groups between unbounded preceding and 1 preceding) as former
        from transfers where not ${IS_NOBODYS}) t
      group by member_id) w`,
};

const operationsHaveTheirPlace: Invariant = {
  name: "operations_have_their_place",
  statement:
    "Operations that were committed together each have a place of their own, from zero without a gap; and no position is one that the server has not given out yet.",
  // One fact an operation, not one a group: how operations were grouped is a matter of timing.
  facts: `select ${brokenUnless(
    "place = expected and position < pg_snapshot_xmax(pg_current_snapshot())::text::bigint",
    {
      operationId: id("opn", "operation_id"),
      entity: "brand",
      position: "position",
      place: "place",
      expected: "expected",
    },
  )}
    from (select operation_id, brand, position, place,
        row_number() over (partition by position order by place) - 1 as expected from operations) o`,
};

const followersHaveStoppedAtOperations: Invariant = {
  name: "followers_have_stopped_at_operations",
  statement: "Whoever follows the journal has stopped right behind an operation, or has not begun.",
  facts: `select ${brokenUnless("f.position = 0 or o.position is not null", { follower: "f.name", position: "f.position" })}
    from followers f left join (select distinct position from operations) o on o.position = f.position - 1`,
};

const keysLeadToOperations: Invariant = {
  name: "keys_lead_to_operations",
  statement:
    "Every key leads to an operation that exists, and every operation that a client asked for on a member, or at a till, is found by a key.",
  facts: `select ${brokenUnless("o.operation_id is not null", { key: "k.key", operationId: id("opn", "k.operation_id") })}
    from command_keys k left join operations o on o.bucket = k.bucket and o.operation_id = k.operation_id
    union all
    select ${brokenUnless("k.operation_id is not null", {
      operationId: id("opn", "o.operation_id"),
      entity: "o.brand",
      name: "o.name",
      keys: "0",
    })}
    from operations o left join (select distinct operation_id from command_keys) k using (operation_id)
    where o.client_id is not null and (o.member_id is not null or (o.brand is not null and o.terminal_id is not null))`,
};

/** Never updated, never deleted. */
const GUARDED = oneOf([
  "transfers",
  "lot_terms",
  "policies",
  "profile_links",
  "profile_consents",
  "cannot_links",
  "member_blocks",
  "representative_uses",
  "book_changes",
  "brand_names",
  "settlement_lines",
  "break_changes",
  "break_rules",
  "ended_break_rules",
]);
/** Guards of their own, with invariants of their own: see hash-guards.ts, and src/members/accesses, src/finance/periods, src/finance/categories, src/finance/measures and src/finance/settlement. */
const GUARDED_OTHERWISE = oneOf([
  "accesses",
  "operations",
  "identifier_history",
  "turnovers",
  "category_turnovers",
  "daily_figures",
  "settlements",
]);
/** What a guard must stand before. */
const EVENTS = DELETE + UPDATE + TRUNCATE;

/** A table of the ledger itself. */
const IS_TABLE =
  "c.relkind in ('r', 'p') and c.relnamespace = (select relnamespace from pg_class where oid = 'wallets'::regclass)";

const guardsStand: Invariant = {
  name: "guards_stand",
  statement:
    "Transfers, changes of terms, policies, links of profiles, consents, pairs that are never joined, blocks of members, uses of representatives' links, changes of the books, names of brands, lines of settlements, and what was done about breaks and learnt from them are append-only: their guards are switched on, for every row, and refuse; and the service has no right to change or delete, be it a column. Nothing else acts by itself on any table of the ledger.",
  facts: `select ${brokenUnless(`coalesce(t.events & ${EVENTS} = ${EVENTS}, false)`, { table: "g.name", guard: "coalesce(t.states, 'missing')" })}
    from unnest(array[${GUARDED}]) as g(name)
    left join (
      select t.tgrelid, string_agg(distinct t.tgenabled::text, '') as states,
        bit_or(t.tgtype::int) filter (where t.tgenabled in ('O', 'A') and t.tgtype & ${BEFORE} = ${BEFORE} and t.tgqual is null and t.tgattr::text = ''
          and btrim(regexp_replace(p.prosrc, '\\s+', ' ', 'g')) = '${REFUSES}') as events
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid and p.proname = 'refuse_rewrite' group by t.tgrelid) t
      on t.tgrelid = to_regclass(g.name)
    union all
    select ${brokenUnless("not has_table_privilege('mclub_app', to_regclass(g.name), g.privilege) and not (g.privilege = 'update' and has_any_column_privilege('mclub_app', to_regclass(g.name), 'update'))", { table: "g.name", privilege: "g.privilege" })}
    from (select name, privilege from unnest(array[${GUARDED}]) as name,
      unnest(array['update', 'delete', 'truncate']) as privilege) g
    union all
    select ${brokenUnless("false", { table: "c.relname", guard: "t.tgname" })}
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where ${IS_TABLE} and not t.tgisinternal and not (p.proname = 'refuse_rewrite' and c.relname in (${GUARDED}))
      and c.relname not in (${GUARDED_OTHERWISE})
    union all
    select ${brokenUnless("false", { table: "c.relname", guard: "r.rulename" })}
    from pg_rewrite r join pg_class c on c.oid = r.ev_class where ${IS_TABLE}`,
};

/** As drizzle/0002_defaults.sql writes it. */
const WRITTEN = hashOf("concat_ws('|', version, (extract(epoch from effective_from) * 1000)::bigint, note, rules)");

const policiesAreAsWritten: Invariant = {
  name: "policies_are_as_written",
  statement:
    "Each version of the policy is as it was written, and in force from the day that was written: its hash is the one that was kept.",
  facts: `select ${brokenUnless(`${WRITTEN} = row_hash`, {
    version: "version",
    effectiveFrom: "effective_from",
    rowHash: "row_hash",
  })} from policies`,
};

export const journalInvariants: readonly Invariant[] = [
  transfersHaveOperations,
  transfersConcernMembers,
  walletsWerePostedInOrder,
  operationsHaveTheirPlace,
  followersHaveStoppedAtOperations,
  keysLeadToOperations,
  guardsStand,
  policiesAreAsWritten,
];
