/** Parting: some of those who are one member leave it, with what is theirs. A merge that is undone does it, and a profile that goes alone. */
import type { z } from "@hono/zod-openapi";
import type { LotId, MemberId } from "../../../kernel/ids.ts";
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
import { need, needAnswer } from "../../../engine/definition/document-store.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import type { WalletDraft } from "../../../ledger/wallet-draft.ts";
import { graceOf } from "../../../policy/policy.ts";
import { identifierStore } from "../../identifier-store.ts";
import { profileStore } from "../../profile-store.ts";
import { findMember, type FoundMember, isAsFound } from "../joined-parts.ts";
import { amountsOf } from "../amounts.ts";
import { partWallets } from "./part-wallets.ts";
import { type CommonPast, commonPastReading, lotsInPast } from "../past/common-past.ts";
import type { Leaving } from "../leaving.ts";
import { MOST_TRANSFERS } from "../past/read-stays.ts";
import type { Together } from "../past/stays.ts";
import { partOwners, relink } from "../relink.ts";
import { pairOf } from "../../pair.ts";
import { cannotLinkStore, type Merge, mergesInto, partsStore } from "../stores.ts";
import type { PartingAnswer } from "./unmerge-answer.ts";

/** Who leaves whom, as it was found; all of it is compared with what is there when it is judged. */
export interface Parting {
  /** Who stands for all. */
  readonly staying: FoundMember;
  readonly leaving: Leaving;
  /** Which past they have had in common. */
  readonly past: CommonPast;
  /** Whose wallets that was in. */
  readonly wallets: readonly MemberId[];
  /** Lots that it speaks of: some have ended. */
  readonly lots: readonly LotId[];
}

/** A member, and the merges that stand by which others are part of it. */
export interface Cluster {
  readonly root: FoundMember;
  readonly merges: readonly Merge[];
}

export async function findCluster(tx: Transaction, memberId: MemberId): Promise<Cluster> {
  const root = await findMember(tx, memberId);
  const into = await mergesInto.load(tx, [memberId, ...root.parts], "none");
  return { root, merges: [...into.values()].flat() };
}

/** What is to be known of those who leave: whose lots and holds are whose, and what was posted in the wallets they had. */
export async function findParting(
  tx: Transaction,
  { root }: Cluster,
  leaving: Leaving,
  together: Together,
): Promise<Parting> {
  const past = { memberId: root.memberId, leaving, together };
  const lots = await lotsInPast(tx, past);
  const wallets = [...new Set(together.stays.map(({ wallet }) => wallet))];
  return { staying: root, leaving, past, wallets, lots };
}

/** `absorbed`: members who are part of this one, and are to stand for themselves again. */
export const needsOfParting = ({ staying, past, wallets, lots }: Parting, absorbed: readonly MemberId[]) =>
  ({
    wallets: [staying.memberId, ...absorbed],
    absorbed: true,
    whole: [staying.memberId],
    lots,
    lotsFrom: wallets,
    openIn: [staying.memberId],
    documents: [
      needAnswer(commonPastReading, past),
      need(partsStore, staying.memberId),
      need(profileStore, staying.memberId),
      need(cannotLinkStore, staying.memberId),
      ...staying.brought.map((key) => need(identifierStore, key)),
    ],
  }) satisfies Needs;

type PartedAnswer = Omit<z.input<typeof PartingAnswer>, "mergeId">;

export interface Parted {
  readonly documents: readonly Saved[];
  readonly answer: PartedAnswer;
}

interface Terms {
  readonly reason: string;
  /** Each two who are never one again. */
  readonly pairs: readonly (readonly [MemberId, MemberId])[];
  /** The member that profiles belong to from now on, where it is another than before. */
  readonly home?: MemberId;
}

/** Moves all of it into the wallet of those who leave. Stale where it is not as it was found. */
export function part(
  context: CommandContext,
  found: Parting,
  other: WalletDraft,
  terms: Terms,
): Parted | Refused | Rejected | Stale {
  const { operationId, now, policy } = context;
  const { staying, leaving, past } = found;
  const one = context.wallet(staying.memberId);
  const known = context.document(commonPastReading.store, commonPastReading.keyOf(past));
  if (known === "too_much") return reject("too_much_to_part", { most: MOST_TRANSFERS });
  if (one === undefined || known === undefined || !isAsFound(context, one, staying)) return stale;
  // Who has asked for it has asked for all of them.
  if (one.owner.erasure !== null) return refuse("erasure_pending");
  // Another command of the group has moved something in it, or lots are spoken of that were not asked for, nor are open.
  const named = new Set(found.lots);
  const isThere = (lot: LotId) => named.has(lot) || one.has(lot);
  if (one.loadedVersion !== known.version || !known.named.every(isThere)) return stale;
  const graceUntil = graceOf(policy, now, policy.rules.zone);
  const { madeGood, ...counts } = partWallets(one, other, known, { operationId, now, graceUntil });
  partOwners(context, one, other, leaving);
  const relinked = relink(context, leaving.profiles, one.memberId, other.memberId, {
    home: terms.home,
    brought: staying.brought,
  });
  const before = context.document(cannotLinkStore, staying.memberId) ?? [];
  const pairs = terms.pairs.map((pair) => ({ ...pairOf(...pair), operationId, reason: terms.reason, createdAt: now }));
  const moved = {
    ...counts,
    amounts: amountsOf(other.byIssuer),
    members: leaving.members.length === 0 ? [other.memberId] : [...leaving.members],
    profiles: [...leaving.profiles],
    identifiers: relinked.identifiers,
  };
  return {
    documents: [...relinked.documents, save(cannotLinkStore, staying.memberId, [...before, ...pairs])],
    answer: {
      operationId,
      stayingId: one.memberId,
      leavingId: other.memberId,
      moved,
      madeGood,
      staying: amountsOf(one.byIssuer),
    },
  };
}
