/** SQL: the transfers of the books that were asked for, each with its operation, the day on which it is accounted and its lot. */
import { given, MARK } from "../../engine/definition/export.ts";
import { accountingDay } from "../turnovers/turnovers.ts";

/** SQL: where an entity is the one that was asked for; all are, where none was. */
const isOfEntity = (entity: string): string => `(${given("entity")} is null or ${entity} = ${given("entity")})`;

/** SQL: whether a day comes not before the first, or not after the last one that was asked for. */
export const within = (name: "from" | "to" | "asOf", operator: ">=" | "<=", day: string = accountingDay): string =>
  `(${given(name, "date")} is null or ${day} ${operator} ${given(name, "date")})`;

/**
 * SQL: of the rules of an operation `o`, what days go by. All versions' are read once: joined with each operation, they would be
 * copied for it, and one process alone would make what a row shows.
 */
const ZONE = `(select jsonb_object_agg(version, rules->'zone') from policies) -> o.policy_version::text`;

/** SQL: transfers `t`, operations `o`, the zones of their rules `p`, lots `l`, below the mark. */
export const TRANSFERS = `transfers t
      join operations o on o.operation_id = t.operation_id
      cross join lateral (select jsonb_build_object('zone', ${ZONE}) as rules) p
      left join lots l on l.bucket = t.bucket and l.member_id = t.member_id and l.lot_id = t.lot_id`;

/** SQL: which of them were asked for, but for their days. */
export const OF_THE_BOOKS = `t.position < ${MARK} and ${isOfEntity("t.entity")}`;
