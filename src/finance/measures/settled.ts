/**
 * How long it takes to settle a month with another brand: days from its last day to the day on which both sides have agreed, and to the
 * day on which it was noted as paid. A settlement of several months counts each of them. Both parties have each month, and the whole
 * programme has it once.
 */
import { bucketIn } from "../../engine/transfer-sql.ts";
import { countingDay } from "../periods/open-from.ts";
import { PROGRAMME } from "./figures.ts";
import type { Source } from "./source.ts";

const SETTLEMENT = "substr(o.answer->>'settlementId', 5)::uuid";

/** SQL: the last days of the months of a settlement `s`. */
const LAST_DAYS = `(select (first + interval '1 month' - interval '1 day')::date as last
  from generate_series((s.from_month || '-01')::timestamp, (s.to_month || '-01')::timestamp, interval '1 month') as months (first))`;

/** SQL: the days from the last one of a month to that of an operation. */
const daysFrom = (last: string, operation: string): string => `${operation}.accounting_date - ${last}`;

/** Which step of a settlement an operation `o` is that has answered for it; SQL. */
const STEP = `case when o.name = 'settlement-payment' then 'paid' else 'agreed' end`;

export const settledFigures: Source = (
  _which,
  holds,
) => `select party.entity, step.day, side.figure || step.step, side.value
  from (select ${countingDay} as day, ${STEP} as step, s.one, s.other, ${daysFrom("m.last", "o")} as days
      from operations o
        cross join lateral (select s.* from settlements s
          where s.bucket = ${bucketIn(SETTLEMENT)} and s.settlement_id = ${SETTLEMENT} offset 0) s
        cross join lateral ${LAST_DAYS} m
      where o.name in ('settlement-agreement', 'settlement-payment') and o.refusal is null and o.status = 200 and ${holds("o.position")}) step
    cross join lateral (values (one), (other), ('${PROGRAMME}')) as party (entity)
    cross join lateral (values ('months_', 1::bigint), ('days_to_', days::bigint)) as side (figure, value)`;
