/** What a group needs and strangers have locked: it was left out when the rest was locked. */
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { type MemberId, uuidOf } from "../../kernel/ids.ts";
import type { Transaction } from "../connection/session.ts";
import type { Needs } from "../definition/context.ts";
import type { DocumentNeed } from "../definition/document-store.ts";
import type { Loaded } from "./group-state.ts";
import { documentsOf } from "./load.ts";

/** Whether a command needs something that somebody else has locked. */
export type IsBusy = (needs: Needs) => boolean;

export const nothingIsBusy: IsBusy = () => false;

export async function lockedByOthers(
  tx: Transaction,
  needs: readonly Needs[],
  { wallets, documents }: Loaded,
): Promise<IsBusy> {
  const members = new Set(needs.flatMap((need) => need.wallets ?? []).filter((id) => !wallets.has(id)));
  const [there, ...seen] = await Promise.all([
    existing(tx, [...members]),
    ...documentsOf(needs).map(async ([store, ids]) => {
      const plain: ReadonlyMap<string, unknown> = await store.load(tx, ids, "none");
      const locked = documents.get(store)?.loaded;
      const busy = ids.filter((id) => isMore(plain.get(id), locked?.get(id)));
      return [store, new Set(busy)] as const;
    }),
  ]);
  const busyDocuments = new Map(seen);
  const isLocked = ({ store, id }: DocumentNeed) => busyDocuments.get(store)?.has(id) === true;
  return ({ wallets: ids = [], documents: named = [] }) => ids.some((id) => there.has(id)) || named.some(isLocked);
}

/** Whether there is a document, or more of one that is a list of rows, than could be locked. */
function isMore(there: unknown, locked: unknown): boolean {
  if (there === undefined) return false;
  if (locked === undefined) return true;
  return Array.isArray(there) && Array.isArray(locked) && there.length > locked.length;
}

const EXISTING = `select member_id from wallets where bucket = any($1::smallint[]) and member_id = any($2::uuid[])`;

/** Members that do have a wallet. */
async function existing(tx: Transaction, members: readonly MemberId[]): Promise<Set<MemberId>> {
  if (members.length === 0) return new Set();
  const found = await tx.run<{ member_id: string }>(EXISTING, [bucketsOf(members), uuidsOf(members)]);
  const there = new Set(found.map(({ member_id }) => member_id.replaceAll("-", "")));
  return new Set(members.filter((id) => there.has(uuidOf(id))));
}
