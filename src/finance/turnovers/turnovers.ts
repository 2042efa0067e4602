/**
 * Turnovers of the accounts, added up from transfers: by entity, day, account, event, kind of lot and store. The follower adds
 * stretch after stretch; whoever reads adds the transfers that it has not come to yet, in the same statement, so what is
 * told is exact at any moment.
 *
 * A day is the one on which a transfer is accounted: that on which its operation was posted; of what time does (HAPPENS in
 * src/ledger/transfer.ts), that on which it was due, whenever somebody came to post it. Where the month of that day was closed
 * before, it is the first day of the first open month.
 */
import { MARK } from "../../engine/definition/export.ts";
import type { Follower } from "../../engine/definition/follower.ts";
import { oneOf } from "../../engine/definition/invariant.ts";
import { openFromAt } from "../periods/open-from.ts";
import { HAPPENS, TRANSFER_EVENTS } from "../../ledger/transfer.ts";

export const DIMENSIONS = ["entity", "day", "account", "event", "kind", "store_id"] as const;
const LIST = DIMENSIONS.join(", ");
const WHEN_DUE = oneOf(TRANSFER_EVENTS.filter((event) => HAPPENS[event] === "when_due"));

const IS_DUE = `t.event in (${WHEN_DUE})`;
const OWN_DAY = `case when ${IS_DUE} then (t.occurred_at at time zone (p.rules->>'zone'))::date else o.accounting_date end`;

/**
 * SQL: the day on which a transfer `t` of an operation `o` is accounted, by the zone of its rules `p`: none that was closed when
 * it was posted.
 */
export const accountingDay = `greatest(${OWN_DAY}, (${openFromAt("t.position")}))`;

/** SQL: the store where a transfer `t` of an operation `o` is accounted; empty where there is none, and of what time does. */
export const storeAccounted = `case when ${IS_DUE} then '' else coalesce(o.store_id, '') end`;

/** How the lots of transfers are found: of some by their keys, of all by a join. */
const LOTS = {
  some: {
    kind: "(select kind from lots l where l.bucket = t.bucket and l.member_id = t.member_id and l.lot_id = t.lot_id)",
    join: "",
  },
  all: {
    kind: "l.kind",
    join: "left join lots l on l.bucket = t.bucket and l.member_id = t.member_id and l.lot_id = t.lot_id",
  },
};

/** SQL: the kind of a transfer `t`, by that of its lot. A grant on suspense has no lot yet, and the kind of its account. */
export const kindOf = (kind: string): string =>
  `coalesce(${kind}, substring(t.debit from '^issuance:(.*)$'), substring(t.credit from '^issuance:(.*)$'), '')`;

/** SQL: the turnovers of some transfers or of all, those of positions of which a condition holds. */
export function addedUp(which: keyof typeof LOTS, holds: (position: string) => string): string {
  const { kind, join } = LOTS[which];
  return `select ${LIST}, sum(debit)::bigint as debit, sum(credit)::bigint as credit from (
      select entity, day, event, kind, store_id, side.account, side.debit, side.credit
      from (select t.entity, t.event, t.debit, t.credit, t.amount,
          ${kindOf(kind)} as kind,
          ${storeAccounted} as store_id,
          ${accountingDay} as day
        from transfers t
          join operations o on o.operation_id = t.operation_id and o.position = t.position
          join policies p on p.version = o.policy_version
          ${join}
        where ${holds("t.position")} and ${holds("o.position")}) moved
        cross join lateral (values (moved.debit, moved.amount, 0::bigint), (moved.credit, 0::bigint, moved.amount)) as side (account, debit, credit)
      ) sides
    group by ${LIST}`;
}

const ADD = `insert into turnovers as kept (${LIST}, debit, credit)
  ${addedUp("some", (position) => `${position} >= $1::bigint and ${position} < $2::bigint`)}
  on conflict (entity, day, account, event, kind, store_id)
  do update set debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit`;

export const turnoverFollower: Follower = {
  name: "turnovers",
  add: (tx, { from, below }) => tx.run(ADD, [from.toString(), below.toString()]),
  clear: (tx) => tx.run("delete from turnovers"),
};

/** SQL: how far the follower has come. */
export const FOLLOWED = `coalesce((select position from followers where name = '${turnoverFollower.name}'), 0)`;

/** SQL: the turnovers as they are at this moment: those that are kept, and those of what was posted since. */
export const TURNOVERS = `select ${LIST}, debit, credit from turnovers
  union all ${addedUp("some", (position) => `${position} >= ${FOLLOWED}`)}`;

/** SQL: the same as of a mark of the journal, from either side of where it has been followed. */
export const turnoversAtMark = `select ${LIST}, debit, credit from turnovers
  union all ${addedUp("some", (position) => `${position} >= ${FOLLOWED} and ${position} < ${MARK}`)}
  union all select ${LIST}, -debit, -credit
    from (${addedUp("some", (position) => `${position} >= ${MARK} and ${position} < ${FOLLOWED}`)}) later`;

/** SQL: of a group of them, whether any transfer before the mark is in it: what came later leaves rows that come to nothing. */
export const HAS_MOVED = "(sum(debit) <> 0 or sum(credit) <> 0)";
