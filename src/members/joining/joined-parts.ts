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
  /** The keys of all that its profiles have brought. */
  readonly brought: readonly string[];
  /** Of those, what leads to somebody. */
  readonly identifiers: readonly string[];
}

/** A member with all who are part of it. */
export const allOf = ({ memberId, parts }: Pick<FoundMember, "memberId" | "parts">): MemberId[] => [memberId, ...parts];

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
  const brought = broughtBy(own);
  const known = await identifierStore.load(tx, brought, "none");
  return {
    memberId,
    createdAt: wallet.createdAt,
    parts: parts.get(memberId) ?? [],
    profiles: own,
    brought,
    identifiers: [...known.keys()],
  };
}

/** The keys of all that profiles have brought, each once. */
const broughtBy = (profiles: readonly Profile[]): string[] => [...new Set(profiles.flatMap(identifierKeys))];

/** Whether lists of ids are the same, in any order. */
export const sameIds = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && new Set([...one, ...other]).size === one.length;

const idOf = ({ id }: Profile) => id;

/** Whether a member is still as it was found: it stands for itself and for the same others, and has the same profiles with the same identifiers. */
export function isAsFound({ document }: CommandContext, draft: WalletDraft, found: FoundMember): boolean {
  if (draft.owner.survivorId !== null) return false;
  const profiles = document(profileStore, found.memberId) ?? [];
  return (
    sameIds(document(partsStore, found.memberId) ?? [], found.parts) &&
    sameIds(profiles.map(idOf), found.profiles.map(idOf)) &&
    // What was brought meanwhile would stay behind.
    sameIds(broughtBy(profiles), found.brought)
  );
}
