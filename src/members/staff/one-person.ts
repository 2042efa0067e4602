/** Whether two of the staff are one person, and whether a member is one of them: by all members who they are, or were before. */
import type { MemberId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type DocumentNeed, needAnswer } from "../../engine/definition/document-store.ts";
import { staffReading, type Standing } from "./staff-store.ts";

/** What tells it, of these staff in this order. */
export const needStanding = (staffIds: readonly string[]): DocumentNeed => needAnswer(staffReading, staffIds);

const standingOf = (context: CommandContext, staffIds: readonly string[]): Standing =>
  context.document(staffReading.store, staffReading.keyOf(staffIds)) ?? {};

/** Whether a member's account is, as of now, that of any of these staff. */
export const isOwnOfAny = (context: CommandContext, staffIds: readonly string[], memberId: MemberId): boolean =>
  Object.values(standingOf(context, staffIds)).some((members) => members.includes(memberId));

/** Two ids are one person where they are the same, or where any member of the one is, as of now, one with any of the other. */
export function isOnePerson(context: CommandContext, staffIds: readonly [first: string, second: string]): boolean {
  const [first, second] = staffIds;
  const standing = standingOf(context, staffIds);
  const others = new Set(standing[second]);
  return first === second || (standing[first] ?? []).some((memberId) => others.has(memberId));
}
