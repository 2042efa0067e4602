/** Names of what blocks members, and who may know of it. */
import { mayDo } from "../kernel/permissions.ts";
import type { Actor } from "../engine/actor.ts";

export const MEMBER_BLOCK = "member-block";
export const MEMBER_UNBLOCK = "member-unblock";

/** Whether an actor may know that a member is blocked, and why. To everybody else a blocked member looks like any other. */
export const seesBlocks = ({ scopes, brand }: Pick<Actor, "scopes" | "brand">): boolean =>
  brand === null && mayDo(scopes, "members.block");
