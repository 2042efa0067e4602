/** How two members become one, whatever has asked for it: what is found of them, what is locked, and what is decided. */
import type { z } from "@hono/zod-openapi";
import type { Instant } from "../../../kernel/clock.ts";
import { as, type MemberId } from "../../../kernel/ids.ts";
import type { CommandContext, Needs } from "../../../engine/definition/context.ts";
import {
  type Refused,
  refuse,
  type Rejected,
  reject,
  type Saved,
  save,
  type Stale,
  stale,
} from "../../../engine/definition/decision.ts";
import { need } from "../../../engine/definition/document-store.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import type { Personal } from "../../../engine/definition/lookup.ts";
import type { LedgerEvent } from "../../../engine/event.ts";
import type { WalletDraft } from "../../../ledger/wallet-draft.ts";
import type { MatchEvidence } from "../../candidate-terms.ts";
import { membersMerged } from "../../events.ts";
import { identifierStore } from "../../identifier-store.ts";
import { type Candidate, candidateRef, candidateStore } from "../../matching/candidate-store.ts";
import { linkedBy } from "../../matching/new-candidate.ts";
import { type Profile, profileStore } from "../../profile-store.ts";
import { openPerson } from "../../sealed-profile.ts";
import { allOf, findMember, type FoundMember, isAsFound } from "../joined-parts.ts";
import type { Blocker, MergeAnswer } from "../merge-answer.ts";
import { evidenceOf } from "../../matching/evidence.ts";
import { blockersOf } from "./blockers.ts";
import { coolingOf, coolOff, hasSomething } from "./cool-off.ts";
import { moveWallet } from "./move-wallet.ts";
import { pairOf } from "../../pair.ts";
import { relink } from "../relink.ts";
import { cannotLinkStore, mergeStore, partsStore } from "../stores.ts";
import { type Choice, chooseSurvivor, MOST_LOTS } from "./terms.ts";

/** Who would stand for both, and who would become part of it, as they were found. */
export interface Joining {
  readonly choice: Choice;
  readonly survivor: FoundMember;
  readonly absorbed: FoundMember;
  /** As it was when they were found. */
  readonly evidence: MatchEvidence[];
}

/** Two members who stand for themselves. */
export async function findJoining(tx: Transaction, personal: Personal, a: MemberId, b: MemberId): Promise<Joining> {
  const [one, other] = await Promise.all([findMember(tx, a), findMember(tx, b)]);
  const choice = chooseSurvivor(partyOf(one), partyOf(other));
  const [survivor, absorbed] = choice.survivorId === a ? [one, other] : [other, one];
  const leading = new Set([...survivor.identifiers, ...absorbed.identifiers]);
  const personOf = (profile: Profile) => openPerson(personal, profile);
  return { choice, survivor, absorbed, evidence: evidenceOf(survivor.profiles, absorbed.profiles, leading, personOf) };
}

export function needsOfJoining({ survivor, absorbed }: Joining) {
  return {
    wallets: [...new Set([survivor.memberId, absorbed.memberId, ...absorbed.parts])],
    absorbed: true,
    whole: [absorbed.memberId],
    openIn: [absorbed.memberId],
    documents: [
      ...[survivor, absorbed].flatMap(({ memberId }) => [need(profileStore, memberId), need(partsStore, memberId)]),
      ...[...allOf(survivor), ...allOf(absorbed)].map((id) => need(cannotLinkStore, id)),
      ...absorbed.brought.map((key) => need(identifierStore, key)),
      ...pairsBetween(allOf(survivor), allOf(absorbed)).map((ref) => need(candidateStore, ref)),
    ],
  } satisfies Needs;
}

export interface Joined {
  readonly kind: "joined";
  readonly memberId: MemberId;
  /** Until when what was the one's that is linked may not be spent; null: it may. */
  readonly coolingUntil: Instant | null;
  readonly documents: readonly Saved[];
  readonly answer: z.input<typeof MergeAnswer>;
  readonly event: LedgerEvent;
}

interface JoiningTerms {
  /** What two people have said not to stand against it. */
  readonly overridden?: readonly Blocker["code"][];
  /** Whose bonuses are not spent for a while, where they are much, whoever of the two survives; null: nobody's. */
  readonly coolsOff?: MemberId | null;
}

/**
 * Moves everything, or says why not; with a preview all that stands against it is told with what would move.
 */
export function joinMembers(
  context: CommandContext,
  { choice, survivor, absorbed, evidence }: Joining,
  reason: string,
  { overridden = [], coolsOff = null }: JoiningTerms = {},
): Joined | Refused | Rejected | Stale {
  const { operationId } = context;
  if (survivor.memberId === absorbed.memberId) return refuse("already_one_member", { memberId: survivor.memberId });
  const [to, from] = [context.wallet(survivor.memberId), context.wallet(absorbed.memberId)];
  if (to === undefined || from === undefined) return reject("member_not_found");
  // What another command of the group has opened in the one may be in the other, and was not loaded there.
  if (from.loadedVersion === null) return stale;
  if (!isAsFound(context, to, survivor) || !isAsFound(context, from, absorbed)) return stale;
  const lots = from.lots().length;
  const blockers = blockersOf(context, survivor, absorbed, { evidence, lots }).filter(
    ({ code }) => !overridden.includes(code),
  );
  if (blockers.length > 0 && !context.isPreview) return refuse("merge_blocked", { blockers });
  const linked = [to, from].find(({ memberId }) => memberId === coolsOff);
  const cooling = linked === undefined ? null : coolingOf(context, linked);
  const theirs = cooling === null ? [] : (linked?.lots().filter(hasSomething) ?? []);
  const moved = lots > MOST_LOTS ? { amounts: [], lots: 0, holds: 0, orders: 0 } : moveWallet(from, to, context);
  if (cooling !== null) coolOff(to, theirs, cooling);
  const members = [from.memberId, ...absorbed.parts];
  join(context, to, members, absorbed.profiles);
  const profiles = absorbed.profiles.map(({ id }) => id);
  const there = context.document(profileStore, to.memberId) ?? [];
  const relinked = relink(context, profiles, from.memberId, to.memberId, { brought: absorbed.brought, there });
  const mergeId = as("mrg", operationId);
  return {
    kind: "joined",
    memberId: to.memberId,
    coolingUntil: cooling,
    documents: [
      ...relinked.documents,
      mergeOf(context, choice, reason),
      ...linkedBy(context, candidatesBetween(context, survivor, absorbed)),
    ],
    answer: {
      mergeId,
      operationId,
      ...choice,
      status: "merged",
      moved: { ...moved, members, profiles, identifiers: relinked.identifiers },
      blockers,
      evidence,
    },
    event: membersMerged({ mergeId, survivorId: to.memberId, absorbedId: from.memberId }),
  };
}

/** Each pair of one here and one there, as its candidate is looked up. */
export const pairsBetween = (here: readonly MemberId[], there: readonly MemberId[]): string[] =>
  here.flatMap((one) => there.filter((other) => other !== one).map((other) => candidateRef(pairOf(one, other))));

const candidatesBetween = ({ document }: CommandContext, survivor: FoundMember, absorbed: FoundMember): Candidate[] =>
  pairsBetween(allOf(survivor), allOf(absorbed)).flatMap((ref) => document(candidateStore, ref) ?? []);

const partyOf = ({ memberId, createdAt, profiles }: FoundMember) => {
  const verified = new Set(
    profiles.flatMap(({ identifiers }) =>
      identifiers.filter((each) => each.verified && each.ended !== true).map(({ key }) => key),
    ),
  );
  return { memberId, createdAt, verified: verified.size };
};

/** The wallets know who stands for them. */
function join(
  { wallet }: CommandContext,
  to: WalletDraft,
  members: readonly MemberId[],
  profiles: readonly Profile[],
): void {
  for (const id of members) wallet(id)?.setOwner({ survivorId: to.memberId });
  const here = new Set<string>([...members, ...profiles.map(({ id }) => id)]);
  const parted = (to.owner.parted ?? []).filter((id) => !here.has(id));
  to.setOwner({ parted: parted.length === 0 ? null : parted });
}

function mergeOf(
  { operationId, now }: CommandContext,
  { survivorId, absorbedId, rule }: Choice,
  reason: string,
): Saved {
  const id = as("mrg", operationId);
  return save(mergeStore, id, {
    id,
    survivorId,
    absorbedId,
    rule,
    reason,
    status: "merged" as const,
    mergedAt: now,
    undoneAt: null,
    undoneBy: null,
  });
}
