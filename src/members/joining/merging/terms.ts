/** What is said of two members that become one, and of who stands for both. Pure. */
import type { Instant } from "../../../kernel/clock.ts";
import type { MemberId } from "../../../kernel/ids.ts";
import type { SurvivorRule } from "../../merge-words.ts";

/** A member, as far as it matters who stands for whom. */
export interface Party {
  readonly memberId: MemberId;
  readonly createdAt: Instant;
  /** How many of its identifiers are verified. */
  readonly verified: number;
}

export interface Choice {
  readonly survivorId: MemberId;
  readonly absorbedId: MemberId;
  readonly rule: SurvivorRule;
}

/** Who stands for both: the older; of one moment, whoever has more verified identifiers; else the smaller id, so that it is always the same. */
export function chooseSurvivor(one: Party, other: Party): Choice {
  const [rule, oneFirst] =
    one.createdAt !== other.createdAt
      ? (["older", one.createdAt < other.createdAt] as const)
      : one.verified !== other.verified
        ? (["more_verified", one.verified > other.verified] as const)
        : (["smaller_id", one.memberId < other.memberId] as const);
  const [first, second] = oneFirst ? [one, other] : [other, one];
  return { survivorId: first.memberId, absorbedId: second.memberId, rule };
}

/** Members that are one member: more are never joined, so that what is done to one has its bounds. */
export const MOST_JOINED = 20;
/** So many open lots of one member are moved at once. */
export const MOST_LOTS = 10_000;
/** Profiles of one member after a merge. */
export const MOST_PROFILES = 200;
