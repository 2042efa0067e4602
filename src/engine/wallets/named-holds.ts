/** Holds that commands name, as they are read with the wallets. */
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { groupBy } from "../../kernel/group-by.ts";
import type { HoldId, MemberId } from "../../kernel/ids.ts";
import type { Hold } from "../../ledger/hold.ts";
import type { Transaction } from "../connection/session.ts";
import { holdOf, holdRows } from "./wallet-rows.ts";

/** A hold that is named, with the wallet for which it is, and others in which it may have ended. */
export interface NamedHold {
  readonly memberId: MemberId;
  readonly holdId: HoldId;
  readonly from: readonly MemberId[];
}

const NAMED = `select ${holdRows.list("h")} from holds h
  where h.bucket = any($1::smallint[]) and h.member_id = any($2::uuid[]) and h.hold_id = any($3::uuid[])`;

/**
 * By wallet: as it has them itself; what it has not, or not any more, as it has ended in another. Whoever wants to open that again
 * brings it into the wallet first.
 */
export async function holdsNamed(tx: Transaction, named: readonly NamedHold[]): Promise<Map<MemberId, Hold[]>> {
  if (named.length === 0) return new Map();
  const ids = [...new Set(named.flatMap(({ memberId, from }) => [memberId, ...from]))];
  const holdIds = [...new Set(named.map(({ holdId }) => holdId))];
  const rows = (await tx.values(NAMED, [bucketsOf(ids), uuidsOf(ids), uuidsOf(holdIds)])).map(holdOf);
  const known = new Map(rows.map((hold) => [keyOf(hold.memberId, hold.id), hold]));
  const found = named.flatMap(({ memberId, holdId, from }) => {
    const own = known.get(keyOf(memberId, holdId));
    const isGone = own === undefined || own.status === "moved";
    const others = isGone ? from.flatMap((other) => known.get(keyOf(other, holdId)) ?? []) : [];
    const hold = others.find(hasEnded) ?? own;
    return hold === undefined ? [] : [{ memberId, hold }];
  });
  const byWallet = groupBy(found, ({ memberId }) => memberId);
  return new Map([...byWallet].map(([memberId, list]) => [memberId, list.map(({ hold }) => hold)]));
}

const keyOf = (memberId: MemberId, holdId: HoldId): string => `${memberId}|${holdId}`;
const hasEnded = ({ status }: Hold): boolean => status !== "open" && status !== "moved";
