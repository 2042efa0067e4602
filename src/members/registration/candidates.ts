/** Whom a registration leaves to people: beside each member that its identifiers lead to. Pure. */
import type { MemberId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import type { Candidate } from "../matching/candidate-store.ts";
import { evidenceOf } from "../matching/evidence.ts";
import { newCandidate } from "../matching/new-candidate.ts";
import { scoreText } from "../matching/score.ts";
import { pairOf } from "../pair.ts";
import type { Person } from "../person.ts";
import type { Profile } from "../profile-store.ts";

interface Compared {
  readonly theirs: readonly Profile[];
  readonly leading: ReadonlySet<string>;
  readonly personOf: (profile: Profile) => Person;
}

/** What is left to people: whether the new member is one of those whom the identifiers lead to. `theirs`: their profiles. */
export function candidatesOf(
  by: CommandContext,
  profile: Profile,
  led: readonly MemberId[],
  { theirs, leading, personOf }: Compared,
): Candidate[] {
  return led.map((known, index) => {
    const pair = pairOf(profile.memberId, known);
    const sides = { [profile.memberId]: [profile], [known]: theirs.filter(({ memberId }) => memberId === known) };
    const evidence = evidenceOf(sides[pair.oneId] ?? [], sides[pair.otherId] ?? [], leading, personOf);
    return newCandidate(by, { ...pair, source: "registration", ordinal: index + 1, evidence });
  });
}

/** As the answer tells it. */
export const toReview = ({ id: candidateId, oneId, otherId, score }: Candidate, own: MemberId) => ({
  candidateId,
  memberId: oneId === own ? otherId : oneId,
  score: scoreText(score),
});
