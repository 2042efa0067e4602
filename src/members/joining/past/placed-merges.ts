/** Reads merges, undone ones too, with their places in the journal. */
import { uuidsOf } from "../../../db/arrays.ts";
import { fromUuid, type MemberId, type MergeId } from "../../../kernel/ids.ts";
import { Problem } from "../../../kernel/problems.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { bucketIn } from "../../../engine/transfer-sql.ts";
import type { PlacedMerge } from "./timeline.ts";

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

/** Among more people than have had so many merges with each other nobody is told apart. */
const MOST_MERGES = 1_000;

/** All merges in which a member, or anybody who was ever one with it, took part: undone ones too. `too_much_to_part` where there are too many. */
export async function mergesAbout(tx: Transaction, member: MemberId): Promise<PlacedMerge[]> {
  const known = new Map<MergeId, PlacedMerge>();
  const seen = new Set<MemberId>();
  for (let next: readonly MemberId[] = [member]; next.length > 0; ) {
    for (const id of next) seen.add(id);
    const rows = await tx.run<Row>(MERGES, [uuidsOf(next), uuidsOf(next)]);
    const found = rows.map(placedOf);
    for (const merge of found) known.set(merge.id, merge);
    if (known.size > MOST_MERGES) throw new Problem("too_much_to_part", { most: MOST_MERGES });
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
