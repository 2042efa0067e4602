/** Who may do what with a settlement: people who are named, of clients that belong to one of its parties or to none. */
import { isId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { type Settlement, settlementStore } from "./stores.ts";

export const namedStaff = ({ staffId }: Pick<Actor, "staffId">): Problem | undefined =>
  staffId === null ? new Problem("staff_required") : undefined;

/** Whether a settlement is of an actor's brand. */
const isParty = (actor: Pick<Actor, "brand">, { one, other }: Pick<Settlement, "one" | "other">): boolean =>
  seesOwnOf(actor, one) || seesOwnOf(actor, other);

/** The settlement of an id, and who asks; `settlement_not_found` also for whoever is no party to it. */
export async function requireSettlement({ reader }: Pick<Lookup, "reader">, actor: Actor, settlementId: string) {
  const found = isId("stm", settlementId) ? await reader.one(settlementStore, settlementId) : undefined;
  if (found === undefined || !isParty(actor, found)) throw new Problem("settlement_not_found");
  return found;
}

/** The same for what somebody does, who is named. */
export async function requireByStaff(look: Lookup, actor: Actor, settlementId: string) {
  if (actor.staffId === null) throw new Problem("staff_required");
  const { id, operationId, one, other, toMonth } = await requireSettlement(look, actor, settlementId);
  return { id, operationId, one, other, toMonth, staffId: actor.staffId };
}
