/** Opens the last closed month of the books again. */
import { refuse } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { changeBooks } from "./change-books.ts";
import { firstDayOf } from "./months.ts";
import { bookStore, THE_BOOKS } from "./stores.ts";
import { periodTerms, TWO_PEOPLE, wanted } from "./terms.ts";

export const periodReopen = defineOperation({
  ...periodTerms,
  name: "period-reopen",
  http: {
    method: "post",
    path: "/v1/periods/{month}/reopen",
    tag: "Periods",
    summary: "Open the last closed month of the books again",
    description: `What was exported before keeps its mark, and is told the same at it. A month of an agreed settlement stays closed. ${TWO_PEOPLE}`,
    idempotencyKey: "required",
    example: { reason: "the installers' receipts were late" },
  },
  problems: ["period_out_of_order", "period_settled", "second_person_needed", "staff_required", "brand_forbidden"],
  prepare: wanted,
  decide(context, input) {
    const { month } = input;
    const settledBefore = context.document(bookStore, THE_BOOKS)?.settledBefore ?? null;
    if (settledBefore !== null && firstDayOf(month) < settledBefore) return refuse("period_settled", { month });
    return changeBooks(context, "reopen", input);
  },
});
