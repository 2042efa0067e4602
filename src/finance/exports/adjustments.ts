/** Adjustments as a file: who was compensated for what, and how often for the same. */
import { codeOrNull, text } from "../../engine/definition/columns.ts";
import { defineExport, given, MARK } from "../../engine/definition/export.ts";
import { id } from "../../engine/definition/invariant.ts";
import { costsAsOf, isWithin } from "../adjustments/costs-sql.ts";
import { givenPeriod, Period } from "./period.ts";

const DAYS = { from: given("from", "date"), to: given("to", "date") };

export const adjustmentExport = defineExport({
  name: "adjustments",
  permission: "books.read",
  summary: "Adjustments by reason",
  description:
    "One row for each adjustment that was applied and is accounted on one of the days, in the order in which they were committed. An adjustment that undoes another is a row of its own, with the opposite sign. " +
    "Of a member who has become part of another, whoever stood for both at the mark is named.",
  query: Period,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "position", type: "count", note: "of its commit" },
    { name: "place", type: "count", note: "of its operation in the commit" },
    { name: "day", type: "date", note: "on which it is accounted, in the programme's zone" },
    { name: "applied_at", type: "instant", note: "when it was applied" },
    codeOrNull("entity", "whose books"),
    codeOrNull("adjustment_id", "the adjustment"),
    codeOrNull("member_id", "whose account"),
    codeOrNull("direction", "credit or debit"),
    { name: "amount", type: "amount", note: "above zero" },
    { name: "cost", type: "amount", note: "the same, below zero where something was taken" },
    codeOrNull("category", "of write-off"),
    codeOrNull("reason", "its code"),
    text("incident", "empty where none was named"),
    codeOrNull("reverses", "the adjustment that it undoes; empty where it undoes none"),
    codeOrNull("reversed_by", "the adjustment that has undone it; empty where none has"),
    {
      name: "times_paid",
      type: "count",
      note: "how often this member was given something for this incident that was not undone, in all",
    },
    { name: "reasons_paid", type: "count", note: "for how many reasons" },
  ],
  rows: `with recursive ${costsAsOf({ mark: MARK, entity: given("entity"), ...DAYS })}
    select c.position, c.place, c.day, c.applied_at, c.brand as entity, ${id("adj", "c.adjustment_id")} as adjustment_id,
      ${id("mbr", "c.standing")} as member_id, c.direction, c.amount, c.cost, c.category, c.reason, c.incident,
      ${id("adj", "c.reverses")} as reverses, ${id("adj", "c.undone_by")} as reversed_by,
      coalesce(p.times, 0) as times_paid, coalesce(cardinality(p.reasons), 0) as reasons_paid
    from costs c left join paid p on p.standing = c.standing and p.incident = c.incident
    where ${isWithin(DAYS)}`,
  order: "r.position, r.place",
  isShort: true,
  given: givenPeriod,
});
