/** Says who is to look at a candidate. */
import { z } from "@hono/zod-openapi";
import { idInPath, text } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { accept, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { candidateRef, candidateStore } from "../matching/candidate-store.ts";
import { isDecided, saveCandidate } from "../matching/new-candidate.ts";
import { CandidateItem, candidateItem } from "./candidate-view.ts";
import { findCandidate } from "./find-candidate.ts";
import { findVerdict, told } from "./verdict.ts";

export const matchAssignment = defineOperation({
  name: "match-assignment",
  permission: "matches.review",
  http: {
    method: "post",
    path: "/v1/match-candidates/{candidateId}/assign",
    tag: "Identity",
    summary: "Say who is to look at two members",
    idempotencyKey: "required",
    example: { assignee: "reviewer-7" },
  },
  params: idInPath("candidateId", "cnd"),
  body: z
    .strictObject({
      assignee: text(64).nullable().openapi({ description: "Null: whoever has time.", example: "reviewer-7" }),
    })
    .openapi("MatchAssignmentBody"),
  answers: { 200: { description: "Assigned.", schema: CandidateItem } },
  problems: ["candidate_not_found", "candidate_decided"],
  prepare: ({ reader }, { actor, params: { candidateId }, body: { assignee } }) =>
    reader.snapshot(async (tx) => {
      const { candidate } = await findCandidate(tx, actor, candidateId);
      return { found: candidate, assignee, verdict: await findVerdict(tx, actor, candidate) };
    }),
  bucket: ({ found }) => bucketOf(found.oneId),
  needs: ({ found }) => ({ documents: [need(candidateStore, candidateRef(found))] }),
  decide({ document, now }, { found, assignee, verdict }) {
    const candidate = document(candidateStore, candidateRef(found));
    if (candidate === undefined) return stale;
    if (isDecided(candidate)) return told(candidate, verdict);
    const assigned = { ...candidate, assignee };
    return accept({
      memberId: candidate.oneId,
      documents: [saveCandidate(assigned)],
      answer: candidateItem(assigned, now),
    });
  },
});
