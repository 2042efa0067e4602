/** The lines of settlements as a file. */
import { amount, text } from "../../engine/definition/columns.ts";
import { defineExport, given, MARK } from "../../engine/definition/export.ts";
import { id } from "../../engine/definition/invariant.ts";
import { givenPeriod, Period } from "../exports/period.ts";
import { firstDay, lastDay } from "../settlement/line-sums.ts";

const [FROM, TO, ENTITY] = [given("from", "date"), given("to", "date"), given("entity")];

export const settlementExport = defineExport({
  name: "settlement",
  permission: "books.read",
  summary: "Settlement",
  description:
    "One row for each line of each settlement of which some month lies within the days; `entity`: those that it is a party to. Dropped ones are left out. " +
    "Both parties are given the same rows.",
  query: Period,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "number", type: "count", note: "of the settlement" },
    text("settlement_id", "of the settlement"),
    text("from_month", "the first month"),
    text("to_month", "the last month"),
    { name: "place", type: "count", note: "of the line in the settlement" },
    text("debtor", "whose bonuses they are, and who owes"),
    text("creditor", "where they were spent, and who is owed"),
    text("section", "`spent`, `returned`, `debts`, or `credit_note`: it corrects an earlier period"),
    text("kind", "of the bonuses"),
    text("price", "roubles a bonus with VAT"),
    text("vat_rate", "of the VAT in the price"),
    text("original_day", "of a correction: the day on which that was accounted which it corrects; else empty"),
    text("original_number", "of a correction: the number of the settlement that has it; empty where none has"),
    amount("bonuses", "below zero where they were given back"),
    amount("total", "roubles with VAT"),
    amount("vat", "the VAT in them"),
    text("paid_on", "the day on which the settlement was paid; empty while it is not"),
  ],
  rows: `select s.number, ${id("stm", "s.settlement_id")} as settlement_id, s.from_month, s.to_month, l.place, l.debtor, l.creditor, l.section, l.kind,
      l.price, l.vat_rate, l.original_day::text as original_day, g.number::text as original_number, l.bonuses, l.total, l.vat,
      case when p.operation_id is not null then s.paid_on::text end as paid_on
    from settlements s
      join operations o on o.operation_id = s.operation_id
      join settlement_lines l on l.settlement_id = s.settlement_id
      left join settlements g on g.settlement_id = l.original_id
      left join operations d on d.operation_id = s.dropped_by and d.position < ${MARK}
      left join operations p on p.operation_id = s.paid_by and p.position < ${MARK}
    where o.position < ${MARK} and d.operation_id is null and (${ENTITY} is null or ${ENTITY} in (s.one, s.other))
      and (${FROM} is null or ${lastDay("s.to_month")} >= ${FROM}) and (${TO} is null or ${firstDay("s.from_month")} <= ${TO})`,
  order: "r.number, r.place",
  isShort: true,
  given: givenPeriod,
});
