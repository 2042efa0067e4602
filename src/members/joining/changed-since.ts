/**
 * Whether two members are still those that somebody has looked at: since an operation neither has been joined with a third, nor
 * parted. Told by the journal, once the wallets of both are locked, so that nothing of it can happen meanwhile.
 */
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { bucketOf, type MemberId, type OperationId, uuidOf } from "../../kernel/ids.ts";
import { defineReading } from "../../engine/definition/document-store.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { PROFILE_PARTING } from "./operation-names.ts";

/** What is asked: of these members, who stand for themselves, since this operation. */
export interface Since {
  readonly members: readonly MemberId[];
  readonly operationId: OperationId;
}

export interface Changes {
  readonly joinedOrParted: boolean;
  /** Keys of what has led to one of them, and has ended since. */
  readonly ended: readonly string[];
}

/** Later by the journal, or by its instant: of two that were under way at once the journal may have numbered the later one first. */
const LATER = "(o.posted_at > a.posted_at or (o.position, o.place) > (a.position, a.place))";
const ASKED = `asked as materialized (select posted_at, position, place from operations where bucket = $1::smallint and operation_id = $2::uuid)`;

/** A merge, or its undoing, that changes who is part of a member has one of those as its survivor; of a profile that has parted a pair is left. */
const JOINED_OR_PARTED = `with ${ASKED},
    people as materialized (select member_id from wallets where bucket = any($3::smallint[]) and member_id = any($4::uuid[])
      union select member_id from wallets where survivor_id = any($4::uuid[])),
    about as materialized (
      select merge_id, undone_by from merges where survivor_id in (select member_id from people)
      union select merge_id, undone_by from merges where absorbed_id = any($4::uuid[])),
    changes as (
      select merge_id as operation_id, true as counts from about
      union all select undone_by, true from about where undone_by is not null
      union all select operation_id, false from cannot_links where one_id in (select member_id from people)
      union all select operation_id, false from cannot_links where other_id in (select member_id from people))
  select 1 as changed from changes c cross join asked a
    join operations o on o.bucket = ${bucketIn("c.operation_id")} and o.operation_id = c.operation_id
  where (c.counts or o.name = '${PROFILE_PARTING}') and ${LATER} limit 1`;

const ENDED = `with ${ASKED}
  select distinct replace(h.identifier_key::text, '-', '') as key from profiles p join identifier_history h on h.profile_id = p.profile_id and h.event = 'ended'
    cross join asked a
    join operations o on o.bucket = ${bucketIn("h.operation_id")} and o.operation_id = h.operation_id
  where p.member_id = any($3::uuid[]) and ${LATER}`;

async function readChanges(tx: Transaction, { members, operationId }: Since): Promise<Changes> {
  const asked = [bucketOf(operationId), uuidOf(operationId)];
  const [changed, ended] = await Promise.all([
    tx.run(JOINED_OR_PARTED, [...asked, bucketsOf(members), uuidsOf(members)]),
    tx.values(ENDED, [...asked, uuidsOf(members)]),
  ]);
  return { joinedOrParted: changed.length > 0, ended: ended.map(([key]) => String(key)) };
}

/** See `Reading`: asked when the wallets of the members are locked. */
export const changesReading = defineReading("changes of members", readChanges);
