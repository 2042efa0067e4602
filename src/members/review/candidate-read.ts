/** One candidate with all that a reviewer needs: what speaks for it and against it, what would move, and what stands against that. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { assert } from "../../kernel/assert.ts";
import { idInPath } from "../../kernel/fields.ts";
import { bucketOf, type MemberId, newUuid } from "../../kernel/ids.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { lookAhead } from "../../engine/group/look-ahead.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import { findJoining, joinMembers, needsOfJoining } from "../joining/merging/join.ts";
import { MergeAnswer } from "../joining/merge-answer.ts";
import { isDecided } from "../matching/new-candidate.ts";
import { erasedMembers } from "../owner.ts";
import { profileStore } from "../profile-store.ts";
import { CandidateItem, candidateItem, Evidence, evidenceFor } from "./candidate-view.ts";
import { brandsOf, findCandidate } from "./find-candidate.ts";
import { findStep, findVerdict, type Verdict } from "./verdict.ts";

const theirs = "Null where it is the other brand's own.";

const Step = z
  .strictObject({
    operationId: idText("opn"),
    name: z.string().openapi({ example: "match-decision" }),
    at: InstantText,
    clientId: idText("cli")
      .nullable()
      .openapi({ description: `Who asked. ${theirs}` }),
    reason: z.string().nullable().openapi({ description: theirs }),
  })
  .openapi("MatchStep");

/** As a merge shows it, before there is one. */
const MergePlan = MergeAnswer.omit({ mergeId: true, operationId: true, status: true }).openapi("MergePlan");

const CandidateDetail = z
  .strictObject({
    ...CandidateItem.shape,
    members: z
      .array(
        z.strictObject({
          memberId: idText("mbr"),
          survivorId: idText("mbr").openapi({ description: "Who stands for it by now: itself, mostly." }),
          profiles: z
            .array(z.strictObject({ profileId: idText("prf"), brand: z.string() }))
            .openapi({ description: "Of whoever stands for it. A client of one brand sees that brand's own." }),
        }),
      )
      .openapi({ description: "The two sides." }),
    evidence: Evidence,
    made: Step.openapi("MatchFound", { description: "What has made it." }),
    decision: orNull(Step).openapi({ description: "What was decided last; null where nothing was." }),
    merge: orNull(MergePlan).openapi({ description: "What linking them would do; null where it is decided." }),
  })
  .openapi("MatchCandidateDetail");
type CandidateDetail = z.input<typeof CandidateDetail>;

export const readMatchCandidate = defineRead({
  name: "read-match-candidate",
  permission: "matches.review",
  http: {
    method: "get",
    path: "/v1/match-candidates/{candidateId}",
    tag: "Identity",
    summary: "Read what is known of two members who may be one person",
    description:
      "With the evidence of both sides as it was when the candidate was made, and what linking them would move now, which evidence there is now, and what stands against it (`merge`).",
  },
  params: idInPath("candidateId", "cnd"),
  answer: { description: "The candidate.", schema: CandidateDetail },
  problems: ["candidate_not_found"],
  showsPersonal: true,
  async read(look, { actor, params: { candidateId } }) {
    const policies = await look.readPolicies();
    return look.reader.snapshot(async (tx): Promise<CandidateDetail> => {
      const { candidate, members } = await findCandidate(tx, actor, candidateId);
      const { operationId, evidence } = candidate;
      const profiles = await profileStore.load(tx, [...members], "none");
      const brands = await brandsOf(
        tx,
        evidence.flatMap(({ profileIds }) => [...profileIds]),
      );
      const [made, decision] = [await findStep(tx, actor, operationId), await findVerdict(tx, actor, candidate)];
      const isOpen = !isDecided(candidate) && members[0] !== members[1];
      const sideOf = (memberId: MemberId, survivorId: MemberId) => ({
        memberId,
        survivorId,
        profiles: (profiles.get(survivorId) ?? [])
          .filter(({ brand }) => seesOwnOf(actor, brand))
          .map(({ id: profileId, brand }) => ({ profileId, brand })),
      });
      return {
        ...candidateItem(candidate, look.clock.now()),
        members: [sideOf(candidate.oneId, members[0]), sideOf(candidate.otherId, members[1])],
        // What somebody who is erased had in common with somebody who is known would tell what he was.
        evidence: (await isErased(tx, members)) ? [] : evidenceFor(actor, evidence, brands),
        made: stepOf(made),
        decision: decision === null ? null : stepOf(decision),
        merge: isOpen ? await planFor(tx, { actor, look, policies }, members) : null,
      };
    });
  },
});

const isErased = async (tx: Transaction, members: readonly MemberId[]): Promise<boolean> =>
  (await erasedMembers.load(tx, members)).size > 0;

function stepOf(step: Verdict | null): z.input<typeof Step> {
  assert(step !== null, "what has made a candidate stands in the journal");
  const { operationId, at, facts } = step;
  const { name, clientId, reason } = facts;
  return { operationId, name, at: formatInstant(at), clientId, reason };
}

interface By {
  readonly actor: Actor;
  readonly look: Pick<Lookup, "clock" | "personal">;
  readonly policies: PolicyTimeline;
}

/** What the preview of their merge would show. */
async function planFor(tx: Transaction, { actor, look, policies }: By, members: readonly [MemberId, MemberId]) {
  const joining = await findJoining(tx, look.personal, ...members);
  const { survivor, absorbed } = joining;
  const asked = {
    now: look.clock.now(),
    policies,
    operationId: `opn_${newUuid(bucketOf(survivor.memberId))}`,
    actor,
  } as const;
  const joined = await lookAhead(tx, needsOfJoining(joining), asked, (context) => joinMembers(context, joining, "-"));
  // All of it was read at one instant: nothing can have moved on meanwhile.
  assert(joined.kind === "joined", "two members who stand for themselves can be shown as one");
  const { mergeId: _, operationId: __, status: ___, ...plan } = joined.answer;
  const brands = new Map([...survivor.profiles, ...absorbed.profiles].map(({ id, brand }) => [id, brand]));
  return { ...plan, evidence: evidenceFor(actor, plan.evidence, brands) };
}
