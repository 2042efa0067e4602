/** Lots against what the operations that made them have answered: modules say which of their answers state a lot. */
import { brokenUnless, id } from "../definition/invariant.ts";

/**
 * SQL: facts of an invariant. `stated` selects `operation_id`, `member_id` (whom the operation concerned), `lot_id`,
 * `active_at` and `expires_at`: as they were when the lot was made, in the wallet in which it was made.
 */
export const lotsAreAsStated = (stated: string): string => `with stated as (${stated}),
    first_ends as (
      select distinct on (bucket, member_id, lot_id) bucket, member_id, lot_id, former_end
      from lot_terms order by bucket, member_id, lot_id, posted_at, wallet_version, ordinal)
    select ${brokenUnless(
      `l.lot_id is not null and l.operation_id = s.operation_id and l.active_at = s.active_at
        and coalesce(f.former_end, l.expires_at) = s.expires_at`,
      {
        memberId: id("mbr", "s.member_id"),
        lotId: id("lot", "s.lot_id"),
        entity: "l.issuer",
        operationId: id("opn", "s.operation_id"),
        activeAt: "json_build_array(l.active_at, s.active_at)",
        firstEnd: "json_build_array(coalesce(f.former_end, l.expires_at), s.expires_at)",
      },
    )}
    from stated s left join lots l using (member_id, lot_id) left join first_ends f using (bucket, member_id, lot_id)`;
