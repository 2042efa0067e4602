/** Reads since when profiles have been at home with which members, and which have parted from theirs. */
import { bucketsOf, uuidsOf } from "../../../db/arrays.ts";
import { assert } from "../../../kernel/assert.ts";
import { as, fromUuid, type MemberId, type ProfileId } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { bucketIn } from "../../../engine/transfer-sql.ts";
import type { Leaving } from "../leaving.ts";
import type { Births, CameHome, GoneProfile } from "./stays.ts";
import { type Homecoming, isBefore, type Place } from "./timeline.ts";
import { PROFILE_PARTING } from "../operation-names.ts";

const LINKS = `select k.profile_id, k.home_id, o.position::text as position, o.place from profile_links k
    join operations o on o.bucket = ${bucketIn("k.operation_id")} and o.operation_id = k.operation_id
  where k.bucket = any($1::smallint[]) and k.profile_id = any($2::uuid[])
  order by k.profile_id, o.position, o.place`;

/** Where each of some profiles has been at home, in order; one that a merge has taken along is at home where it was. */
export async function homecomingsOf(tx: Transaction, profiles: readonly ProfileId[]): Promise<Homecoming[]> {
  if (profiles.length === 0) return [];
  const rows = await tx.run<Place & { profile_id: string; home_id: string }>(LINKS, [
    bucketsOf(profiles),
    uuidsOf(profiles),
  ]);
  const links = rows.map(({ profile_id, home_id, position, place }) => ({
    profileId: fromUuid("prf", profile_id),
    homeId: fromUuid("mbr", home_id),
    at: { position, place },
  }));
  return links.filter(({ profileId, homeId }, index) => {
    const former = links[index - 1];
    return former?.profileId !== profileId || former.homeId !== homeId;
  });
}

/** Whoever has parted with a profile of his own is the member that the parting has made: the two are never one again. */
const PARTINGS = `select o.position::text as position, o.place, o.answer->'moved'->'profiles'->>0 as profile
  from cannot_links c join operations o on o.bucket = ${bucketIn("c.operation_id")} and o.operation_id = c.operation_id
  where (c.one_id = any($1::uuid[]) or c.other_id = any($1::uuid[])) and o.name = '${PROFILE_PARTING}' and o.refusal is null`;

/** Profiles that were at home with some members, and have parted. */
export async function goneProfiles(tx: Transaction, members: readonly MemberId[]): Promise<GoneProfile[]> {
  const partings = await tx.run<Place & { profile: string }>(PARTINGS, [uuidsOf(members)]);
  const homes = await homecomingsOf(tx, [...new Set(partings.map(({ profile }) => as("prf", profile)))]);
  return partings.flatMap(({ profile, position, place }) => {
    const to = { position, place };
    const home = homes.findLast(({ profileId, at }) => profileId === profile && isBefore(at, to));
    return home === undefined ? [] : { homeId: home.homeId, from: home.at, to };
  });
}

const BORN = `select o.operation_id, o.position::text as position, o.place, o.answer->'moved'->'profiles'->>0 as profile
  from operations o where o.bucket = any($1::smallint[]) and o.operation_id = any($2::uuid[]) and o.name = '${PROFILE_PARTING}'`;

/** Those of some members whom partings of profiles have made, and where. */
export async function birthsOf(tx: Transaction, { members, profiles }: Leaving): Promise<Births> {
  const rows = await tx.run<Place & { operation_id: string; profile: string }>(BORN, [
    bucketsOf(members),
    uuidsOf(members),
  ]);
  return new Map(
    rows.map(({ operation_id, position, place, profile }) => {
      const isOwn = profiles.includes(as("prf", profile));
      return [fromUuid("mbr", operation_id), { at: { position, place }, isOwn }];
    }),
  );
}

/** What has brought a profile to its home. */
export async function cameHome(tx: Transaction, profileId: ProfileId, homeId: MemberId): Promise<CameHome> {
  const homes = await homecomingsOf(tx, [profileId]);
  const index = homes.findLastIndex((home) => home.homeId === homeId);
  const home = homes[index];
  assert(home !== undefined, "a profile has been linked to its home");
  return { at: home.at, isParting: index > 0 };
}
