/** The roll-forward of the liability: what members had, why it has grown and shrunk, and what they have. */
import { defineExport, given } from "../../engine/definition/export.ts";
import { oneOf } from "../../engine/definition/invariant.ts";
import { LOT_ACCOUNTS } from "../../ledger/account.ts";
import { HAS_MOVED, turnoversAtMark } from "../turnovers/turnovers.ts";
import { givenPeriod, Period } from "./period.ts";
import { eventsOf, REASON_NAMES, REASONS } from "./reasons.ts";

/** What waits for a card is owed as well, to whoever brings it. */
export const LIABILITIES = oneOf([...LOT_ACCOUNTS, "suspense"]);

const isBefore = `day < ${given("from", "date")}`;
const sum = (condition: string): string => `coalesce(sum(credit - debit) filter (where ${condition}), 0)`;

export const liability = defineExport({
  name: "liability",
  permission: "books.read",
  summary: "Liability roll-forward",
  description:
    "One row for each entity and kind of bonuses: what was owed to members before the first day, why it has changed, and what is owed after the last day. " +
    "The opening and all changes add up to the closing. What is owed on suspense, to whoever brings the card, counts.",
  query: Period,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "entity", type: "text", note: "whose liability" },
    { name: "kind", type: "text", note: "of the bonuses" },
    { name: "opening", type: "amount", note: "owed before the first day" },
    ...REASON_NAMES.map((name) => ({ name, type: "amount", note: REASONS[name] }) as const),
    { name: "closing", type: "amount", note: "owed after the last day" },
  ],
  rows: `select entity, kind, ${sum(isBefore)} as opening,
      ${REASON_NAMES.map((name) => `${sum(`(${isBefore}) is not true and event in (${eventsOf(name)})`)} as ${name}`).join(", ")},
      coalesce(sum(credit - debit), 0) as closing
    from (${turnoversAtMark}) t
    where account in (${LIABILITIES}) and (${given("entity")} is null or entity = ${given("entity")})
      and (${given("to", "date")} is null or day <= ${given("to", "date")})
    group by entity, kind having ${HAS_MOVED}`,
  order: `entity collate "C", kind collate "C"`,
  isShort: true,
  given: givenPeriod,
});
