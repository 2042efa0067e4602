/** What is said of two members who may be one person, and are for people to look at. Pure. */
import type { ProfileId } from "../kernel/ids.ts";
import type { IdentifierKind } from "./identifier.ts";
import type { Person } from "./person.ts";

/** `later`: put off. The last two are for ever. */
export const CANDIDATE_STATUSES = ["open", "later", "linked", "apart"] as const;
export type CandidateStatus = (typeof CANDIDATE_STATUSES)[number];

/** Who has found it: a registration that was left to people, or somebody of staff. */
export const CANDIDATE_SOURCES = ["registration", "staff"] as const;
export type CandidateSource = (typeof CANDIDATE_SOURCES)[number];

/** An identifier that both have, or a field that is known of both; never its value. */
export interface MatchEvidence {
  readonly kind: IdentifierKind | keyof Person;
  readonly rule: "same" | "agrees" | "conflicts";
  /** One of either side. */
  readonly profileIds: ProfileId[];
}
