/** Makes the settlements of some closed months: one for each pair of entities, a draft until both sides have agreed. */
import { z } from "@hono/zod-openapi";
import { idText, orNull, SignedAmountText } from "../../kernel/answers.ts";
import { formatAmount } from "../../kernel/amount.ts";
import { boundedMonths } from "./months-body.ts";
import { nth } from "../../kernel/ids.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { bookStore, needBooks, THE_BOOKS } from "../periods/stores.ts";
import { BOOKS_BUCKET } from "../periods/terms.ts";
import { toldOfMade } from "./events.ts";
import { linesBetween, owedBy } from "./lines.ts";
import { namedStaff } from "./parties.ts";
import { isClosed, pairsOf, planSettlements } from "./plan.ts";
import { readAsClosed } from "./read-as-closed.ts";
import { needSettled, settledReading, settlementLineStore, settlementStore } from "./stores.ts";

const Made = z
  .strictObject({
    operationId: idText("opn"),
    from: z.string(),
    to: z.string(),
    settlements: z.array(
      z.strictObject({
        settlementId: idText("stm"),
        number: z.int().min(1),
        between: z.array(z.string()).openapi({ description: "The two parties.", example: ["eldorado", "mvideo"] }),
        owes: z
          .record(z.string(), SignedAmountText)
          .openapi({ description: "What each of them owes the other, in roubles with VAT." }),
        lines: z.int().min(0),
        status: z.literal("draft"),
      }),
    ),
    leftOut: z.array(z.strictObject({ between: z.array(z.string()), next: orNull(z.string()) })).openapi({
      description:
        "Pairs of which none was made: their next settlement begins with the month `next`; null: their last one is a draft, and is agreed or dropped first.",
    }),
  })
  .openapi("SettlementsMade");

export const settlement = defineOperation({
  name: "settlement",
  permission: "books.settle",
  forbids: namedStaff,
  // It reads which settlements there are, and others make and drop them.
  alone: true,
  http: {
    method: "post",
    path: "/v1/settlements",
    tag: "Settlements",
    summary: "Settle some closed months between the legal entities",
    description:
      "Makes one draft for each pair of brands that has none of just these months (a client of one brand: of the pairs that it belongs to), also where nothing is owed. " +
      "All months must be closed. Settlements of a pair follow one another without a gap, each when the one before it has been agreed: a pair that is not so far, or further, is told in `leftOut`, and holds up no other. " +
      "What corrects an earlier period is named with its day, its price and the number of its settlement. `X-Staff-Id` says who makes them.",
    idempotencyKey: "required",
    example: { from: "2026-03", to: "2026-03" },
  },
  body: boundedMonths,
  answers: { 201: { description: "Drafts, one for each pair.", schema: Made } },
  problems: ["period_not_closed", "settlement_exists", "settlement_out_of_order", "staff_required"],
  async prepare(look, { actor, body: { from, to } }) {
    const brands = (await look.directory.brands()).map(({ brand }) => brand);
    return { from, to, pairs: pairsOf(brands, actor.brand), found: await readAsClosed(look, { from, to }) };
  },
  bucket: () => BOOKS_BUCKET,
  needs: () => ({ documents: [needBooks, needSettled] }),
  decide({ document, operationId }, { from, to, pairs, found }) {
    const books = document(bookStore, THE_BOOKS);
    const settled = document(settledReading.store, settledReading.keyOf("all"));
    if (books === undefined || settled === undefined || books.changes !== found.changes) return stale;
    if (!isClosed(to, books.openFrom)) return refuse("period_not_closed", { month: to, openFrom: books.openFrom });
    // What was agreed meanwhile is named by corrections.
    if (JSON.stringify(settled) !== JSON.stringify(found.settled)) return stale;
    const plan = planSettlements({ from, to }, pairs, settled.last);
    if (plan.kind === "there") return refuse("settlement_exists", { from, to });
    if (plan.kind === "out_of_order") {
      return refuse("settlement_out_of_order", { between: plan.between, next: plan.next });
    }
    const made = plan.pairs.map(({ one, other }, index) => {
      const lines = linesBetween(found.lines, { one, other });
      const [id, number] = [nth("stm", operationId, index + 1), settled.highestNumber + index + 1];
      const [oneOwes, otherOwes] = [owedBy(lines, one), owedBy(lines, other)];
      const terms = { id, operationId, number, one, other, fromMonth: from, toMonth: to, oneOwes, otherOwes };
      return { lines, kept: { ...terms, ...NOT_AGREED, lines: lines.length } };
    });
    return accept({
      memberId: null,
      answer: {
        operationId,
        from,
        to,
        leftOut: plan.leftOut.map(({ between, next }) => ({ between: [...between], next })),
        settlements: made.map(({ kept: { id, number, one, other, oneOwes, otherOwes, lines } }) => ({
          settlementId: id,
          number,
          between: [one, other],
          owes: { [one]: formatAmount(oneOwes), [other]: formatAmount(otherOwes) },
          lines,
          status: "draft" as const,
        })),
      },
      events: made.map(({ kept }) => toldOfMade(kept)),
      documents: made.flatMap(({ kept, lines }) => [
        save(settlementStore, kept.id, kept),
        save(
          settlementLineStore,
          kept.id,
          lines.map((line, index) => ({ ...line, settlementId: kept.id, place: index + 1 })),
        ),
      ]),
    });
  },
});

const NOT_AGREED = {
  status: "draft" as const,
  oneAgreedBy: null,
  oneStaffId: null,
  otherAgreedBy: null,
  otherStaffId: null,
  paidBy: null,
  paidOn: null,
  droppedBy: null,
};
