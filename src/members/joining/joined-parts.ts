/** What a request about members needs to know of those that it would join or part, read before it is judged. */
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import type { Instant } from "../../kernel/clock.ts";
import { fromUuid, type LotId, type MemberId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { walletsWithoutLots } from "../../engine/wallets/wallet-store.ts";
import { identifierKeys } from "../identifier.ts";
import { identifierStore } from "../identifier-store.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { partsStore } from "./stores.ts";

/** A member as it was found: who is part of it, and what leads to it. All of it is compared with what is there when it is judged. */
export interface FoundMember {
  readonly memberId: MemberId;
  readonly createdAt: Instant;
  /** Of its wallet. */
  readonly version: bigint;
  /** Members that are part of it. */
  readonly parts: readonly MemberId[];
  readonly profiles: readonly Profile[];
  /** The keys of what its profiles have brought and leads to somebody. */
  readonly identifiers: readonly string[];
  /** Open lots. */
  readonly lots: readonly LotId[];
}

/** So many lots of one member are moved at once. */
export const MOST_LOTS = 10_000;

const OPEN_LOTS = `select l.lot_id from lots l where l.bucket = any($1::smallint[]) and l.member_id = any($2::uuid[]) and not l.closed
  order by l.lot_id limit ${MOST_LOTS + 1}`;

/** `member_not_found` where there is no such member. */
export async function findMember(tx: Transaction, memberId: MemberId): Promise<FoundMember> {
  const [wallets, parts, profiles, rows] = await Promise.all([
    walletsWithoutLots.load(tx, [memberId]),
    partsStore.load(tx, [memberId], "none"),
    profileStore.load(tx, [memberId], "none"),
    tx.run<{ lot_id: string }>(OPEN_LOTS, [bucketsOf([memberId]), uuidsOf([memberId])]),
  ]);
  const wallet = wallets.get(memberId);
  if (wallet === undefined) throw new Problem("member_not_found");
  const own = profiles.get(memberId) ?? [];
  const known = await identifierStore.load(tx, [...new Set(own.flatMap(identifierKeys))], "none");
  return {
    memberId,
    createdAt: wallet.createdAt,
    version: wallet.version,
    parts: parts.get(memberId) ?? [],
    profiles: own,
    identifiers: [...known.keys()],
    lots: rows.map(({ lot_id }) => fromUuid("lot", lot_id)),
  };
}

/** Whether lists of ids are the same, in any order. */
export const sameIds = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && new Set([...one, ...other]).size === one.length;
