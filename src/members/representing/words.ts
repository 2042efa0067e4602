/** What whatever spends says of representatives. */

/** Problems of whatever may be done by a representative. */
export const ACTING_PROBLEMS = ["not_a_representative", "representative_limit"] as const;

export const BALANCE_OF_REPRESENTED = "Null where a representative has acted who may not see it.";

export const BALANCE_OF_BEGUN = "Null where a representative has begun it who may not see it.";
