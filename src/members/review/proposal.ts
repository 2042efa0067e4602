/** Somebody of staff says that two members may be one person: they are for people to look at from now on. */
import { z } from "@hono/zod-openapi";
import { boundedArray, text } from "../../kernel/fields.ts";
import { bucketOf, type MemberId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, refuse, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { walletsWithoutLots } from "../../engine/wallets/wallet-store.ts";
import { matchFound } from "../events.ts";
import { erasureBlockers, neverJoined } from "../joining/merging/blockers.ts";
import { pairsBetween } from "../joining/merging/join.ts";
import { forbiddenPair } from "../joining/cluster.ts";
import { allOf, sameIds } from "../joining/joined-parts.ts";
import { evidenceOf } from "../matching/evidence.ts";
import { cannotLinkStore, partsStore } from "../joining/stores.ts";
import { candidateStore } from "../matching/candidate-store.ts";
import { isDecided, newCandidate, saveCandidate } from "../matching/new-candidate.ts";
import { scoreText } from "../matching/score.ts";
import { identifierKeys } from "../identifier.ts";
import { readIdentifiers } from "../identifier-store.ts";
import { standingIn } from "../owner.ts";
import { pairOf } from "../pair.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { openPerson } from "../sealed-profile.ts";
import { CandidateItem, candidateItem, Evidence, evidenceFor } from "./candidate-view.ts";
import { concernBrand } from "./find-candidate.ts";

/** One of the two, as it was found: with all who are part of it. */
interface Side {
  readonly memberId: MemberId;
  readonly parts: readonly MemberId[];
  readonly profiles: readonly Profile[];
}

export const matchProposal = defineOperation({
  name: "match-proposal",
  permission: "matches.review",
  http: {
    method: "post",
    path: "/v1/match-candidates",
    tag: "Identity",
    summary: "Have people look at two members who may be one",
    description:
      "The two stand in the queue from now on, with what speaks for their being one person and what against it. Members about whom it was decided that they are two are never looked at again.",
    idempotencyKey: "required",
    example: {
      memberIds: ["mbr_0195560d2a0070008a30f1c2d3e4f000", "mbr_0195560d2a0070008a30f1c2d3e4f001"],
      reason: "he says that both cards are his",
    },
  },
  body: z
    .strictObject({
      memberIds: boundedArray(z.string(), { min: 2, max: 2, of: "members" }),
      reason: text(200),
    })
    .openapi("MatchProposalBody"),
  answers: {
    201: {
      description: "To be looked at.",
      schema: z.strictObject({ ...CandidateItem.shape, evidence: Evidence }).openapi("MatchProposal"),
    },
  },
  problems: ["member_erased", "member_not_found", "already_one_member", "merge_blocked", "candidate_exists"],
  facts: ({ reason }) => ({ reason }),
  async prepare({ reader, personal }, { actor, body }) {
    return reader.snapshot(async (tx) => {
      const [a, b] = await Promise.all(body.memberIds.map(async (id) => standingIn(tx, id)));
      if (a === undefined || b === undefined) throw new Problem("member_not_found");
      if (!(await concernBrand(tx, actor, [a, b]))) throw new Problem("member_not_found");
      const { oneId, otherId } = pairOf(a, b);
      const [one, other] = [await findSide(tx, oneId), await findSide(tx, otherId)];
      const pairs = await cannotLinkStore.load(tx, allOf(one), "none");
      const keys = [...one.profiles, ...other.profiles].flatMap(identifierKeys);
      const leading = new Set((await readIdentifiers(tx, keys)).keys());
      const evidence = evidenceOf(one.profiles, other.profiles, leading, (each) => openPerson(personal, each));
      return { one, other, evidence, apart: forbiddenPair(allOf(one), allOf(other), [...pairs.values()].flat()) };
    });
  },
  bucket: ({ one }) => bucketOf(one.memberId),
  // Whoever is joined with one of the two, or parts, comes before it and is seen, or after it.
  needs: ({ one, other }) => ({
    wallets: [...new Set([one.memberId, other.memberId])],
    documents: [
      ...[...new Set([one.memberId, other.memberId])].map((id) => need(partsStore, id)),
      ...pairsBetween(allOf(one), allOf(other)).map((ref) => need(candidateStore, ref)),
    ],
  }),
  decide(context, { one, other, apart, evidence }) {
    const { document, wallet, now, actor } = context;
    if (one.memberId === other.memberId) return refuse("already_one_member", { memberId: one.memberId });
    const isAsFound = ({ memberId, parts }: Side) => sameIds(document(partsStore, memberId) ?? [], parts);
    if (!isAsFound(one) || !isAsFound(other)) return stale;
    const blockers = erasureBlockers([wallet(one.memberId), wallet(other.memberId)]);
    if (apart !== undefined) blockers.unshift(neverJoined(actor, apart));
    if (blockers.length > 0) return refuse("merge_blocked", { blockers });
    const known = pairsBetween(allOf(one), allOf(other)).flatMap((ref) => document(candidateStore, ref) ?? []);
    const waiting = known.find((each) => !isDecided(each)) ?? known[0];
    if (waiting !== undefined) return refuse("candidate_exists", { candidateId: waiting.id, decided: waiting.status });
    const pair = { oneId: one.memberId, otherId: other.memberId };
    const candidate = newCandidate(context, { ...pair, source: "staff", ordinal: 1, evidence });
    const brands = new Map([...one.profiles, ...other.profiles].map(({ id, brand }) => [id, brand]));
    const { id: candidateId, oneId, otherId, source, score } = candidate;
    return accept({
      documents: [saveCandidate(candidate)],
      answer: { ...candidateItem(candidate, now), evidence: evidenceFor(actor, evidence, brands) },
      events: [matchFound({ candidateId, memberIds: [oneId, otherId], source, score: scoreText(score) })],
    });
  },
});

/** `member_not_found` where there is no such member. */
async function findSide(tx: Transaction, memberId: MemberId): Promise<Side> {
  const wallets = await walletsWithoutLots.load(tx, [memberId]);
  if (!wallets.has(memberId)) throw new Problem("member_not_found");
  const parts = await partsStore.load(tx, [memberId], "none");
  const profiles = await profileStore.load(tx, [memberId], "none");
  return { memberId, parts: parts.get(memberId) ?? [], profiles: profiles.get(memberId) ?? [] };
}
