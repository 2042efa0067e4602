/** Invariants of what happened once: transfers of operations, keys, holds, and the guards that keep it all. */
import { brokenUnless, decimal, id, type Invariant } from "./invariant.ts";

const transfersHaveOperations: Invariant = {
  name: "transfers_have_operations",
  statement:
    "Every transfer belongs to one operation that exists, was accepted and was posted with it; an operation's transfers are numbered from one without a gap.",
  facts: `select ${brokenUnless(
    "o.operation_id is not null and o.refusal is null and o.posted_at = t.first_posted and o.posted_at = t.last_posted and t.lowest = 1 and t.highest = t.count",
    {
      operationId: id("opn", "t.operation_id"),
      operation: "case when o.operation_id is null then 'missing' else coalesce(o.refusal, 'accepted') end",
      transfers: "t.count",
      numbered: "json_build_array(t.lowest, t.highest)",
      postedAt: "json_build_array(o.posted_at, t.first_posted, t.last_posted)",
    },
  )}
    from (select operation_id, count(*) as count, min(ordinal) as lowest, max(ordinal) as highest,
        min(posted_at) as first_posted, max(posted_at) as last_posted from transfers group by operation_id) t
    left join operations o using (operation_id)`,
};

const keysLeadToOperations: Invariant = {
  name: "keys_lead_to_operations",
  statement:
    "Every key leads to an operation that exists, and every operation that a client asked for is found by a key.",
  facts: `select ${brokenUnless("o.operation_id is not null", { key: "k.key", operationId: id("opn", "k.operation_id") })}
    from command_keys k left join operations o on o.bucket = k.bucket and o.operation_id = k.operation_id
    union all
    select ${brokenUnless("k.operation_id is not null", { operationId: id("opn", "o.operation_id"), command: "o.command", keys: "0" })}
    from operations o left join (select distinct operation_id from command_keys) k using (operation_id)
    where o.client_id is not null`,
};

/** The hash under which a receipt stands among the keys: see receiptKey. */
const receiptKeyOf = (kind: string): string => {
  const parts = ["d.brand", "d.store_id", "d.terminal_id", "d.shift", "d.number"].map(
    (column) => `to_json(${column})::text`,
  );
  const text = `'["receipt","${kind}",' || ${parts.join(" || ',' || ")} || ']'`;
  return `encode(substring(sha256(convert_to(${text}, 'UTF8')) for 16), 'hex')::uuid`;
};

const factsOfReceipts = (table: string, key: string, prefix: string, kind: string): string =>
  `select ${brokenUnless(`k.operation_id = d.${key}`, {
    [`${kind}Id`]: id(prefix, `d.${key}`),
    keyLeadsTo: id("opn", "k.operation_id"),
  })} from ${table} d left join command_keys k on k.key = ${receiptKeyOf(kind)}`;

const oneEffectPerReceipt: Invariant = {
  name: "one_effect_per_receipt",
  statement: "The natural key of each purchase's and each return's receipt leads to the one operation that made it.",
  facts: `${factsOfReceipts("purchases", "purchase_id", "pur", "purchase")}
    union all ${factsOfReceipts("returns", "return_id", "ret", "return")}`,
};

/** Parts of open holds, by lot as the API names it. */
const HELD_PARTS = `parts as (
    select h.bucket, h.member_id, p->>'lotId' as lot, sum((p->>'amount')::bigint) as amount
    from holds h, json_array_elements(h.parts) p where h.status = 'open' group by 1, 2, 3)`;

const heldIsOpenHolds: Invariant = {
  name: "held_is_open_holds",
  statement: "What is held of each lot is the sum of its parts in open holds, and the parts of each hold add up to it.",
  facts: `with ${HELD_PARTS}
    select ${brokenUnless("coalesce(l.held, 0) = coalesce(p.amount, 0)", {
      memberId: id("mbr", "member_id"),
      lotId: "lot",
      held: decimal("coalesce(l.held, 0)"),
      openHolds: decimal("coalesce(p.amount, 0)"),
    })}
    from (select bucket, member_id, ${id("lot", "lot_id")} as lot, held from lots where held <> 0) l
      full join parts p using (bucket, member_id, lot)
    union all
    select ${brokenUnless("h.amount = (select sum((p->>'amount')::bigint) from json_array_elements(h.parts) p)", {
      holdId: id("hld", "h.hold_id"),
      amount: decimal("h.amount"),
    })} from holds h`,
};

const holdsEndOnce: Invariant = {
  name: "holds_end_once",
  statement:
    "A hold is open or has one terminal state: captured or released by exactly one accepted operation, or expired at its own end by none.",
  facts: `with endings as (
      select o.answer->>'holdId' as hold, count(*) as count, min(o.answer->>'status') as status, min(o.answer->>'captured') as captured
      from operations o where o.command in ('capture-hold', 'release-hold') and o.refusal is null group by 1)
    select ${brokenUnless(
      `h.status is not null and (h.status = 'open') = (h.ended_at is null) and case h.status
        when 'captured' then e.count = 1 and e.status = 'captured' and e.captured = ${decimal("h.captured")}
        when 'released' then e.count = 1 and e.status = 'released'
        when 'expired' then e.count is null and h.ended_at = h.expires_at
        else e.count is null end`,
      {
        holdId: "hold",
        status: "h.status",
        endings: "coalesce(e.count, 0)",
        endedAs: "e.status",
        captured: decimal("h.captured"),
      },
    )}
    from (select ${id("hld", "hold_id")} as hold, status, captured, ended_at, expires_at from holds) h full join endings e using (hold)`,
};

const GUARDED = "'transfers', 'operations', 'policies', 'lot_ends'";

const guardsStand: Invariant = {
  name: "guards_stand",
  statement:
    "Transfers, operations, policies and former ends of lots are append-only: their guards are switched on, and the service has no right to change or delete.",
  facts: `select ${brokenUnless("coalesce(t.tgenabled in ('O', 'A'), false)", { table: "g.name", guard: "coalesce(t.tgenabled::text, 'missing')" })}
    from unnest(array[${GUARDED}]) as g(name)
    left join pg_trigger t on t.tgrelid = to_regclass(g.name) and t.tgname = g.name || '_are_append_only'
    union all
    select ${brokenUnless(`not has_table_privilege('mclub_app', to_regclass(g.name), g.privilege)`, { table: "g.name", privilege: "g.privilege" })}
    from (select name, privilege from unnest(array[${GUARDED}]) as name,
      unnest(array['update', 'delete', 'truncate']) as privilege) g`,
};

export const recordInvariants: readonly Invariant[] = [
  transfersHaveOperations,
  keysLeadToOperations,
  oneEffectPerReceipt,
  heldIsOpenHolds,
  holdsEndOnce,
  guardsStand,
];
