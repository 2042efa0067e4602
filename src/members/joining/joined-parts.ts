/** What a request about members needs to know of those that it would join or part, read before it is judged. */
import type { Instant } from "../../kernel/clock.ts";
import type { MemberId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { walletsWithoutLots } from "../../engine/wallets/wallet-store.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { identifierKeys } from "../identifier.ts";
import { identifierStore } from "../identifier-store.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { partsStore } from "./stores.ts";

/** A member as it was found: who is part of it, and what leads to it. All of it is compared with what is there when it is judged. */
export interface FoundMember {
  readonly memberId: MemberId;
  readonly createdAt: Instant;
  /** Members that are part of it. */
  readonly parts: readonly MemberId[];
  readonly profiles: readonly Profile[];
  /** The keys of what its profiles have brought and leads to somebody. */
  readonly identifiers: readonly string[];
}

/** `member_not_found` where there is no such member. */
export async function findMember(tx: Transaction, memberId: MemberId): Promise<FoundMember> {
  const [wallets, parts, profiles] = await Promise.all([
    walletsWithoutLots.load(tx, [memberId]),
    partsStore.load(tx, [memberId], "none"),
    profileStore.load(tx, [memberId], "none"),
  ]);
  const wallet = wallets.get(memberId);
  if (wallet === undefined) throw new Problem("member_not_found");
  const own = profiles.get(memberId) ?? [];
  const known = await identifierStore.load(tx, [...new Set(own.flatMap(identifierKeys))], "none");
  return {
    memberId,
    createdAt: wallet.createdAt,
    parts: parts.get(memberId) ?? [],
    profiles: own,
    identifiers: [...known.keys()],
  };
}

/** Whether lists of ids are the same, in any order. */
export const sameIds = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && new Set([...one, ...other]).size === one.length;

/** Whether a member is still as it was found: it stands for itself and for the same others, and has the same profiles. */
export function isAsFound({ document }: CommandContext, draft: WalletDraft, found: FoundMember): boolean {
  if (draft.owner.survivorId !== null) return false;
  const profiles = (document(profileStore, found.memberId) ?? []).map(({ id }) => id);
  return (
    sameIds(document(partsStore, found.memberId) ?? [], found.parts) &&
    sameIds(
      profiles,
      found.profiles.map(({ id }) => id),
    )
  );
}
