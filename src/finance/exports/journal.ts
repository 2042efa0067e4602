/** The journal: every transfer with the facts of its operation, in the order of their commits. */
import { code, codeOrNull, text } from "../../engine/definition/columns.ts";
import { defineExport, given } from "../../engine/definition/export.ts";
import { NOBODY } from "../../engine/journal/journal.ts";
import { id } from "../../engine/definition/invariant.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { accountingDay, kindOf } from "../turnovers/turnovers.ts";
import { givenPeriod, Period } from "./period.ts";
import { OF_THE_BOOKS, TRANSFERS, within } from "./transfers.ts";

/** What the other brand has stated of its own operations is its own: see visibility.ts. */
const ownOf = (fact: string): string =>
  `case when ${given("viewer")} is null or o.brand is null or o.brand = ${given("viewer")} then ${fact} end`;

export const journalExport = defineExport({
  name: "journal",
  permission: "books.read",
  summary: "Journal",
  description:
    "One row for each transfer that is accounted on one of the days, in the order in which they were committed.",
  query: Period,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "position", type: "count", note: "of its commit" },
    { name: "place", type: "count", note: "of its operation in the commit" },
    { name: "ordinal", type: "count", note: "of the transfer in its operation" },
    { name: "day", type: "date", note: "on which it is accounted, in the programme's zone" },
    { name: "occurred_at", type: "instant", note: "when it happened" },
    { name: "posted_at", type: "instant", note: "when the ledger took it" },
    code("entity", "whose books"),
    code("debit", "account"),
    code("credit", "account"),
    { name: "amount", type: "amount", note: "above zero" },
    code("event", "what it is for"),
    code("kind", "of the lot; empty where none is concerned"),
    codeOrNull("lot_id", "empty where no lot is concerned"),
    codeOrNull("member_id", "empty where no wallet is concerned"),
    code("operation_id", "what has posted it"),
    code("operation", "its name"),
    codeOrNull("brand", "for which it was done"),
    text("store_id", "where"),
    text("terminal_id", "at which till"),
    codeOrNull("channel", "through which channel"),
    text("reason", "as the request said; of operations for another brand, its clients only"),
    text("reference", "the same"),
    { name: "policy_version", type: "count", note: "by which rules" },
  ],
  rows: `select t.position, o.place, t.ordinal, ${accountingDay} as day, t.occurred_at, t.posted_at, t.entity, t.debit, t.credit,
      t.amount, t.event, ${kindOf("l.kind")} as kind, ${id("lot", "t.lot_id")} as lot_id,
      case when t.member_id <> '${uuidOf(NOBODY)}' then ${id("mbr", "t.member_id")} end as member_id,
      ${id("opn", "t.operation_id")} as operation_id, o.name as operation, o.brand, o.store_id, o.terminal_id, o.channel, ${ownOf("o.reason")} as reason,
      ${ownOf("o.reference")} as reference, o.policy_version
    from ${TRANSFERS}
    where ${OF_THE_BOOKS} and ${within("from", ">=")} and ${within("to", "<=")}`,
  order: "r.position, r.place, r.ordinal",
  given: givenPeriod,
});
