/** Who stood for somebody when an operation was posted: by the journal's order, which no clock disturbs. */
import { bucketOf, fromUuid, isId, type MemberId, type OperationId, type ProfileId, uuidOf } from "../kernel/ids.ts";
import type { Transaction } from "../engine/connection/session.ts";
import { bucketIn } from "../engine/transfer-sql.ts";

const operation = (alias: string, uuid: string): string =>
  `operations ${alias} on ${alias}.bucket = ${bucketIn(uuid)} and ${alias}.operation_id = ${uuid}`;
const THEN =
  "(select t.position, t.place from operations t where t.bucket = $3::smallint and t.operation_id = $4::uuid)";

const OF_PROFILE = `select l.member_id from profile_links l join ${operation("o", "l.operation_id")}
  where l.bucket = $1::smallint and l.profile_id = $2::uuid and (o.position, o.place) <= ${THEN}
  order by o.position desc, o.place desc limit 1`;

const OF_MEMBER = `with recursive up as (
    select w.member_id, 0 as steps from wallets w where w.bucket = $1::smallint and w.member_id = $2::uuid
    union all
    select m.survivor_id, up.steps + 1 from up join merges m on m.absorbed_id = up.member_id
      join ${operation("o", "m.merge_id")} left join ${operation("u", "m.undone_by")}
      where (o.position, o.place) <= ${THEN} and (u.position is null or (u.position, u.place) > ${THEN})
  ) select up.member_id from up order by up.steps desc limit 1`;

/** The member, or whom the profile led to; undefined where there was none yet. */
export async function standingThen(
  tx: Transaction,
  who: MemberId | ProfileId,
  operationId: OperationId,
): Promise<MemberId | undefined> {
  const statement = isId("prf", who) ? OF_PROFILE : OF_MEMBER;
  const parameters = [bucketOf(who), uuidOf(who), bucketOf(operationId), uuidOf(operationId)];
  const [row] = await tx.run<{ member_id: string }>(statement, parameters);
  return row === undefined ? undefined : fromUuid("mbr", row.member_id);
}
