/**
 * Undoes a merge: whoever was absorbed by it is a member again, with all who had become part of him before, with his profiles
 * and with what is his. Merges are undone in any order. The two are never joined again.
 */
import { ofOneBrand } from "../of-one-brand.ts";
import { idInPath } from "../../../kernel/fields.ts";
import { bucketOf, isId } from "../../../kernel/ids.ts";
import { Problem } from "../../../kernel/problems.ts";
import { accept, refuse, reject, save, stale } from "../../../engine/definition/decision.ts";
import { need } from "../../../engine/definition/document-store.ts";
import { defineOperation } from "../../../engine/definition/operation.ts";
import { membersParted } from "../../events.ts";
import { survivorIn } from "../../owner.ts";
import { subtreeOf } from "../cluster.ts";
import { findCluster, findParting, needsOfParting, part } from "./parting.ts";
import { togetherByMerge } from "../past/together.ts";
import { mergeStore } from "../stores.ts";
import { PartingAnswer, PartingBody } from "./unmerge-answer.ts";
import { UNMERGE } from "../operation-names.ts";

export const unmerge = defineOperation({
  name: UNMERGE,
  permission: "members.merge",
  forbids: ofOneBrand,
  alone: true,
  http: {
    method: "post",
    path: "/v1/merges/{mergeId}/unmerge",
    tag: "Identity",
    summary: "Undo a merge, or show what that would do",
    description:
      "What each has earned and not spent is its own again; what it has spent of the other's since (by its own identifiers) it makes good, out of what it has free, and owes the rest. " +
      "Open holds and debts go with whose they are. The two are never joined again. With `preview=true` nothing is changed.",
    idempotencyKey: "required",
    dryRun: "preview",
    example: { reason: "two sisters with one card" },
  },
  params: idInPath("mergeId", "mrg"),
  body: PartingBody,
  answers: { 200: { description: "Parted.", schema: PartingAnswer } },
  problems: [
    "member_erased",
    "erasure_pending",
    "merge_not_found",
    "merge_undone",
    "too_much_to_part",
    "brand_forbidden",
  ],
  facts: ({ reason }) => ({ reason }),
  prepare: ({ reader }, { params: { mergeId }, body: { reason } }) =>
    reader.snapshot(async (tx) => {
      const merge = isId("mrg", mergeId) ? (await mergeStore.load(tx, [mergeId], "none")).get(mergeId) : undefined;
      if (merge === undefined) throw new Problem("merge_not_found");
      if (merge.status === "undone") return { merge, reason, parting: null };
      const cluster = await findCluster(tx, await survivorIn(tx, merge.absorbedId));
      const members = subtreeOf(merge.absorbedId, cluster.merges);
      const theirs = cluster.root.profiles.filter(({ homeId }) => members.includes(homeId));
      const leaving = { members, profiles: theirs.map(({ id }) => id) };
      const together = await togetherByMerge(tx, merge.id, leaving);
      return { merge, reason, parting: await findParting(tx, cluster, leaving, together) };
    }),
  bucket: ({ merge, parting }) => bucketOf(parting?.staying.memberId ?? merge.survivorId),
  needs({ merge, parting }) {
    if (parting === null) return { documents: [need(mergeStore, merge.id)] };
    const needs = needsOfParting(parting, parting.leaving.members);
    return { ...needs, documents: [need(mergeStore, merge.id), ...needs.documents] };
  },
  decide(context, { merge: found, parting, reason }) {
    const { operationId, now } = context;
    const merge = context.document(mergeStore, found.id);
    if (merge === undefined) return reject("merge_not_found");
    const { id: mergeId, survivorId, absorbedId, undoneBy } = merge;
    if (merge.status === "undone") return refuse("merge_undone", { operationId: undoneBy });
    const other = parting === null ? undefined : context.wallet(absorbedId);
    if (parting === null || other === undefined) return stale;
    const parted = part(context, parting, other, { reason, pairs: [[survivorId, absorbedId]] });
    if ("kind" in parted) return parted;
    const undone = { ...merge, status: "undone" as const, undoneAt: now, undoneBy: operationId };
    const { stayingId, leavingId } = parted.answer;
    return accept({
      memberId: stayingId,
      documents: [...parted.documents, save(mergeStore, mergeId, undone)],
      answer: { mergeId, ...parted.answer },
      events: [membersParted({ mergeId, profileId: null, stayingId, leavingId })],
    });
  },
});
