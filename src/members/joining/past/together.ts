/** Finds with whom, and in which wallets, those were who are to leave. */
import { assert } from "../../../kernel/assert.ts";
import { as, type MemberId, type MergeId } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { birthsOf, goneProfiles, homecomingsOf } from "./homecomings.ts";
import { mergesAbout } from "./placed-merges.ts";
import type { Leaving } from "../leaving.ts";
import { Alone, type CameHome, staysOfMembers, staysOfProfile, type Together } from "./stays.ts";
import { Timeline } from "./timeline.ts";

/** Those whom a merge has brought. */
export async function togetherByMerge(tx: Transaction, mergeId: MergeId, leaving: Leaving): Promise<Together> {
  const [first] = leaving.members;
  assert(first !== undefined, "a merge has brought somebody");
  const [merges, gone, homecomings, born] = await Promise.all([
    mergesAbout(tx, first),
    goneProfiles(tx, leaving.members),
    homecomingsOf(tx, leaving.profiles),
    birthsOf(tx, leaving),
  ]);
  const merge = merges.find(({ id }) => id === mergeId);
  assert(merge !== undefined, "a merge is among those that its member took part in");
  const timeline = new Timeline(merges, homecomings);
  const all = [...new Set(merges.flatMap(({ survivorId, absorbedId }) => [survivorId, absorbedId]))];
  return {
    merges,
    gone,
    stays: staysOfMembers(leaving, timeline, new Alone(leaving, timeline, all, gone), born),
    arrival: { by: as("opn", merge.id), at: merge.at, from: merge.absorbedId },
  };
}

/** A profile that goes alone, since it has come to its home. */
export async function togetherByProfile(tx: Transaction, homeId: MemberId, came: CameHome): Promise<Together> {
  const merges = await mergesAbout(tx, homeId);
  const timeline = new Timeline(merges, []);
  return { merges, gone: [], stays: staysOfProfile(homeId, came, timeline), arrival: null };
}
