/** SQL: lots as they stood at the end of a day, by what had been committed before the mark: out of transfers and changes of terms alone. */
import { given, MARK } from "../../../engine/definition/export.ts";
import { LOT_ACCOUNTS } from "../../../ledger/account.ts";
import { openFromAt } from "../../periods/open-from.ts";
import { kindOf } from "../../turnovers/turnovers.ts";
import { OF_THE_BOOKS, TRANSFERS, within } from "../transfers.ts";

/** SQL: the last day on which anything had been accounted before the mark. */
const LAST_DAY = `(select greatest(o.accounting_date, (${openFromAt("o.position")})) from operations o
      where o.position < ${MARK} order by o.position desc limit 1)`;

/** SQL: the day that was asked for, or the last one. */
export const AS_OF = `coalesce(${given("asOf", "date")}, ${LAST_DAY})`;

/** SQL: the rules that were in force at the end of the day. Later versions begin in the future of whoever adds them. */
export const RULES_THEN = `(select p.version, p.rules from policies p
      where p.effective_from < (least(${AS_OF}, ${LAST_DAY}) + 1)::timestamp at time zone (p.rules->>'zone') or p.version = 1
      order by p.effective_from desc, p.version desc limit 1)`;

/** SQL: the day on which an operation is accounted. */
const dayOf = (operation: string): string =>
  `greatest(${operation}.accounting_date, (${openFromAt(`${operation}.position`)}))`;

/** SQL: the day on which a lot `l` was granted, by the operation `g` that made it. */
export const GRANTED_ON = dayOf("g");

const moved = (account: string): string =>
  `coalesce(sum(case when t.credit = '${account}' then t.amount when t.debit = '${account}' then -t.amount end), 0)`;

/** SQL: ends that were changed after the day, as they were before that; one row for each lot and wallet. */
const FORMER_ENDS = `select distinct on (c.bucket, c.member_id, c.lot_id) c.bucket, c.member_id, c.lot_id, c.former_end
    from lot_terms c join operations o on o.operation_id = c.operation_id
    where o.position >= ${MARK} or not ${within("asOf", "<=", dayOf("o"))}
    order by c.bucket, c.member_id, c.lot_id, c.posted_at, c.wallet_version, c.ordinal`;

const ACCOUNTS = LOT_ACCOUNTS.map((account) => `${moved(account)} as ${account}`).join(", ");
const SOME = LOT_ACCOUNTS.map((account) => `b.${account} <> 0`).join(" or ");

/**
 * SQL: what was in each lot, wallet by wallet, with the day on which it was granted and the day on which it ends. What waits on
 * suspense is one more row for each kind, without either day.
 */
export const LOTS_THEN = `select b.entity, l.kind, b.pending, b.available, b.held, 0 as suspense,
      ${GRANTED_ON} as granted_on, (coalesce(e.former_end, l.expires_at) at time zone (p.rules->>'zone'))::date as ends_on
    from (select t.entity, t.bucket, t.member_id, t.lot_id, ${ACCOUNTS}
      from ${TRANSFERS}
      where ${OF_THE_BOOKS} and ${within("asOf", "<=")} and t.lot_id is not null
      group by t.entity, t.bucket, t.member_id, t.lot_id) b
      join lots l on l.bucket = b.bucket and l.member_id = b.member_id and l.lot_id = b.lot_id
      join operations g on g.operation_id = l.operation_id
      join policies p on p.version = l.policy_version
      left join (${FORMER_ENDS}) e on e.bucket = b.bucket and e.member_id = b.member_id and e.lot_id = b.lot_id
    where ${SOME}
  union all select b.* from (select t.entity, ${kindOf("l.kind")} as kind, 0 as pending, 0 as available, 0 as held,
        ${moved("suspense")} as suspense, null::date as granted_on, null::date as ends_on
      from ${TRANSFERS}
      where ${OF_THE_BOOKS} and ${within("asOf", "<=")} and 'suspense' in (t.debit, t.credit)
      group by t.entity, 2) b
    where b.suspense <> 0`;
