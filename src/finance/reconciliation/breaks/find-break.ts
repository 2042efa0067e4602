/** Finds a break that an actor may see; `break_not_found` for another brand's as for one that is not there. */
import type { Actor } from "../../../engine/actor.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { seesOwnOf } from "../../../engine/definition/visibility.ts";
import { isId } from "../../../kernel/ids.ts";
import { Problem } from "../../../kernel/problems.ts";
import { type Break, breakStore } from "../stores.ts";

export async function findBreak(tx: Transaction, actor: Pick<Actor, "brand">, breakId: string): Promise<Break> {
  const found = isId("brk", breakId) ? (await breakStore.load(tx, [breakId], "none")).get(breakId) : undefined;
  if (found === undefined || !seesOwnOf(actor, found.brand)) throw new Problem("break_not_found");
  return found;
}
