/** Invariants of wallets: their totals as lots, as transfers, by entity; and what they know of their own future. */
import { LOT_ACCOUNTS, MEMBER_ACCOUNTS } from "../../ledger/account.ts";
import { both, brokenUnless, decimal, id, oneOf, type Invariant, same } from "../definition/invariant.ts";
import { bucketIn, moved, movedInLots, OWED } from "../transfer-sql.ts";

const memberId = id("mbr", "member_id");

const walletsAreTheirLots: Invariant = {
  name: "wallets_are_their_lots",
  statement: "Pending, available and held of each wallet are the sums of its lots. Shown: the wallet's, the lots'.",
  facts: `select ${brokenUnless(same("w", "l", LOT_ACCOUNTS), { memberId, ...both("w", "l", LOT_ACCOUNTS) })}
    from wallets w full join (
      select bucket, member_id, sum(pending) as pending, sum(available) as available, sum(held) as held
      from lots group by bucket, member_id) l using (bucket, member_id)`,
  figures: `select label, amount, null::text as entity from (select coalesce(sum(pending), 0) as pending,
      coalesce(sum(available), 0) as available, coalesce(sum(held), 0) as held, coalesce(sum(debt), 0) as debt from wallets) totals,
    lateral (values ('pending', pending::text), ('available', available::text), ('held', held::text), ('debt', debt::text))
      as figure(label, amount)`,
};

const ON_MEMBERS = `(debit in (${oneOf(MEMBER_ACCOUNTS)}) or credit in (${oneOf(MEMBER_ACCOUNTS)}))`;

const walletsAreTheirTransfers: Invariant = {
  name: "wallets_are_their_transfers",
  statement:
    "Pending, available, held and debt of each wallet are the sums of its transfers, none of which was posted later. Shown: the wallet's, the transfers'.",
  facts: `select ${brokenUnless(
    `w.status is not null and ${same("w", "t", MEMBER_ACCOUNTS)} and coalesce(t.posted_at <= w.posted_at, true)`,
    { memberId, ...both("w", "t", MEMBER_ACCOUNTS), postedAt: "json_build_array(w.posted_at, t.posted_at)" },
  )}
    from wallets w full join (
      select bucket, member_id, max(posted_at) as posted_at, ${movedInLots}, ${OWED} as debt
      from transfers where ${ON_MEMBERS} group by bucket, member_id) t using (bucket, member_id)`,
};

/** A wallet's totals by entity, as rows. */
const BY_ISSUER = `known as (
    select w.bucket, w.member_id, e.key as entity, ${MEMBER_ACCOUNTS.map((account, place) => `(e.value->>${place})::bigint as ${account}`).join(", ")}
    from wallets w, json_each(w.by_issuer) e)`;

const walletsByIssuer: Invariant = {
  name: "wallets_by_issuer",
  statement:
    "What each wallet has of each issuer, and owes to it, is the sum of transfers in that entity's books, and adds up to the wallet's totals.",
  facts: `with ${BY_ISSUER},
    posted as (
      select bucket, member_id, entity, ${movedInLots}, ${OWED} as debt
      from transfers where ${ON_MEMBERS} group by bucket, member_id, entity)
    select ${brokenUnless(same("k", "p", MEMBER_ACCOUNTS), { memberId, entity: "entity", ...both("k", "p", MEMBER_ACCOUNTS) })}
    from known k full join posted p using (bucket, member_id, entity)
    union all
    select ${brokenUnless(same("w", "k", MEMBER_ACCOUNTS), { memberId, ...both("w", "k", MEMBER_ACCOUNTS) })}
    from wallets w left join (
      select bucket, member_id, ${MEMBER_ACCOUNTS.map((account) => `sum(${account}) as ${account}`).join(", ")}
      from known group by bucket, member_id) k using (bucket, member_id)`,
  figures: `with ${BY_ISSUER}
    select entity || ' ' || label as label, amount, entity from (
      select entity, ${MEMBER_ACCOUNTS.map((account) => `sum(${account}) as ${account}`).join(", ")} from known group by entity) totals,
    lateral (values ${MEMBER_ACCOUNTS.map((account) => `('${account}', ${account}::text)`).join(", ")}) as figure(label, amount)
    order by 1`,
};

/**
 * Lots that were closed in a wallet before they had ended, and that another wallet has as well. Only those are looked for
 * elsewhere, all at once: one look for each of them would be one at all lots, since lots lie with their members.
 */
const SHARED = `early as (
    select l.lot_id from lots l left join wallets w using (bucket, member_id)
    where l.closed and coalesce(l.expires_at > w.posted_at, true)),
  shared as (
    select lot_id from lots where lot_id in (select lot_id from early) group by lot_id having count(distinct member_id) > 1)`;

const nothingBelowZero: Invariant = {
  name: "nothing_below_zero",
  statement:
    "No wallet, no lot and no suspense is below zero in any account, and a closed lot is empty, and has ended, or another wallet has it as well.",
  facts: `with ${SHARED}
    select ${brokenUnless("least(pending, available, held, debt) >= 0", {
      memberId,
      lowest: decimal("least(pending, available, held, debt)"),
    })} from wallets
    union all
    select ${brokenUnless(
      `least(l.pending, l.available, l.held) >= 0 and (not l.closed or (l.pending + l.available + l.held = 0
        and (l.expires_at <= w.posted_at or s.lot_id is not null)))`,
      {
        memberId: id("mbr", "l.member_id"),
        lotId: id("lot", "l.lot_id"),
        entity: "l.issuer",
        lowest: decimal("least(l.pending, l.available, l.held)"),
        closed: "l.closed",
      },
    )} from lots l left join wallets w using (bucket, member_id) left join shared s using (lot_id)
    union all
    select ${brokenUnless("amount >= 0", { entity: "entity", account: "'suspense'", lowest: decimal("amount") })}
    from (select entity, ${moved("suspense")} as amount from transfers
      where debit = 'suspense' or credit = 'suspense' group by entity) s`,
};

/** When time next moves bonuses of an open lot, and when it next changes anything: see src/ledger/lot.ts. */
const NEXT = `select bucket, member_id,
      min(case when pending > 0 then active_at when available > 0 then expires_at end) as next_move,
      min(case when pending > 0 then active_at when held > 0 and available = 0 then null else expires_at end) as next_turn
    from lots where not closed group by bucket, member_id`;
const EARLIEST_HOLD = `select bucket, member_id, min(expires_at) as ends from holds where status = 'open' group by bucket, member_id`;

/** Least of instants, of which any may be absent: never. */
const earliest = (instants: readonly string[]): string =>
  `least(${instants.map((instant) => `coalesce(${instant}, 'infinity')`).join(", ")})`;

const walletsKnowTheirNextTurn: Invariant = {
  name: "wallets_know_their_next_turn",
  statement:
    "No wallet expects time's next move, or the end of its next lot of a kind, later than its open lots and holds have it.",
  facts: `select ${brokenUnless(
    `coalesce(w.next_move_at, 'infinity') <= ${earliest(["l.next_move", "h.ends"])}
      and coalesce(w.next_turn_at, 'infinity') <= ${earliest(["l.next_turn", "h.ends"])}`,
    {
      memberId,
      nextMoveAt: `json_build_array(w.next_move_at, ${earliest(["l.next_move", "h.ends"])})`,
      nextTurnAt: `json_build_array(w.next_turn_at, ${earliest(["l.next_turn", "h.ends"])})`,
    },
  )}
    from wallets w left join (${NEXT}) l using (bucket, member_id) left join (${EARLIEST_HOLD}) h using (bucket, member_id)
    union all
    select ${brokenUnless("coalesce(to_timestamp((w.soonest_ends->>l.kind)::bigint / 1000.0) <= l.ends, false)", {
      memberId,
      kind: "l.kind",
      soonestEnd: "json_build_array(to_timestamp((w.soonest_ends->>l.kind)::bigint / 1000.0), l.ends)",
    })}
    from (select bucket, member_id, kind, min(expires_at) as ends from lots where not closed group by bucket, member_id, kind) l
    left join wallets w using (bucket, member_id)`,
};

/** Whether an operation has told the version that the wallet has with it. */
const TELLS = `(o.answer::text like '%"balance":{%')`;
/**
 * Between which versions each wallet must be, by what its operations have told. Versions grow as its writers come one after
 * another, and so do those writers' moments; but whoever only looks tells a version at the moment of its own service's clock,
 * which may be ahead of what is written next. So what tells a version says no more than that its writer came no later:
 * whatever has moved something later than that has come after it, and whatever tells none and is not earlier may have. Of all
 * that is told since the last that both moved something and told of it, the strictest counts for the least, and the widest for
 * the most.
 */
const TOLD = `touched as (
    select member_id, operation_id from transfers union select member_id, operation_id from lot_terms),
  others as (
    -- Operations that concern another member first: who is joined with it, or parts from it, or has its lots.
    select member_id, operation_id, bool_or(wrote) as wrote from (
      select t.member_id, t.operation_id, true as wrote from touched t join operations o using (operation_id)
      where t.member_id is distinct from o.member_id and t.member_id in (select member_id from wallets)
      union all select k.home_id, k.operation_id, false from profile_links k where k.operation_id <> k.profile_id
      union all select member_id, member_id, true from wallets) each
    group by member_id, operation_id),
  concerned as (
    select o.member_id, o.posted_at, o.answer, ${TELLS} as tells,
      t.operation_id is not null or o.operation_id = o.member_id as wrote
    from operations o left join touched t using (member_id, operation_id) where o.refusal is null and o.member_id is not null
    union all
    select c.member_id, o.posted_at, null, false, c.wrote
    from others c join operations o using (operation_id) where o.member_id is distinct from c.member_id),
  lasts as (
    select member_id, max(posted_at) as at, max(posted_at) filter (where tells and wrote) as wrote_at
    from concerned group by member_id),
  since as (
    select member_id, l.at, l.wrote_at, c.tells, c.wrote, case when c.tells then (c.answer->'balance'->>'version')::bigint end as version,
      count(*) filter (where c.wrote) over later - count(*) filter (where c.wrote) over at_once as surely,
      count(*) filter (where not c.tells) over later as perhaps
    from concerned c join lasts l using (member_id) where c.posted_at >= coalesce(l.wrote_at, '-infinity')
    window later as (partition by member_id order by c.posted_at desc), at_once as (partition by member_id, c.posted_at)),
  told as (
    select member_id, at,
      greatest(max(version + surely), count(*) filter (where wrote and wrote_at is null)) as least,
      greatest(max(version + perhaps), count(*) filter (where not tells and wrote_at is null)) as most
    from since group by member_id, at)`;

const walletsAreAsTheyWereLeft: Invariant = {
  name: "wallets_are_as_they_were_left",
  statement:
    "Each wallet was born with the operation whose number it has, and stands in the bucket that its number names. Its version is the greatest that its operations have told, but for those since that tell none, and it was not changed later than by the last. Shown: the wallet's, and between which versions those have left it.",
  facts: `with ${TOLD}
    select ${brokenUnless(
      `b.posted_at = w.created_at and w.posted_at <= t.at and w.bucket = ${bucketIn("w.member_id")}
        and w.version between t.least and t.most`,
      {
        memberId: id("mbr", "w.member_id"),
        version: "json_build_array(w.version, t.least, t.most)",
        postedAt: "json_build_array(w.posted_at, t.at)",
        createdAt: "json_build_array(w.created_at, b.posted_at)",
        bucket: `json_build_array(w.bucket, ${bucketIn("w.member_id")})`,
      },
    )}
    from wallets w left join operations b on b.operation_id = w.member_id
      left join told t on t.member_id = w.member_id`,
};

export const walletInvariants: readonly Invariant[] = [
  walletsAreTheirLots,
  walletsAreTheirTransfers,
  walletsByIssuer,
  nothingBelowZero,
  walletsKnowTheirNextTurn,
  walletsAreAsTheyWereLeft,
];
