/** How a command asks whether members are still those that somebody has looked at, and judges by it. */
import type { CommandContext } from "../../engine/definition/context.ts";
import { type DocumentNeed, needAnswer } from "../../engine/definition/document-store.ts";
import { type Changes, changesReading, type Since } from "./changed-since.ts";

/** Beside it the command locks the wallets of the members. */
export const needChangesSince = (since: Since): DocumentNeed => needAnswer(changesReading, since);

/** Undefined where another command of the group has changed one of them: it is asked again then. */
export function changesSince({ wallet, document }: CommandContext, since: Since): Changes | undefined {
  if (since.members.some((id) => (wallet(id)?.loadedVersion ?? null) === null)) return undefined;
  return document(changesReading.store, changesReading.keyOf(since));
}
