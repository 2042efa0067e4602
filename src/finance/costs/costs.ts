/** The cost of incidents by category of write-off, as figures and as a page to read and to print. */
import { z } from "@hono/zod-openapi";
import { defineRead } from "../../engine/definition/read.ts";
import { givenPeriod, Period } from "../exports/period.ts";
import { pageOfCosts } from "./page.tsx";
import { readCosts } from "./read-costs.ts";
import { CostReport } from "./report.ts";

const WHAT =
  "Of adjustments that are accounted on the days: by category of write-off, by reason, by entity, by month, by incident; and what was paid twice for one incident. Members are named by their ids only.";

export const readAdjustmentCosts = defineRead({
  name: "adjustment-costs",
  permission: "books.read",
  http: {
    method: "get",
    path: "/v1/adjustment-costs",
    tag: "Adjustments",
    summary: "Cost of incidents by category of write-off",
    description: `${WHAT} A client of one brand is given that brand's.`,
  },
  query: Period,
  answer: { description: "The figures.", schema: CostReport },
  problems: ["unprocessable_request", "brand_forbidden"],
  read: (look, { actor, query }) => readCosts(look, givenPeriod(query, actor)),
});

export const adjustmentCostPage = defineRead({
  name: "adjustment-cost-page",
  permission: "books.read",
  http: {
    method: "get",
    path: "/v1/adjustment-costs/page",
    tag: "Adjustments",
    summary: "The same as a page, with a chart",
    description: `${WHAT} One file without scripts that asks nothing of the network, to be read or printed.`,
  },
  query: Period.safeExtend({
    language: z.enum(["ru", "en"]).default("ru").openapi({ description: "In which language." }),
  }),
  answer: { description: "The page.", schema: z.string(), media: ["text/html; charset=utf-8"] },
  problems: ["unprocessable_request", "brand_forbidden"],
  async read(look, { actor, query: { language, ...period } }) {
    const report = await readCosts(look, givenPeriod(period, actor));
    const entities = (await look.directory.brands()).map(({ brand, legalEntity }) => [brand, legalEntity] as const);
    return pageOfCosts(report, language, new Map(entities));
  },
});
