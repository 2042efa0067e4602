/** People who may be one person, and those who look at them. */
import type { Actor } from "../../../src/engine/actor.ts";
import type { Judged } from "../../../src/engine/outcome.ts";
import type { CandidateId, MemberId, OperationId, ProfileId } from "../../../src/kernel/ids.ts";
import { fromUuid } from "../../../src/kernel/ids.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { matchAssignment } from "../../../src/members/review/assignment.ts";
import { readMatchCandidate } from "../../../src/members/review/candidate-read.ts";
import { matchDecision } from "../../../src/members/review/decision.ts";
import { listCandidates } from "../../../src/members/review/list.ts";
import { matchProposal } from "../../../src/members/review/proposal.ts";
import { answerOf, ask, type AskTerms, newTestKey, type TestLedger, TILL } from "../../support/ledger.ts";

export interface Registered {
  readonly memberId: MemberId;
  readonly profileId: ProfileId;
  readonly link: {
    readonly band: string;
    readonly candidates: readonly {
      readonly candidateId: CandidateId;
      readonly memberId: MemberId;
      readonly score: string;
    }[];
  };
}

export interface Decided {
  readonly operationId: OperationId;
  readonly status: string;
  readonly merge: { readonly survivorId: MemberId; readonly absorbedId: MemberId; readonly mergeId: string } | null;
}

type Detail = Awaited<ReturnType<typeof readMatchCandidate.read>>;
type Query = Partial<Parameters<typeof listCandidates.read>[1]["query"]>;

let numbers = 0;
export const newCard = () =>
  ({ kind: "card", value: `29777${String((numbers += 1)).padStart(8, "0")}`, verified: true }) as const;
export const newPhone = () =>
  ({ kind: "phone", value: `+7912${String((numbers += 1)).padStart(7, "0")}`, verified: true }) as const;

/** A reviewer behind a system of his own. */
export const reviewer = (number: number, brand: string | null = null): Actor => ({
  clientId: fromUuid("cli", `00000000-0000-7000-8000-00000000000${number}`),
  staffId: null,
  scopes: new Set(["support"]),
  brand,
});

/** How a queue is worked on in tests. */
export class Reviewers {
  readonly ledger: TestLedger;

  constructor(ledger: TestLedger) {
    this.ledger = ledger;
  }

  async register(identifiers: readonly object[], person: object = {}, brand = "mvideo"): Promise<Registered> {
    const body = { brand, externalId: newTestKey(), identifiers, person };
    return answerOf(await this.ledger.ask(registration, body)) as Registered;
  }

  /** Two who bring the same phone, the second a moment later, and of whom nobody knows more: that one is left to people. */
  async pair(brands: readonly [string, string] = ["mvideo", "eldorado"], people: readonly object[] = []) {
    const phone = newPhone();
    const known = await this.register([phone, newCard()], people[0], brands[0]);
    this.ledger.clock.moveTo(this.ledger.clock.now() + 1);
    const found = await this.register([phone, newCard()], people[1], brands[1]);
    const [candidate] = found.link.candidates;
    if (candidate === undefined) throw new Error("nothing is left to people");
    return { known, found, candidateId: candidate.candidateId, memberIds: [known.memberId, found.memberId] as const };
  }

  async propose(memberIds: readonly MemberId[], actor: Actor = TILL): Promise<{ candidateId: CandidateId }> {
    const outcome = await this.ledger.ask(matchProposal, { memberIds, reason: "both cards are his" }, { actor });
    return answerOf(outcome) as { candidateId: CandidateId };
  }

  decide(
    candidateId: string,
    decision: object | string,
    terms: AskTerms = {},
    on = this.ledger.service,
  ): Promise<Judged> {
    const body =
      typeof decision === "string" ? { decision, reason: "looked at" } : { reason: "looked at", ...decision };
    return ask(on, matchDecision, body, { ...terms, params: { candidateId } });
  }

  async decided(candidateId: string, decision: object | string): Promise<Decided> {
    return answerOf(await this.decide(candidateId, decision)) as Decided;
  }

  assign(candidateId: string, assignee: string | null): Promise<Judged> {
    return this.ledger.ask(matchAssignment, { assignee }, { params: { candidateId } });
  }

  read(candidateId: string, actor: Actor = TILL): Promise<Detail> {
    return readMatchCandidate.read(this.ledger.service, { actor, params: { candidateId }, query: {}, body: {} });
  }

  list(query: Query = {}, actor: Actor = TILL) {
    const asked = { status: "open", minScore: 0, assignee: undefined, limit: 50, cursor: undefined, ...query } as const;
    return listCandidates.read(this.ledger.service, { actor, params: {}, query: asked, body: {} });
  }
}
