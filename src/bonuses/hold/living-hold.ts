/** Where a hold is: it has a row in each wallet that it has been in, and all but one say that it has moved on. */
import { bucketOf, type HoldId, type MemberId, uuidOf } from "../../kernel/ids.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { holdOf, holdRows } from "../../engine/wallets/wallet-rows.ts";
import type { Hold } from "../../ledger/hold.ts";

const FIND = `select ${holdRows.list("h")} from holds h where h.bucket = $1::smallint and h.hold_id = $2::uuid`;
const FIND_OF = `${FIND} and h.member_id = $3::uuid`;

/** Where it was placed, or, where it has gone with its member since, in the wallet that has it now. */
export async function livingHold(tx: Transaction, id: HoldId): Promise<Hold | undefined> {
  const rows = await tx.values(FIND, [bucketOf(id), uuidOf(id)]);
  const placed = rows.map(holdOf);
  const living = placed.find(({ status }) => status !== "moved") ?? placed[0];
  if (living?.status !== "moved") return living;
  // All of its rows know the same way, as far as they have come: the last one that left its first wallet knows most.
  const last = placed
    .flatMap(({ moves }) => moves.filter((move) => move.event === "move"))
    .sort((a, b) => a.at - b.at)
    .at(-1);
  return last === undefined ? living : followed(tx, id, last.to);
}

async function followed(tx: Transaction, id: HoldId, memberId: MemberId): Promise<Hold | undefined> {
  const [values] = await tx.values(FIND_OF, [bucketOf(memberId), uuidOf(id), uuidOf(memberId)]);
  const hold = values === undefined ? undefined : holdOf(values);
  const last = hold?.moves.filter((move) => move.event === "move").at(-1);
  return hold?.status === "moved" && last !== undefined && last.to !== memberId ? followed(tx, id, last.to) : hold;
}
