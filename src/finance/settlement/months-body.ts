/** Which months are to be settled. */
import { z } from "@hono/zod-openapi";
import { senseless } from "../../kernel/fields.ts";
import { MONTH } from "../periods/months.ts";
import { monthsIn, MOST_SETTLED_MONTHS } from "./plan.ts";

const Month = z.string().regex(MONTH, "a month is written 2026-03").openapi({ example: "2026-03" });

export const boundedMonths = z
  .strictObject({
    from: Month.openapi({ description: "The first month." }),
    to: Month.openapi({ description: "The last month; the same for one month." }),
  })
  .refine(({ from, to }) => from <= to, { ...senseless("the first month comes after the last"), path: ["from"] })
  .refine((months) => monthsIn(months) <= MOST_SETTLED_MONTHS, {
    ...senseless(`at most ${MOST_SETTLED_MONTHS} months`),
    path: ["to"],
  })
  .openapi("SettlementBody");
