/**
 * SQL: whom it was recorded for what an operation continues. A return, a reversal and a pickup go on with what was recorded
 * before; whose they are follows from that, whoever stood for him meanwhile.
 */
import { bucketIn } from "../engine/transfer-sql.ts";

/** Names of operations that go on with a sale or an order of before. */
export const CONTINUES: readonly string[] = ["return", "return-by-receipt", "reversal", "order-pickup"];
const NAMES = CONTINUES.map((name) => `'${name}'`).join(", ");

/** SQL: whether an operation `o` goes on with what was recorded before, and no identifier was presented for it. */
export const goesOn = (o: string): string => `${o}.profile_id is null and ${o}.name in (${NAMES})`;

/**
 * A row at most, of an operation `o`: the member that its sale or order was recorded for, by his id, and the operation that has
 * recorded it. None where an identifier was presented, and where it is about no sale.
 */
export const recordedFor = (o: string): string => `(
  select coalesce(d.member_id, p.member_id) as member_id, coalesce(d.order_id, p.purchase_id) as operation_id
  from (select case when ${o}.name = 'reversal' then (select k.operation_id from command_keys k where k.key = ${o}.subject_hash)
      else ${o}.operation_id end as id where ${goesOn(o)}) about
    left join returns r on r.bucket = ${bucketIn("about.id")} and r.return_id = about.id
    join purchases p on p.bucket = ${bucketIn("coalesce(r.purchase_id, about.id)")} and p.purchase_id = coalesce(r.purchase_id, about.id)
    left join orders d on d.bucket = ${bucketIn("p.order_id")} and d.order_id = p.order_id
  where coalesce(d.profile_id, p.profile_id) is null limit 1)`;
