/** One profile leaves its member, with what is its own, for a new one: a card that was linked to the wrong person. */
import { ofOneBrand } from "../of-one-brand.ts";
import { idInPath } from "../../../kernel/fields.ts";
import { as, isId, type MemberId, newBucket } from "../../../kernel/ids.ts";
import { Problem } from "../../../kernel/problems.ts";
import { accept, refuse } from "../../../engine/definition/decision.ts";
import { need } from "../../../engine/definition/document-store.ts";
import { defineOperation } from "../../../engine/definition/operation.ts";
import { membersParted } from "../../events.ts";
import { ownerIn } from "../../owner.ts";
import { findCluster, findParting, needsOfParting, part } from "./parting.ts";
import { cameHome } from "../past/homecomings.ts";
import { togetherByProfile } from "../past/together.ts";
import { type CannotLink, cannotLinkStore } from "../stores.ts";
import { PartingAnswer, PartingBody } from "./unmerge-answer.ts";
import { PROFILE_PARTING } from "../operation-names.ts";

export const profileParting = defineOperation({
  name: PROFILE_PARTING,
  permission: "members.merge",
  forbids: ofOneBrand,
  alone: true,
  http: {
    method: "post",
    path: "/v1/profiles/{profileId}/part",
    tag: "Identity",
    summary: "Part one profile from its member, or show what that would do",
    description:
      "The profile goes to a new member, with its identifiers and with what it has earned and not spent; what it has spent of the others' it makes good. " +
      "The two are never joined again. A profile that a merge has brought is parted by undoing that merge. With `preview=true` nothing is changed.",
    idempotencyKey: "required",
    dryRun: "preview",
    example: { reason: "the card was given to somebody else" },
  },
  params: idInPath("profileId", "prf"),
  body: PartingBody,
  answers: { 200: { description: "Parted.", schema: PartingAnswer } },
  problems: [
    "member_erased",
    "erasure_pending",
    "profile_not_found",
    "nothing_to_part",
    "part_by_unmerge",
    "too_much_to_part",
    "brand_forbidden",
  ],
  facts: ({ reason }) => ({ reason }),
  prepare: ({ reader }, { params: { profileId }, body: { reason } }) =>
    reader.snapshot(async (tx) => {
      const memberId = isId("prf", profileId) ? await ownerIn(tx, profileId) : undefined;
      if (memberId === undefined) throw new Problem("profile_not_found");
      const cluster = await findCluster(tx, memberId);
      const profile = cluster.root.profiles.find(({ id }) => id === profileId);
      if (profile === undefined) throw new Problem("profile_not_found");
      const { homeId, id } = profile;
      // Whose only profile it is: then its member was joined with this one, or there is nobody else.
      const isAlone = cluster.root.profiles.every((each) => each.id === id || each.homeId !== homeId);
      const merge = cluster.merges.find(({ absorbedId }) => absorbedId === homeId);
      const leaving = { members: [], profiles: [id] };
      const came = await cameHome(tx, id, homeId);
      const parting = await findParting(tx, cluster, leaving, await togetherByProfile(tx, homeId, came));
      return {
        parting,
        bucket: newBucket(),
        homeId,
        reason,
        isAlone,
        isBorn: came.isParting,
        mergeId: merge?.id ?? null,
      };
    }),
  bucket: ({ bucket }) => bucket,
  needs({ parting, homeId }) {
    const needs = needsOfParting(parting, []);
    return { ...needs, documents: [...needs.documents, need(cannotLinkStore, homeId)] };
  },
  decide(context, { parting, homeId, reason, isAlone, isBorn, mergeId }) {
    if (isAlone) return mergeId === null ? refuse("nothing_to_part") : refuse("part_by_unmerge", { mergeId });
    const memberId = as("mbr", context.operationId);
    const other = context.newWallet(memberId);
    other.writeAnyway();
    const left = isBorn ? leftBefore(homeId, context.document(cannotLinkStore, homeId)) : [];
    const pairs = [homeId, ...left].map((each) => [each, memberId] as const);
    const parted = part(context, parting, other, { reason, pairs, home: memberId });
    if ("kind" in parted) return parted;
    const { stayingId, leavingId } = parted.answer;
    const [profileId = null] = parting.leaving.profiles;
    return accept({
      memberId: stayingId,
      documents: parted.documents,
      answer: { mergeId: null, ...parted.answer },
      events: [membersParted({ mergeId: null, profileId, stayingId, leavingId })],
    });
  },
});

/** From whom a profile had parted when its home was made for it: it is never one with these either, wherever it goes. */
const leftBefore = (homeId: MemberId, pairs: readonly CannotLink[] = []): MemberId[] =>
  pairs
    .filter(({ operationId }) => operationId === as("opn", homeId))
    .map(({ oneId, otherId }) => (oneId === homeId ? otherId : oneId));
