/** Members that are one member, as a tree: each was absorbed by another, but for the one who stands for all. Pure. */
import type { MemberId } from "../../kernel/ids.ts";
import type { CannotLink, Merge } from "./stores.ts";

/** A member with all who have become part of it, directly or not, as merges that stand say it. */
export function subtreeOf(memberId: MemberId, merges: readonly Merge[]): MemberId[] {
  const children = merges.filter(({ survivorId }) => survivorId === memberId).map(({ absorbedId }) => absorbedId);
  return [memberId, ...children.flatMap((child) => subtreeOf(child, merges))];
}

/** A pair of members, one on either side, that are never to be one. */
export function forbiddenPair(
  one: readonly MemberId[],
  other: readonly MemberId[],
  pairs: readonly CannotLink[],
): CannotLink | undefined {
  const [here, there] = [new Set(one), new Set(other)];
  return pairs.find(
    ({ oneId, otherId }) => (here.has(oneId) && there.has(otherId)) || (here.has(otherId) && there.has(oneId)),
  );
}
