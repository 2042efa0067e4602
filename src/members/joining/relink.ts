/** Has profiles, the identifiers that they brought, and a block lead to another member. */
import type { MemberId, ProfileId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Saved, save } from "../../engine/definition/decision.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { identifierKeys } from "../identifier.ts";
import { identifierStore, leadingBy } from "../identifier-store.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { carryBlock } from "./carry-block.ts";
import type { Leaving } from "./leaving.ts";
import { linkRef, linkStore } from "../link-store.ts";

interface Relinking {
  /** Keys of identifiers of the profiles in question and others; some lead to nobody. */
  readonly brought: readonly string[];
  readonly home?: MemberId | undefined;
  readonly there?: readonly Profile[];
}

/** `home`: the member that they belong to apart from all others; absent: it stays. `there`: profiles that lead to it already. Answers how many identifiers lead elsewhere now. */
export function relink(
  context: CommandContext,
  moving: readonly ProfileId[],
  from: MemberId,
  to: MemberId,
  { home, there = [], brought: all }: Relinking,
): { readonly documents: readonly Saved[]; readonly identifiers: number } {
  const { operationId, now, document } = context;
  const before = document(profileStore, from) ?? [];
  const profiles = before.filter(({ id }) => moving.includes(id));
  const moved = profiles.map((profile) => ({ ...profile, memberId: to, homeId: home ?? profile.homeId }));
  const left = before.filter(({ id }) => !moving.includes(id));
  const brought = new Set(profiles.flatMap(identifierKeys));
  const identifiers = all.flatMap((key) => {
    const known = leadingBy(context, key);
    // Another profile may have brought it first, and keeps it.
    return known === undefined || !brought.has(key) || !moving.includes(known.profileId)
      ? []
      : [save(identifierStore, key, { ...known, memberId: to })];
  });
  const links = moved.map(({ id: profileId, homeId }) => {
    const link = { profileId, operationId, memberId: to, homeId, since: now };
    return save(linkStore, linkRef(link), link);
  });
  return {
    documents: [
      save(profileStore, from, left),
      save(profileStore, to, [...there, ...moved]),
      ...identifiers,
      ...links,
      ...carryBlock(context, from, to),
    ],
    identifiers: identifiers.length,
  };
}

/** The wallets know that they part: those who leave are stood for by the first of them, and whoever was found by one of them is not to be looked for here. */
export function partOwners({ wallet }: CommandContext, one: WalletDraft, other: WalletDraft, leaving: Leaving): void {
  for (const id of leaving.members) {
    wallet(id)?.setOwner({ survivorId: id === other.memberId ? null : other.memberId });
  }
  const gone = [...leaving.members, ...leaving.profiles];
  one.setOwner({ parted: [...new Set([...(one.owner.parted ?? []), ...gone])] });
}
