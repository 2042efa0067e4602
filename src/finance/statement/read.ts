/** Reads one settlement: as JSON, or as a page that can be printed and signed. */
import { z } from "@hono/zod-openapi";
import { Brand, idInPath } from "../../kernel/fields.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { readStatement } from "./statement.ts";
import { statementPage } from "./statement-page.ts";
import { StatementView, statementView } from "./statement-view.ts";

const terms = {
  permission: "books.read",
  params: idInPath("settlementId", "stm"),
  query: z.strictObject({
    entity: Brand.optional().openapi({
      description:
        "Whose statement; a client of one brand is given its own, and may leave it out. Absent: that of the party whose code comes first.",
    }),
  }),
  problems: ["settlement_not_found", "brand_forbidden", "unprocessable_request"],
} as const;

export const settlementRead = defineRead({
  ...terms,
  name: "read-settlement",
  http: {
    method: "get",
    path: "/v1/settlements/{settlementId}",
    tag: "Settlements",
    summary: "One settlement, with its lines",
    description:
      "The statements of the two parties have the same lines and totals; what is `payable` by the one is `receivable` by the other.",
  },
  answer: { description: "The statement of one of its parties.", schema: StatementView },
  read: async (look, { actor, params: { settlementId }, query: { entity } }) =>
    statementView(await readStatement(look, actor, settlementId, entity)),
});

export const settlementStatement = defineRead({
  ...terms,
  name: "print-settlement",
  http: {
    method: "get",
    path: "/v1/settlements/{settlementId}/statement",
    tag: "Settlements",
    summary: "One settlement as a page to be printed and signed",
    description: "In Russian, on A4, with amounts in words. It asks for nothing from elsewhere.",
  },
  answer: { description: "The page.", schema: z.string(), media: ["text/html; charset=utf-8"] },
  read: async (look, { actor, params: { settlementId }, query: { entity } }) =>
    statementPage(await readStatement(look, actor, settlementId, entity)),
});
