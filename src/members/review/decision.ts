/**
 * A reviewer decides about two members: they are one person, and are joined; they are two, and never will be; or it is put
 * off. The first two are for ever: of two reviewers at once one decides, and the other is told what.
 */
import { z } from "@hono/zod-openapi";
import { idText, InstantText, orNull } from "../../kernel/answers.ts";
import { type Clock, formatInstant, type Instant } from "../../kernel/clock.ts";
import { idInPath, Instant as InstantField, text } from "../../kernel/fields.ts";
import { bucketOf, type MemberId, type MergeId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { CommandContext, Needs } from "../../engine/definition/context.ts";
import { accept, refuse, type Saved, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { matchDecided } from "../events.ts";
import { findJoining, type Joining, joinMembers, needsOfJoining } from "../joining/merging/join.ts";
import { MergeAnswer } from "../joining/merge-answer.ts";
import { cannotLinkStore } from "../joining/stores.ts";
import { type Candidate, candidateRef, candidateStore } from "../matching/candidate-store.ts";
import { isDecided, saveCandidate } from "../matching/new-candidate.ts";
import { evidenceFor } from "./candidate-view.ts";
import { findCandidate } from "./find-candidate.ts";
import { findVerdict, told, type Verdict } from "./verdict.ts";
import { MATCH_DECISION } from "../joining/operation-names.ts";

const DecisionBody = z
  .discriminatedUnion("decision", [
    z.strictObject({ decision: z.enum(["link", "apart"]), reason: text(200) }),
    z.strictObject({
      decision: z.literal("later"),
      reason: text(200),
      until: InstantField.optional().openapi({ description: "When it is open again by itself." }),
    }),
  ])
  .openapi("MatchDecisionBody");

const DecisionAnswer = z
  .strictObject({
    candidateId: idText("cnd"),
    operationId: idText("opn"),
    status: z.enum(["linked", "apart", "later"]),
    until: orNull(InstantText),
    decidedAt: InstantText,
    merge: orNull(MergeAnswer).openapi({ description: "What has joined them; null where they are not joined." }),
  })
  .openapi("MatchDecision");

/** What is decided, with what was found for it. */
type Plan =
  | { readonly decision: "link"; readonly joining: Joining }
  | { readonly decision: "apart" }
  | { readonly decision: "later"; readonly until: Instant | null }
  /** Nothing is left to decide. */
  | { readonly decision: "none" };

interface Asked {
  readonly found: Candidate;
  /** Who stands for the two. */
  readonly members: readonly [MemberId, MemberId];
  readonly reason: string;
  /** What was decided before, where something was. */
  readonly verdict: Verdict | null;
  readonly plan: Plan;
}

export const matchDecision = defineOperation({
  name: MATCH_DECISION,
  permission: "matches.review",
  alone: true,
  ofErased: "goes_on",
  http: {
    method: "post",
    path: "/v1/match-candidates/{candidateId}/decision",
    tag: "Identity",
    summary: "Decide whether two members are one person",
    description:
      "`link` joins them, as a merge does; `apart` says that they are two, and they are never joined; `later` puts it off. " +
      "Who comes too late is told what was decided: `candidate_decided`.",
    idempotencyKey: "required",
    example: { decision: "link", reason: "the same name, birth date and card" },
  },
  params: idInPath("candidateId", "cnd"),
  body: DecisionBody,
  answers: { 200: { description: "Decided.", schema: DecisionAnswer } },
  problems: [
    ...(["candidate_not_found", "candidate_decided", "already_one_member", "merge_blocked"] as const),
    ...(["member_not_found", "unprocessable_request"] as const),
  ],
  facts: ({ reason }) => ({ reason }),
  prepare({ reader, clock, personal }, { actor, params: { candidateId }, body }): Promise<Asked> {
    requireFuture({ clock }, body);
    return reader.snapshot(async (tx) => {
      const { candidate, members } = await findCandidate(tx, actor, candidateId);
      const verdict = await findVerdict(tx, actor, candidate);
      const isOpen = !isDecided(candidate) && members[0] !== members[1];
      const plan = isOpen ? await planOf(tx, personal, members, body) : ({ decision: "none" } as const);
      return { found: candidate, members, reason: body.reason, verdict, plan };
    });
  },
  bucket: ({ found, plan }) => bucketOf(plan.decision === "link" ? plan.joining.survivor.memberId : found.oneId),
  needs: needsOf,
  decide(context, asked) {
    const candidate = context.document(candidateStore, candidateRef(asked.found));
    if (candidate === undefined) return stale;
    if (isDecided(candidate)) return told(candidate, asked.verdict);
    const [one, other] = asked.members;
    if (one === other) return refuse("already_one_member", { memberId: one });
    switch (asked.plan.decision) {
      case "link":
        return link(context, candidate, asked.plan.joining, asked.reason);
      case "apart":
        return setApart(context, candidate, asked.reason);
      case "later":
        return putOff(context, candidate, asked.plan.until);
      case "none":
        return stale;
      default:
        return asked.plan satisfies never;
    }
  },
});

type Body = z.output<typeof DecisionBody>;

function requireFuture({ clock }: { readonly clock: Clock }, body: Body): void {
  if (body.decision !== "later" || body.until === undefined || body.until > clock.now()) return;
  throw new Problem("unprocessable_request", { errors: [{ path: "until", message: "must lie in the future" }] });
}

async function planOf(
  tx: Transaction,
  personal: Lookup["personal"],
  members: Asked["members"],
  body: Body,
): Promise<Plan> {
  const { decision } = body;
  if (decision === "later") return { decision, until: body.until ?? null };
  return decision === "apart" ? { decision } : { decision, joining: await findJoining(tx, personal, ...members) };
}

function needsOf({ found, members, plan }: Asked): Needs {
  const own = need(candidateStore, candidateRef(found));
  if (plan.decision === "link") {
    const needs = needsOfJoining(plan.joining);
    return { ...needs, documents: [own, ...needs.documents] };
  }
  if (plan.decision !== "apart") return { documents: [own] };
  const { oneId, otherId } = found;
  return {
    wallets: [...members],
    foundBy: [
      { wallet: members[0], by: oneId },
      { wallet: members[1], by: otherId },
    ],
    documents: [own, need(cannotLinkStore, oneId), need(cannotLinkStore, otherId)],
  };
}

/** Whoever merges two has decided about them: the candidate is saved with the rest. */
function link(context: CommandContext, candidate: Candidate, joining: Joining, reason: string) {
  const joined = joinMembers(context, joining, reason);
  if (joined.kind !== "joined") return joined;
  const { memberId, documents, answer, event } = joined;
  const profiles = [...joining.survivor.profiles, ...joining.absorbed.profiles];
  const evidence = evidenceFor(context.actor, answer.evidence, new Map(profiles.map(({ id, brand }) => [id, brand])));
  return accept({
    memberId,
    documents,
    answer: answerOf(context, candidate, { status: "linked", merge: { ...answer, evidence } }),
    events: [event, toldOf(candidate, "linked", answer.mergeId)],
  });
}

/** The pair of the candidate, as it was found: whoever is part of either by now has nothing to do with it. */
function setApart(context: CommandContext, candidate: Candidate, reason: string) {
  const { operationId, now, document } = context;
  const { oneId, otherId } = candidate;
  const pair = { oneId, otherId, operationId, reason, createdAt: now };
  // For whoever is looked at next, of either side.
  const pairs = [oneId, otherId].map((id) => {
    const known = document(cannotLinkStore, id) ?? [];
    const isThere = known.some((each) => each.oneId === oneId && each.otherId === otherId);
    return save(cannotLinkStore, id, isThere ? known : [...known, pair]);
  });
  return decided(context, candidate, { status: "apart", until: null }, pairs);
}

const putOff = (context: CommandContext, candidate: Candidate, until: Instant | null) =>
  decided(context, candidate, { status: "later", until });

function decided(
  context: CommandContext,
  candidate: Candidate,
  terms: { readonly status: "apart" | "later"; readonly until: Instant | null },
  documents: readonly Saved[] = [],
) {
  const { operationId, now } = context;
  return accept({
    memberId: candidate.oneId,
    documents: [saveCandidate({ ...candidate, ...terms, decidedBy: operationId, decidedAt: now }), ...documents],
    answer: answerOf(context, candidate, { ...terms, merge: null }),
    events: [toldOf(candidate, terms.status, null)],
  });
}

type Terms = Pick<z.input<typeof DecisionAnswer>, "status" | "merge"> & { readonly until?: Instant | null };

const answerOf = (
  { operationId, now }: CommandContext,
  { id: candidateId }: Candidate,
  { status, until = null, merge }: Terms,
): z.input<typeof DecisionAnswer> => ({
  candidateId,
  operationId,
  status,
  until: until === null ? null : formatInstant(until),
  decidedAt: formatInstant(now),
  merge,
});

const toldOf = ({ id: candidateId, oneId, otherId }: Candidate, status: Terms["status"], mergeId: MergeId | null) =>
  matchDecided({ candidateId, memberIds: [oneId, otherId], status, mergeId });
