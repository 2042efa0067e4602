/** Names under which merges and partings stand in the journal, for those who meet one there. */
import { oneOf } from "../../engine/definition/invariant.ts";

export const MERGE = "merge";
/** A customer has linked two accounts. */
export const LINK_CONFIRMATION = "link-confirmation";
/** Two people have joined two members. */
export const MERGE_OVERRIDE_APPROVAL = "merge-override-approval";
/** A reviewer has said whether two are one: a merge, where they are. */
export const MATCH_DECISION = "match-decision";
export const UNMERGE = "unmerge";
export const PROFILE_PARTING = "profile-parting";

/** SQL: operations that join two members whenever they are accepted. */
const ALWAYS_JOINS = oneOf([MERGE, LINK_CONFIRMATION, MERGE_OVERRIDE_APPROVAL]);
/** SQL: operations that join two members, and are answered more than what the merge is. */
export const JOINS_AMONG_OTHERS = oneOf([MATCH_DECISION, LINK_CONFIRMATION, MERGE_OVERRIDE_APPROVAL]);
/** SQL: operations that part two. */
export const PARTS = oneOf([UNMERGE, PROFILE_PARTING]);

/** SQL: whether an operation that was accepted is a merge: asked for as such, by a reviewer, a customer, or two people. */
export const isMerge = (o: string): string =>
  `(${o}.name in (${ALWAYS_JOINS}) or (${o}.name = '${MATCH_DECISION}' and ${o}.answer->>'status' = 'linked'))`;
