/**
 * Turnovers by category: what lines of receipts have moved, and beside it, under no category, what belongs to no line. A follower adds
 * stretch after stretch of the journal; whoever reads adds what it has not come to yet, in the same statement. Together the
 * categories are the turnovers of the same entity, day, event and store, and the proof says so.
 */
import { MARK } from "../../engine/definition/export.ts";
import type { Follower } from "../../engine/definition/follower.ts";
import { accountingDay, storeAccounted } from "../turnovers/turnovers.ts";
import { isOfLines } from "./of-lines.ts";
import { type Holds, linesMoved, type Which } from "./receipts.ts";

export const CATEGORY_DIMENSIONS = ["entity", "day", "event", "store_id", "category"] as const;
const LIST = CATEGORY_DIMENSIONS.join(", ");

/** SQL: transfers that belong to no line of a receipt. */
const ofNoLine = (holds: Holds): string =>
  `select t.entity, ${accountingDay} as day, t.event, ${storeAccounted} as store_id, '' as category, t.amount
    from transfers t
      join operations o on o.operation_id = t.operation_id and o.position = t.position
      join policies p on p.version = o.policy_version
    where ${holds("t.position")} and ${holds("o.position")} and not ${isOfLines}`;

/** SQL: the turnovers by category of a part of the journal. */
export const byCategory = (which: Which, holds: Holds): string =>
  `select ${LIST}, sum(amount)::bigint as amount from (${linesMoved(which, holds)} union all ${ofNoLine(holds)}) moved
    group by ${LIST}`;

const ADD = `insert into category_turnovers as kept (${LIST}, amount)
  ${byCategory("some", (position) => `${position} >= $1::bigint and ${position} < $2::bigint`)}
  on conflict (${LIST}) do update set amount = kept.amount + excluded.amount`;

export const categoryFollower: Follower = {
  name: "categories",
  add: (tx, { from, below }) => tx.run(ADD, [from.toString(), below.toString()]),
  clear: (tx) => tx.run("delete from category_turnovers"),
};

/** SQL: how far the follower has come. */
export const FOLLOWED = `coalesce((select position from followers where name = '${categoryFollower.name}'), 0)`;

/** SQL: the turnovers by category as of a mark of the journal, from either side of where it has been followed. */
export const categoriesAtMark = `select ${LIST}, amount from category_turnovers
  union all ${byCategory("some", (position) => `${position} >= ${FOLLOWED} and ${position} < ${MARK}`)}
  union all select ${LIST}, -amount
    from (${byCategory("some", (position) => `${position} >= ${MARK} and ${position} < ${FOLLOWED}`)}) later`;
