/** Which policy is in force when. Versions are effective-dated; a later version of the same date wins. */
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import type { Policy } from "./policy.ts";

export interface PolicyTimeline {
  /** The policy in force at an instant; before the first one, the first. */
  at(instant: Instant): Policy;
  /** All versions, by number. */
  readonly versions: readonly DatedPolicy[];
}

export interface DatedPolicy {
  readonly effectiveFrom: Instant;
  readonly policy: Policy;
}

/** Puts versions in order of their effective dates. */
export function timeline(versions: readonly DatedPolicy[]): PolicyTimeline {
  const ordered = [...versions].sort(
    (a, b) => a.effectiveFrom - b.effectiveFrom || a.policy.version - b.policy.version,
  );
  const first = ordered[0];
  assert(first !== undefined, "there is a policy");
  return {
    versions: [...versions].sort((a, b) => a.policy.version - b.policy.version),
    at(instant) {
      let found = first;
      for (const version of ordered) if (version.effectiveFrom <= instant) found = version;
      return found.policy;
    },
  };
}
