/** What a merge may be, in one word each. */
export const MERGE_STATUSES = ["merged", "undone"] as const;
export type MergeStatus = (typeof MERGE_STATUSES)[number];

/** Why the one has survived, and not the other. */
export const SURVIVOR_RULES = ["older", "more_verified", "smaller_id"] as const;
export type SurvivorRule = (typeof SURVIVOR_RULES)[number];

/** What may be overridden by two people; nothing else ever is. */
export const OVERRIDDEN_BLOCKERS = ["birth_dates_differ"] as const;
export type OverriddenBlocker = (typeof OVERRIDDEN_BLOCKERS)[number];
