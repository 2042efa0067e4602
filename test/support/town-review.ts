/** People who may be one person: left to people by registrations, proposed by staff; linked, set apart, put off, and left open. */
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { matchAssignment } from "../../src/members/review/assignment.ts";
import { matchDecision } from "../../src/members/review/decision.ts";
import { matchProposal } from "../../src/members/review/proposal.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { answerOf, newTestKey, type TestLedger } from "./ledger.ts";

interface Registered {
  readonly memberId: string;
  readonly link: { readonly candidates: readonly { readonly candidateId: string }[] };
}

export async function liveReviewed(ledger: TestLedger): Promise<void> {
  const ask = async <A>(operation: AnyOperation, body: object, params = {}): Promise<A> =>
    answerOf(await ledger.ask(operation, body, { params })) as A;
  const register = (brand: string, value: string, firstName?: string) => {
    const identifiers = [{ kind: "card", value, verified: false }];
    const person = firstName === undefined ? {} : { firstName };
    return ask<Registered>(registration, { brand, externalId: newTestKey(), identifiers, person });
  };
  /** Two of whom the second has typed in the card of the first. */
  const pair = async () => {
    const card = newTestKey();
    const [known, found] = [await register("mvideo", card, "Анна"), await register("eldorado", card, "Анна")];
    return { memberIds: [known.memberId, found.memberId], candidateId: found.link.candidates[0]?.candidateId ?? "" };
  };
  const decide = (candidateId: string, decision: string, more = {}) =>
    ask(matchDecision, { decision, reason: "looked at", ...more }, { candidateId });

  const [linked, apart, put, open, merged] = [await pair(), await pair(), await pair(), await pair(), await pair()];
  await ask(matchAssignment, { assignee: "reviewer-7" }, { candidateId: linked.candidateId });
  await ask(matchAssignment, { assignee: "reviewer-7" }, { candidateId: open.candidateId });
  for (const memberId of linked.memberIds) await ledger.give(memberId as `mbr_${string}`, 10_00n);
  await decide(linked.candidateId, "link");
  await decide(apart.candidateId, "apart");
  await decide(put.candidateId, "later", { until: formatInstant(ledger.clock.now() + 86_400_000) });
  await ask(merge, { memberIds: merged.memberIds, reason: "the same" });
  const propose = async () => {
    const memberIds = [await ledger.newMember(), await ledger.newMember()];
    return (await ask<{ candidateId: string }>(matchProposal, { memberIds, reason: "both cards are his" })).candidateId;
  };
  await propose();
  // Born apart from each other, mostly: of two such pairs one at least lies in two buckets.
  for (const candidateId of [await propose(), await propose()]) await decide(candidateId, "link");
}
