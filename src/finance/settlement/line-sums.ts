/** Which bonuses the lines of a settlement stand for: SQL that its making and its proof share. */
import { dueMoves, type Side, type Some } from "./due-moves.ts";

/** SQL: the first and the last day of months. */
export const firstDay = (month: string): string => `(${month} || '-01')::date`;
export const lastDay = (month: string): string => `(${firstDay(month)} + interval '1 month' - interval '1 day')::date`;

const SECTION = `case when m.original_day < s.first then 'credit_note' when m.event = 'spend' then 'spent'
    when m.event in ('unspend', 'spend_reversal') then 'returned' else 'debts' end`;

/** What a line is told apart by. */
export const LINE_KEY = ["debtor", "creditor", "section", "kind", "price", "vat_rate", "original_day", "original_id"];

/**
 * SQL: the lines of settlements, as the books of one side have them: `key` and LINE_KEY, with what they add up to in bonuses.
 * `scope`: rows of `key`, the parties `one` and `other`, and the days `first` and `last`. A correction names the agreed settlement
 * of the two that has the day of what it corrects.
 */
export const lineSums = (
  scope: string,
  side: Side = "due_to",
  some?: Some,
): string => `select key, ${LINE_KEY.join(", ")}, sum(bonuses)::bigint as bonuses from (
    select s.key, m.debtor, m.creditor, ${SECTION} as section, m.kind, m.price, m.vat_rate, m.bonuses,
      case when m.original_day < s.first then m.original_day end as original_day, g.settlement_id as original_id
    from (${dueMoves(side, some)}) m
      join (${scope}) s on s.one = least(m.debtor collate "C", m.creditor collate "C") and s.other = greatest(m.debtor collate "C", m.creditor collate "C")
        and m.day between s.first and s.last
      left join settlements g on g.one = s.one and g.other = s.other and g.status in ('agreed', 'paid') and m.original_day < s.first
        and m.original_day between ${firstDay("g.from_month")} and ${lastDay("g.to_month")}) line
  group by key, ${LINE_KEY.join(", ")} having sum(bonuses) <> 0`;
