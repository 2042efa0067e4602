/** Goods that come back, and what is undone as a whole. */
import { z } from "@hono/zod-openapi";
import { Problem } from "../../kernel/problems.ts";
import { previewReturn, returnAtCounter, returnByReceipt } from "../../sales/counter.ts";
import { reverseAtCounter } from "../../sales/reversal-counter.ts";
import { AmountText, BalanceAfter, idText, InstantText, LotPart } from "../answers.ts";
import { DryRunQuery, IdParams } from "../fields.ts";
import { defineRoute, reply, replyOf } from "../route.ts";
import { ReturnBody, ReturnByReceiptBody, ReversalBody } from "../sale-bodies.ts";

const ReturnAnswer = z
  .strictObject({
    returnId: idText("ret"),
    operationId: idText("opn"),
    purchaseId: idText("pur"),
    memberId: idText("mbr").nullable(),
    moneyBack: AmountText,
    bonusesBack: AmountText,
    clawedBack: AmountText.openapi({ description: "All that the returned goods had earned." }),
    debtAdded: AmountText.openapi({ description: "The part of it that nothing covered." }),
    lots: z.array(LotPart.extend({ expiresAt: InstantText }).openapi("LotBack")),
    balance: BalanceAfter.nullable(),
  })
  .openapi("Return");

const ParkedAnswer = z
  .strictObject({ status: z.literal("parked"), returnId: idText("ret"), operationId: idText("opn") })
  .openapi("ParkedReturn");

const ReversalAnswer = z
  .strictObject({
    outcome: z.enum(["reversed", "tombstoned", "already_reversed"]),
    operationId: idText("opn"),
    memberId: idText("mbr").nullable(),
    balance: BalanceAfter.nullable(),
  })
  .openapi("Reversal");

const receiptExample = { brand: "eldorado", storeId: "E-1", terminalId: "2", shift: "9", number: "7" };
const returnExample = {
  receipt: receiptExample,
  lines: [{ lineId: "1", quantity: "1" }],
  occurredAt: "2026-03-09T18:30:00+03:00",
};
const RETURN_PROBLEMS = [
  "purchase_reversed",
  "return_exceeds_sold",
  "receipt_conflict",
  "receipt_reversed",
  "unknown_store",
  "unknown_line",
  "not_divisible",
  "occurred_in_future",
  "receipt_too_old",
] as const;

export const returnRoutes = [
  defineRoute({
    method: "post",
    path: "/v1/purchases/{id}/returns",
    operationId: "returnGoods",
    tag: "Sales",
    summary: "Take goods back, or show what that would do",
    description:
      "By lines and quantity, at any store of any brand, once or many times. What comes back is what was distributed to the returned units. " +
      "With `dryRun=true` nothing is changed, the answer is 200, and no Idempotency-Key is needed.",
    permission: "purchases.return",
    idempotency: "unless-dry-run",
    params: IdParams,
    query: DryRunQuery,
    body: ReturnBody,
    bodyExample: returnExample,
    brandOf: ({ receipt }) => receipt.brand,
    answers: {
      200: { description: "What the return would do (dry run).", schema: ReturnAnswer },
      201: { description: "Taken back.", schema: ReturnAnswer },
    },
    problems: ["purchase_not_found", ...RETURN_PROBLEMS],
    async handle({ service, caller, params, query, body }) {
      if (!query.dryRun) return replyOf(await returnAtCounter(service, caller, params.id, body));
      const decision = await previewReturn(service, caller, params.id, body);
      if (decision.kind === "accepted") return reply(200, decision.answer);
      throw decision.kind === "stale" ? new Problem("unavailable") : new Problem(decision.code, decision.data);
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/returns",
    operationId: "returnByReceipt",
    tag: "Sales",
    summary: "Take goods back where the till knows only the old receipt",
    description: "A return that comes before its sale is parked (202), and applied when the sale comes.",
    permission: "purchases.return",
    idempotency: "always",
    body: ReturnByReceiptBody,
    bodyExample: {
      original: { receipt: { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "118", number: "42" } },
      ...returnExample,
    },
    brandOf: ({ receipt }) => receipt.brand,
    answers: {
      201: { description: "Taken back.", schema: ReturnAnswer },
      202: { description: "Parked until the sale comes.", schema: ParkedAnswer },
    },
    problems: RETURN_PROBLEMS,
    handle: async ({ service, caller, body }) => replyOf(await returnByReceipt(service, caller, body)),
  }),
  defineRoute({
    method: "post",
    path: "/v1/reversals",
    operationId: "reverse",
    tag: "Sales",
    summary: "Undo a receipt as a whole, by its natural key",
    description:
      "For a till that got no answer. A receipt that was seen is undone; one that was not leaves a tombstone, so that the late original is refused. " +
      "Repeating changes nothing.",
    permission: "purchases.reverse",
    idempotency: "always",
    body: ReversalBody,
    bodyExample: { receipt: receiptExample, kind: "purchase" },
    brandOf: ({ receipt }) => receipt.brand,
    answers: { 200: { description: "Undone, or never to happen.", schema: ReversalAnswer } },
    problems: ["unknown_store"],
    handle: async ({ service, caller, body }) => replyOf(await reverseAtCounter(service, caller, body)),
  }),
];
