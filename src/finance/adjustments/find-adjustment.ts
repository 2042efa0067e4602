/** Finds an adjustment, and whose account it concerns by now. */
import { type AdjustmentId, type Id, isId, type MemberId, type ProfileId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { FoundBy, Needs } from "../../engine/definition/context.ts";
import { need, needAnswer } from "../../engine/definition/document-store.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { absorbedMembers, membersOfProfiles } from "../../members/owner.ts";
import { type Adjustment, adjustmentStore, compensationReading } from "./adjustment-store.ts";
import { breakStore } from "../reconciliation/stores.ts";
import { needStaff } from "./allowed.ts";

/** `adjustment_not_found` also where it stands in the books of another brand than the actor's. */
export async function requireAdjustment(reader: Reader, actor: Actor, id: string): Promise<Adjustment> {
  const found = isId("adj", id) ? await reader.one(adjustmentStore, id) : undefined;
  if (found === undefined || !seesOwnOf(actor, found.brand)) throw new Problem("adjustment_not_found");
  return found;
}

/** Whose account, and as which profile of theirs. */
export interface Whose {
  readonly memberId: MemberId;
  readonly profileId: ProfileId | null;
  readonly foundBy: readonly FoundBy[];
}

/**
 * Whoever has the profile that was presented; or who stands for the member that was named, as the first profile that is this
 * member's own, so that what is given goes with it where they part.
 */
export async function whoseIsIt(reader: Reader, { memberId, profileId }: Adjustment): Promise<Whose> {
  if (profileId !== null) {
    const found = (await reader.one(membersOfProfiles, profileId)) ?? memberId;
    return { memberId: found, profileId, foundBy: [{ wallet: found, by: profileId }] };
  }
  const absorbed = await reader.one(absorbedMembers, memberId);
  const found = absorbed?.memberId ?? memberId;
  return { memberId: found, profileId: absorbed?.profileId ?? null, foundBy: [{ wallet: found, by: memberId }] };
}

/** What is to be locked and loaded to apply an adjustment, or to undo one that has touched lots. */
export function needsOf(
  { memberId, foundBy }: Whose,
  adjustment: {
    readonly id: AdjustmentId | null;
    readonly incident: string | null;
    readonly original: Adjustment | null;
    /** The break that it puts right. */
    readonly breakId?: Id<"brk"> | null;
  },
  staffIds: readonly string[],
): Needs {
  const { id, incident, original, breakId = null } = adjustment;
  const documents = [id, original?.id ?? null].flatMap((each) => (each === null ? [] : [need(adjustmentStore, each)]));
  const from = [original?.memberId, original?.appliedTo].filter((each) => each !== undefined && each !== null);
  return {
    wallets: [memberId],
    foundBy,
    burns: true,
    lots: (original?.parts ?? []).map(({ lotId }) => lotId),
    lotsFrom: [...new Set(from)].filter((each) => each !== memberId),
    documents: [
      ...documents,
      ...needStaff(staffIds),
      ...(incident === null ? [] : [needAnswer(compensationReading, { memberId, incident })]),
      ...(breakId === null ? [] : [need(breakStore, breakId)]),
    ],
  };
}
