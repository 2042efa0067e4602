/**
 * Erases a member that is due, with all who are one with it: decided under the lock of the wallet, and done in one commit. What
 * of it is personal, or leads to it, the database's own function takes away (`erase_member`), since nobody else may.
 */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import type { MemberId } from "../../kernel/ids.ts";
import type { CommandContext, Needs } from "../../engine/definition/context.ts";
import { accept, type Saved, save, stale } from "../../engine/definition/decision.ts";
import { need, needAnswer } from "../../engine/definition/document-store.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { ownOperation } from "../../engine/definition/operation.ts";
import { memberErased } from "../events.ts";
import { identifierStore, leadingBy, readIdentifiers } from "../identifier-store.ts";
import { amountsOf } from "../joining/amounts.ts";
import { findMember, type FoundMember, isAsFound } from "../joining/joined-parts.ts";
import { Moved } from "../joining/merge-answer.ts";
import { partsStore } from "../joining/stores.ts";
import { profileStore } from "../profile-store.ts";
import type { RepresentativeLink } from "../representing/link.ts";
import { memberLinkStore, representativeStore } from "../representing/stores.ts";
import { blockersOf } from "./blockers.ts";
import { clearWallet } from "./clear.ts";
import { type ErasureId, eraserStore, erasureStore } from "./erasure-store.ts";
import { openOrdersReading } from "./open-orders.ts";
import { MEMBER_ERASURE } from "./words.ts";

/** A request that is due, and the member as it was found. */
export interface Erasing {
  readonly erasureId: ErasureId;
  readonly found: FoundMember;
  /** Links of representatives of either side that have not ended. */
  readonly links: readonly RepresentativeLink["id"][];
  /** Whom what it has had leads to by now: what becomes of an identifier is locked with whoever has it. */
  readonly others: readonly MemberId[];
}

/** Looks up what carrying a request out needs; all of it is compared with what is there when it is judged. */
export function findErasing(
  { reader }: Pick<Lookup, "reader">,
  erasureId: ErasureId,
  memberId: MemberId,
): Promise<Erasing> {
  return reader.snapshot(async (tx) => {
    const found = await findMember(tx, memberId);
    const links = (await memberLinkStore.load(tx, [memberId], "none")).get(memberId) ?? [];
    const leading = await readIdentifiers(tx, found.brought);
    const others = new Set([...leading.values()].map((known) => known.memberId).filter((id) => id !== memberId));
    return { erasureId, found, links: [...new Set(links.map(({ link }) => link.id))], others: [...others] };
  });
}

const ErasedAnswer = z.strictObject({
  erasureId: idText("ers"),
  memberId: idText("mbr"),
  forfeited: Moved.shape.amounts,
  identifiers: z.int(),
  representatives: z.array(idText("rep")),
});

export const memberErasure = ownOperation({
  name: MEMBER_ERASURE,
  answer: ErasedAnswer,
  alone: true,
  // It is done already.
  ofErased: "as_nobody",
  // Whoever brings one of them at this very moment, be it one that has ended, waits, and finds its key free.
  naturalKeys: ({ found }: Erasing): NaturalKey[] => found.brought.map((key) => ({ key, role: "mark" })),
  needs: needsOf,
  decide(context, { erasureId, found, links, others }: Erasing) {
    const { operationId, now, document } = context;
    const { memberId } = found;
    const member = context.wallet(memberId);
    // What another command of the group has written is not seen by the function.
    if (member === undefined || member.loadedVersion === null || !isAsFound(context, member, found)) return stale;
    const ledTo = (key: string) => leadingBy(context, key)?.memberId ?? null;
    const leadsToOthers = (id: MemberId | null) => id !== null && id !== memberId;
    if (found.brought.map(ledTo).some((id) => leadsToOthers(id) && !others.some((each) => each === id))) return stale;
    const asked = document(erasureStore, memberId)?.at(-1);
    if (asked?.id !== erasureId || member.owner.erasure !== "pending" || asked.dueAt > now) return stale;
    // What has been promised since is handed out first: the next run looks again.
    if (blockersOf(context, member).length > 0) return stale;
    const ended = endLinks(context, memberId, links);
    if (ended === undefined) return stale;
    const forfeited = amountsOf(member.byIssuer);
    clearWallet(member, now);
    member.setOwner({ erasure: "erased" });
    const leading = found.brought.filter((key) => ledTo(key) === memberId);
    const done = { ...asked, status: "erased" as const, endedAt: now, endedBy: operationId };
    return accept({
      documents: [...ended, save(eraserStore, erasureId, done)],
      // Those that lead to nobody by now as well: their mark would stand for good.
      releases: found.brought.filter((key) => !leadsToOthers(ledTo(key))),
      answer: { erasureId, memberId, forfeited, identifiers: leading.length, representatives: [...links] },
      events: [memberErased({ memberId })],
    });
  },
});

function needsOf({ found: { memberId, brought }, links, others }: Erasing): Needs {
  return {
    wallets: [memberId, ...others],
    foundBy: [{ wallet: memberId, by: memberId }],
    whole: [memberId],
    documents: [
      need(erasureStore, memberId),
      need(profileStore, memberId),
      need(partsStore, memberId),
      need(memberLinkStore, memberId),
      needAnswer(openOrdersReading, { memberId }),
      ...brought.map((key) => need(identifierStore, key)),
      ...links.map((id) => need(representativeStore, id)),
    ],
  };
}

/** Nobody acts for somebody who is erased, nor he for anybody. Undefined where there are others than were found. */
function endLinks(
  { operationId, now, document }: CommandContext,
  memberId: MemberId,
  found: Erasing["links"],
): Saved[] | undefined {
  const living = new Set((document(memberLinkStore, memberId) ?? []).map(({ link }) => link.id));
  if (living.size !== found.length || !found.every((id) => living.has(id))) return undefined;
  return found.flatMap((id) => {
    const link = document(representativeStore, id);
    if (link === undefined) return [];
    return [save(representativeStore, id, { ...link, endedAt: now, endedBy: operationId, usesThen: link.uses })];
  });
}
