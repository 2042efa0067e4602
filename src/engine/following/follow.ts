/**
 * Follows the journal in the order of its commits. What a follower keeps and how far it has come are written in one commit, so
 * nothing is missed and nothing comes twice, whatever ends in the middle. One process does it at a time: whoever has the
 * row of the follower locked; another one goes on where it has ended.
 */
import { HORIZON } from "../../db/horizon.ts";
import type { Transaction } from "../connection/session.ts";
import type { Follower } from "../definition/follower.ts";

/** Most operations of one commit, but for those of the last transaction, which belong together. */
const OPERATIONS_AT_ONCE = 2_000;

/**
 * A stretch is found by its positions, which are newer than what the planner knows of the tables, and is joined by hash: it would
 * take it for a single row, and go through it again for each.
 */
export const BY_POSITIONS: Readonly<Record<string, string>> = {
  plan_cache_mode: "force_custom_plan",
  enable_seqscan: "off",
  enable_nestloop: "off",
  enable_mergejoin: "off",
};

const ENTER = "insert into followers (name, position) values ($1::text, 0) on conflict do nothing";
const IS_THERE = "select from followers where name = $1::text";
const TAKE = "select position from followers where name = $1::text for update skip locked";
const END = `select max(position) as last, count(*)::int as operations from (
    select position from operations
    where position >= $1::bigint and position < ${HORIZON}
    order by position limit $2::int) o`;
const MOVE = "update followers set position = $2::bigint where name = $1::text";

/** How it went: another process follows; nothing was there to add; or so many operations were added, and there may be more. */
export type Followed = "elsewhere" | "at_end" | { readonly operations: number; readonly more: boolean };

/** Adds the next stretch, where there is one and no other process is at it. Within one transaction. */
export async function followOnce(tx: Transaction, follower: Follower, limit = OPERATIONS_AT_ONCE): Promise<Followed> {
  const from = await take(tx, follower);
  if (from === undefined) return "elsewhere";
  const [end] = await tx.run<{ last: bigint | null; operations: number }>(END, [from.toString(), limit]);
  if (end === undefined || end.last === null) return "at_end";
  const below = end.last + 1n;
  await follower.add(tx, { from, below });
  await tx.run(MOVE, [follower.name, below.toString()]);
  return { operations: end.operations, more: end.operations === limit };
}

/** Throws away what a follower keeps, so that it begins anew; false where another process is at it. Within one transaction. */
export async function beginAnew(tx: Transaction, follower: Follower): Promise<boolean> {
  if ((await take(tx, follower)) === undefined) return false;
  // First of all: what it keeps may be guarded as far as it has come.
  await tx.run(MOVE, [follower.name, "0"]);
  await follower.clear(tx);
  return true;
}

/** How far it has come, with its row locked; undefined where another process has it. */
async function take(tx: Transaction, { name }: Follower): Promise<bigint | undefined> {
  const taken = async () => (await tx.run<{ position: bigint }>(TAKE, [name]))[0]?.position;
  const position = await taken();
  if (position !== undefined || (await tx.run(IS_THERE, [name])).length > 0) return position;
  await tx.run(ENTER, [name]);
  return taken();
}
