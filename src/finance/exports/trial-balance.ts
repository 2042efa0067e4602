/** The trial balance: what each account of each entity had before a period, its turnover in it, and what it has after. */
import { amount } from "../../engine/definition/columns.ts";
import { defineExport } from "../../engine/definition/export.ts";
import { given } from "../../engine/definition/export.ts";
import { HAS_MOVED, turnoversAtMark } from "../turnovers/turnovers.ts";
import { givenPeriod, Period } from "./period.ts";

const side = (sum: string, is: "debit" | "credit"): string =>
  is === "debit" ? `greatest(coalesce(${sum}, 0), 0)` : `greatest(-coalesce(${sum}, 0), 0)`;

const FROM = given("from", "date");
const before = `sum(debit - credit) filter (where day < ${FROM})`;
const within = (column: "debit" | "credit") =>
  `coalesce(sum(${column}) filter (where ${FROM} is null or day >= ${FROM}), 0)`;

export const trialBalance = defineExport({
  name: "trial-balance",
  permission: "books.read",
  summary: "Trial balance",
  description:
    "One row for each account that has ever moved: what it had before the first day, its turnover from the first to the last day, and what it has after it, each as debit and credit. " +
    "Debits and credits of an entity are equal in all three pairs.",
  query: Period,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "entity", type: "text", note: "whose books" },
    { name: "account", type: "text", note: "as the chart of accounts names it" },
    { name: "kind", type: "text", note: "of the lots; empty where no lot is concerned" },
    amount("opening_debit", "before the first day"),
    amount("opening_credit", "before the first day"),
    amount("debit", "turnover"),
    amount("credit", "turnover"),
    amount("closing_debit", "after the last day"),
    amount("closing_credit", "after the last day"),
  ],
  rows: `select entity, account, kind,
      ${side(before, "debit")} as opening_debit, ${side(before, "credit")} as opening_credit,
      ${within("debit")} as debit, ${within("credit")} as credit,
      ${side("sum(debit - credit)", "debit")} as closing_debit, ${side("sum(debit - credit)", "credit")} as closing_credit
    from (${turnoversAtMark}) t
    where (${given("entity")} is null or entity = ${given("entity")})
      and (${given("to", "date")} is null or day <= ${given("to", "date")})
    group by entity, account, kind having ${HAS_MOVED}`,
  order: `entity collate "C", account collate "C", kind collate "C"`,
  isShort: true,
  given: givenPeriod,
});
