/** Reads merges, undone ones too, and partings of profiles, with their places in the journal. */
import { bucketsOf, uuidsOf } from "../../../db/arrays.ts";
import { assert } from "../../../kernel/assert.ts";
import { as, fromUuid, type MemberId, type MergeId, type ProfileId } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { bucketIn } from "../../../engine/transfer-sql.ts";
import { type Homecoming, isBefore, type Place, type PlacedMerge } from "./past-spans.ts";

const MERGES = `select m.merge_id, m.survivor_id, m.absorbed_id, m.undone_by,
    o.position::text as position, o.place, u.position::text as undone_position, u.place as undone_place
  from merges m
    join operations o on o.bucket = ${bucketIn("m.merge_id")} and o.operation_id = m.merge_id
    left join operations u on u.bucket = ${bucketIn("m.undone_by")} and u.operation_id = m.undone_by
  where m.merge_id in (select merge_id from merges where absorbed_id = any($1::uuid[])
    union select merge_id from merges where survivor_id = any($2::uuid[]))`;

interface Row {
  readonly merge_id: string;
  readonly survivor_id: string;
  readonly absorbed_id: string;
  readonly position: string;
  readonly place: number;
  readonly undone_by: string | null;
  readonly undone_position: string | null;
  readonly undone_place: number | null;
}

/**
 * All merges in which a member, or anybody who was ever one with it, took part: undone ones too. Where those were before they came tells
 * what they have brought.
 */
export async function mergesAbout(tx: Transaction, member: MemberId): Promise<PlacedMerge[]> {
  const known = new Map<MergeId, PlacedMerge>();
  const seen = new Set<MemberId>();
  for (let next: readonly MemberId[] = [member]; next.length > 0; ) {
    for (const id of next) seen.add(id);
    const rows = await tx.run<Row>(MERGES, [uuidsOf(next), uuidsOf(next)]);
    const found = rows.map(placedOf);
    for (const merge of found) known.set(merge.id, merge);
    const concerned = new Set(found.flatMap(({ survivorId, absorbedId }) => [survivorId, absorbedId]));
    next = [...concerned].filter((id) => !seen.has(id));
  }
  return [...known.values()];
}

function placedOf(row: Row): PlacedMerge {
  const { undone_by: by, undone_position: position, undone_place: place } = row;
  return {
    id: fromUuid("mrg", row.merge_id),
    survivorId: fromUuid("mbr", row.survivor_id),
    absorbedId: fromUuid("mbr", row.absorbed_id),
    at: { position: row.position, place: row.place },
    undone:
      by === null || position === null || place === null ? null : { by: fromUuid("opn", by), at: { position, place } },
  };
}

/** Whoever has parted with a profile of his own is the member that the parting has made: the two are never one again. */
const PARTINGS = `select o.operation_id, o.position::text as position, o.place, o.answer->'moved'->'profiles'->>0 as profile
  from cannot_links c join operations o on o.bucket = ${bucketIn("c.operation_id")} and o.operation_id = c.operation_id
  where (c.one_id = any($1::uuid[]) or c.other_id = any($1::uuid[])) and o.name = 'profile-parting' and o.refusal is null`;
const LINKS = `select k.profile_id, k.operation_id, k.home_id, o.position::text as position, o.place from profile_links k
    join operations o on o.bucket = ${bucketIn("k.operation_id")} and o.operation_id = k.operation_id
  where k.bucket = any($1::smallint[]) and k.profile_id = any($2::uuid[])
  order by k.profile_id, o.position, o.place`;

interface LinkRow extends Place {
  readonly profile_id: string;
  readonly operation_id: string;
  readonly home_id: string;
}

/**
 * Profiles that have parted from these members, each told as a member of its own that had been part of its home since it was
 * linked to it: as such it counts for those who stay.
 */
export async function partedProfiles(tx: Transaction, members: readonly MemberId[]): Promise<PlacedMerge[]> {
  const partings = await tx.run<Place & { operation_id: string; profile: string }>(PARTINGS, [uuidsOf(members)]);
  if (partings.length === 0) return [];
  const profiles = partings.map(({ profile }) => as("prf", profile));
  const links = await tx.run<LinkRow>(LINKS, [bucketsOf(profiles), uuidsOf(profiles)]);
  return partings.flatMap(({ operation_id, position, place, profile }) => {
    const own = links.filter(({ profile_id }) => fromUuid("prf", profile_id) === profile);
    const [home] = own.filter((link) => isBefore(link, { position, place })).slice(-1);
    const first = own.find(({ home_id }) => home_id === home?.home_id);
    if (home === undefined || first === undefined) return [];
    return {
      id: fromUuid("mrg", operation_id),
      survivorId: fromUuid("mbr", home.home_id),
      absorbedId: fromUuid("mbr", operation_id),
      at: { position: first.position, place: first.place },
      undone: { by: fromUuid("opn", operation_id), at: { position, place } },
    };
  });
}

/** See `Homecoming`. */
export async function cameHome(tx: Transaction, profileId: ProfileId, homeId: MemberId): Promise<Homecoming> {
  const links = await tx.run<LinkRow>(LINKS, [bucketsOf([profileId]), uuidsOf([profileId])]);
  const first = links.find(({ home_id }) => fromUuid("mbr", home_id) === homeId);
  assert(first !== undefined, "a profile has been linked to its home");
  const { operation_id, position, place } = first;
  return { by: fromUuid("opn", operation_id), at: { position, place }, isParting: first !== links[0] };
}
