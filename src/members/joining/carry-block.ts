/** Parting is no way out of a block: whoever leaves a blocked member is blocked as well, until it is let go by itself. */
import type { MemberId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Saved, save } from "../../engine/definition/decision.ts";
import { isBlocked } from "../../ledger/posting/spend.ts";
import { blockStore, setStatus } from "../block-store.ts";

/** Of two who are joined neither is blocked: so this concerns partings only. */
export function carryBlock(context: CommandContext, from: MemberId, to: MemberId): Saved[] {
  const [left, leaving] = [context.wallet(from), context.wallet(to)];
  if (left === undefined || leaving === undefined || !isBlocked(left)) return [];
  return [save(blockStore, to, [setStatus(leaving, "blocked", context, from)])];
}
