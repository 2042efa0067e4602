/**
 * Notes that an agreed settlement has been paid, or set off. Nothing is posted: what the entities owe each other in the ledger is made of
 * bonuses, and stands there by itself; money is in the accounting system.
 */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { CalendarDate } from "../../kernel/calendar.ts";
import { idInPath, Reference } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { localDate, type LocalDate } from "../../kernel/zone.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { firstDayAfter } from "../periods/months.ts";
import { aboutSettlement, settlementPaid } from "./events.ts";
import { namedStaff, requireByStaff } from "./parties.ts";
import { settlementStore } from "./stores.ts";

export const settlementPayment = defineOperation({
  name: "settlement-payment",
  permission: "books.settle",
  forbids: namedStaff,
  http: {
    method: "post",
    path: "/v1/settlements/{settlementId}/paid",
    tag: "Settlements",
    summary: "Note that an agreed settlement has been paid",
    description:
      "`reference`: the payment order, or the act of offset; also where nothing is left to be paid. `paidOn`: the day on which the bank moved the money, or of the act: after the last day of the months, and not after today, in the programme's zone. Nothing is posted in the ledger. `X-Staff-Id` says who notes it, of either side.",
    idempotencyKey: "required",
    example: { reference: "payment order 481", paidOn: "2026-04-10" },
  },
  params: idInPath("settlementId", "stm"),
  body: z.strictObject({ reference: Reference, paidOn: CalendarDate }).openapi("SettlementPaymentBody"),
  answers: {
    200: {
      description: "Paid.",
      schema: z
        .strictObject({
          settlementId: idText("stm"),
          operationId: idText("opn"),
          status: z.literal("paid"),
          paidOn: z.iso.date(),
        })
        .openapi("SettlementPayment"),
    },
  },
  problems: ["settlement_not_found", "settlement_not_open", "staff_required", "unprocessable_request"],
  facts: ({ reference }) => ({ reference }),
  async prepare(look, { actor, params: { settlementId }, body: { paidOn } }) {
    const found = await requireByStaff(look, actor, settlementId);
    const now = look.clock.now();
    const today = localDate(now, (await look.readPolicies()).at(now).rules.zone);
    requireDay(paidOn, firstDayAfter(found.toMonth), today);
    return { ...found, paidOn };
  },
  bucket: ({ id }) => bucketOf(id),
  needs: ({ id }) => ({ documents: [need(settlementStore, id)] }),
  decide({ document, operationId }, { id: settlementId, paidOn }) {
    const asked = document(settlementStore, settlementId);
    if (asked === undefined) return stale;
    if (asked.status !== "agreed") return refuse("settlement_not_open", { settlementId, is: asked.status });
    return accept({
      memberId: null,
      answer: { settlementId, operationId, status: "paid", paidOn },
      events: [settlementPaid({ ...aboutSettlement(asked), paidOn })],
      documents: [save(settlementStore, settlementId, { ...asked, status: "paid", paidBy: operationId, paidOn })],
    });
  },
});

/** Nothing was owed for certain before the months were over, and what will be paid is not paid. */
function requireDay(paidOn: LocalDate, first: LocalDate, today: LocalDate): void {
  const message =
    paidOn > today ? `today is ${today}` : paidOn < first ? `its months were not over before ${first}` : undefined;
  if (message !== undefined) throw new Problem("unprocessable_request", { errors: [{ path: "paidOn", message }] });
}
