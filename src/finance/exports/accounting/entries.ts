/** Entries for the accounting system: what the transfers of a month come to, as pairs of its accounts. */
import { text } from "../../../engine/definition/columns.ts";
import { defineExport, type Given } from "../../../engine/definition/export.ts";
import { Problem } from "../../../kernel/problems.ts";
import type { Actor } from "../../../engine/actor.ts";
import { kindOf } from "../../turnovers/turnovers.ts";
import { type Asked, givenPeriod, Month, OfEntity } from "../period.ts";
import { OF_THE_BOOKS, TRANSFERS, within } from "../transfers.ts";
import { codeOf } from "./account-map.ts";
import { entriesDocument } from "./document.ts";

/** Of one entity: each keeps its own books. */
function givenMonth(asked: Asked, actor: Actor): Given {
  const given = givenPeriod(asked, actor);
  if (given.entity !== "") return given;
  throw new Problem("unprocessable_request", { errors: [{ path: "entity", message: "say whose entries" }] });
}

export const entriesExport = defineExport({
  name: "entries",
  permission: "books.read",
  summary: "Entries for the accounting system",
  description:
    "One row for each pair of accounts, event and kind of bonuses of one entity in a month: what the transfers that are accounted in it come to. " +
    "As `xml` one document in the manner of EnterpriseData, for 1C:Предприятие: the same month has the same reference, so that what is loaded again replaces what was loaded before.",
  query: OfEntity.extend({ month: Month }),
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    text("entity", "whose books"),
    text("debit", "account of these books"),
    text("debit_code", "account of the accounting system"),
    text("credit", "account of these books"),
    text("credit_code", "account of the accounting system"),
    text("event", "what it is for"),
    text("kind", "of the bonuses; empty where no lot is concerned"),
    { name: "transfers", type: "count", note: "how many transfers it is made of" },
    { name: "amount", type: "amount", note: "what they come to" },
  ],
  rows: `select entity, debit, ${codeOf("debit")} as debit_code, credit, ${codeOf("credit")} as credit_code, event, kind,
      count(*) as transfers, sum(amount) as amount
    from (select t.entity, t.debit, t.credit, t.event, ${kindOf("l.kind")} as kind, t.amount
      from ${TRANSFERS}
      where ${OF_THE_BOOKS} and ${within("from", ">=")} and ${within("to", "<=")}) m
    group by entity, debit, credit, event, kind`,
  order: ["entity", "debit", "credit", "event", "kind"].map((name) => `${name} collate "C"`).join(", "),
  isShort: true,
  xml: entriesDocument,
  given: givenMonth,
});
