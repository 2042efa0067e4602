/** What was given for the same incident before. */
import type { AdjustmentId, MemberId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { type Compensation, compensationReading } from "./adjustment-store.ts";

/** Of a member and an incident, without the adjustment that asks; a client of one brand is told of what stands in its own books. */
export function earlierOf(
  { document, actor }: CommandContext,
  { memberId, incident, id }: { memberId: MemberId; incident: string | null; id: AdjustmentId },
): readonly Compensation[] {
  if (incident === null) return [];
  const all = document(compensationReading.store, compensationReading.keyOf({ memberId, incident })) ?? [];
  return all.filter(({ adjustmentId, brand }) => adjustmentId !== id && seesOwnOf(actor, brand));
}
