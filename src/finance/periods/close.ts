/** Closes a month of the books: from then on what is posted is accounted in the first open month at the earliest. */
import { refuse } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { changeBooks } from "./change-books.ts";
import { isOver } from "./months.ts";
import { periodTerms, TWO_PEOPLE, wanted } from "./terms.ts";

export const periodClose = defineOperation({
  ...periodTerms,
  name: "period-close",
  http: {
    method: "post",
    path: "/v1/periods/{month}/close",
    tag: "Periods",
    summary: "Close a month of the books",
    description: `Months are closed one after another, when they are over; the first close closes all that is before it as well. What is posted after the close is accounted in the first open month, and keeps the day on which it happened. ${TWO_PEOPLE}`,
    idempotencyKey: "required",
    example: { reason: "all receipts are in" },
  },
  problems: ["period_not_over", "period_out_of_order", "second_person_needed", "staff_required", "brand_forbidden"],
  prepare: wanted,
  decide(context, input) {
    const { month } = input;
    if (!isOver(month, context.now, context.policy.rules.zone)) return refuse("period_not_over", { month });
    return changeBooks(context, "close", input);
  },
});
